"""Two versions of a text side by side: what of it changed, marked and said in words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from registry import screening

Range = tuple[int, int]
# A word of letters or a number stays whole; of Chinese each character counts.
TOKEN = re.compile(r"[A-Za-z]+|\d[\d.,-]*|\s+|.", re.DOTALL)
TAGS = {"del": "<del>{}</del>", "ins": "<ins>{}</ins>"}
# Characters that are the same between two changes, and still too few to be read apart.
TOO_SHORT = 2
# Beyond this the whole text counts as changed: comparing would keep the page waiting.
LONGEST = 10_000
# Changes that are said in words; more are counted.
TOLD = 6


@dataclass(frozen=True, slots=True)
class Piece:
    """A part that differs: where it stands in either text."""

    before: Range
    after: Range


@dataclass(frozen=True, slots=True)
class Change:
    """One matter before and after. As HTML once it is `dressed`; `how` says it in words."""

    label: object
    before: object
    after: object
    how: Sequence[str] = ()

    @property
    def differs(self) -> bool:
        return self.before != self.after


def dressed(change: Change, *, screened: bool = False) -> Change:
    """With what changed in `del` and `ins`; places that look private in `mark`, too."""
    before, after = text_of(change.before), text_of(change.after)
    found = pieces(before, after)
    suspects = places_in(after) if screened else []
    return Change(
        change.label,
        shown(before, "del", [one.before for one in found], ()),
        shown(after, "ins", [one.after for one in found], suspects),
        in_words(before, after, found),
    )


def text_of(value: object) -> str:
    return "" if value is None else str(value)


def marked(value: object) -> object:
    """A text as HTML, each place that looks private in `mark`."""
    return shown(value, "ins", (), places_in(value)) if isinstance(value, str) else value


def places_in(text: str) -> list[Range]:
    return [(found.start, found.end) for found in screening.screen(text)]


# --- What differs ------------------------------------------------------------------------


def pieces(before: str, after: str) -> list[Piece]:
    if max(len(before), len(after)) > LONGEST:
        return [Piece((0, len(before)), (0, len(after)))] if before != after else []
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    old_at, new_at = places(old), places(new)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    found: list[Piece] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            add(found, Piece((old_at[a], old_at[b]), (new_at[c], new_at[d])))
    return found


def places(tokens: list[str]) -> list[int]:
    """Where each token begins; at the end, where the text does."""
    found = [0]
    for token in tokens:
        found.append(found[-1] + len(token))
    return found


def add(found: list[Piece], piece: Piece) -> None:
    """As one with the piece before it, where hardly anything stands between them."""
    if found and piece.before[0] - found[-1].before[1] < TOO_SHORT:
        last = found.pop()
        piece = Piece((last.before[0], piece.before[1]), (last.after[0], piece.after[1]))
    found.append(piece)


# --- How it is shown ---------------------------------------------------------------------


def shown(
    text: str, tag: str, changed: Iterable[Range], suspects: Iterable[Range]
) -> SafeString:
    suspects = list(suspects)
    parts = [
        format_html(TAGS[tag], with_marks(text, one, suspects))
        if is_changed
        else with_marks(text, one, suspects)
        for one, is_changed in parted((0, len(text)), changed)
    ]
    return mark_safe("".join(parts))  # noqa: S308 (every part is escaped)


def with_marks(text: str, whole: Range, suspects: Iterable[Range]) -> SafeString:
    parts = [
        format_html("<mark>{}</mark>" if is_suspect else "{}", text[start:end])
        for (start, end), is_suspect in parted(whole, suspects)
    ]
    return mark_safe("".join(parts))  # noqa: S308 (every part is escaped)


def parted(whole: Range, ranges: Iterable[Range]) -> list[tuple[Range, bool]]:
    """The stretches of `whole`, each with whether it lies in one of the ranges."""
    start, end = whole
    within = [(max(a, start), min(b, end)) for a, b in ranges]
    within = [(a, b) for a, b in within if a < b]
    cuts = sorted({start, end, *(cut for one in within for cut in one)})
    return [(one, any(a <= one[0] < b for a, b in within)) for one in pairwise(cuts)]


def in_words(before: str, after: str, found: Sequence[Piece]) -> list[str]:
    """The same without colour or line: read aloud, printed, or in grey."""
    told = [
        in_a_word(before[slice(*one.before)], after[slice(*one.after)]) for one in found
    ]
    if len(told) <= TOLD:
        return told
    return [*told[:TOLD], _("另有 %(n)d 处") % {"n": len(told) - TOLD}]


def in_a_word(old: str, new: str) -> str:
    words = {"old": old.strip(), "new": new.strip()}
    if not old:
        return _("增加“%(new)s”") % words
    if not new:
        return _("删去“%(old)s”") % words
    return _("“%(old)s”改为“%(new)s”") % words
