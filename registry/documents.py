"""Numbers of documents: strings in, strings out."""

import re

# How people type the brackets of 〔2026〕, once NFKC has folded their width.
BRACKETS = ("〔〕", "[]", "()", "（）", "【】", "［］")
OPENING, CLOSING = re.compile(r"[〔\[(（【［]"), re.compile(r"[〕\])）】］]")


def spellings(number: str) -> list[str]:
    """As it was typed, and with every kind of brackets documents have; none of none."""
    plain = re.sub(r"\s+", "", number)
    if not plain:
        return []
    bracketed = (CLOSING.sub(pair[1], OPENING.sub(pair[0], plain)) for pair in BRACKETS)
    return [*dict.fromkeys((number, plain, *bracketed))]
