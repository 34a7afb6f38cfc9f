"""Which parts of a name matched, in pieces that can be shown one after the other."""

from registry.search import Hit, Span


def pieces(text: str, spans: tuple[Span, ...]) -> list[tuple[str, bool]]:
    """The whole text, cut where a part that matched begins or ends; none is empty."""
    cuts: list[tuple[str, bool]] = []
    done = 0
    for start, end in spans:
        cuts += [(text[done:start], False), (text[start:end], True)]
        done = end
    return [cut for cut in (*cuts, (text[done:], False)) if cut[0]]


def matched(hit: Hit) -> list[tuple[str, bool]]:
    """Of the name that matched, which need not be the current one."""
    return pieces(hit.matched_name or hit.entity.name, hit.spans)
