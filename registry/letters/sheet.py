"""A letter before it is set: a head, and blocks one after the other; no markup anywhere.

Every text is plain. What a block is called is how `letter.typ` draws it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """`about` stands under the title, `dated_on` is the day of the letter."""

    lang: str
    title: str
    about: str
    authority: str
    number: str
    dated_on: date
    blocks: tuple[Block, ...]
    page_of: str

    @property
    def values(self) -> dict[str, Any]:
        """As the template takes them."""
        day = (self.dated_on.year, self.dated_on.month, self.dated_on.day)
        return asdict(self) | {
            "day": day,
            "dated_on": None,
            "foot": f"{self.authority}  {self.number}",
        }


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above every letter."""

    title: str
    about: str
    authority: str
    number: str
    dated_on: date


def sheet(head: Head, blocks: Iterable[Block | None]) -> Sheet:
    """In the language being spoken; blocks that are None have nothing to say."""
    return Sheet(
        "en" if get_language() == "en" else "zh",
        head.title,
        head.about,
        head.authority,
        head.number,
        head.dated_on,
        tuple(block for block in blocks if block),
        # Filled in by the template, which alone knows how many pages there are.
        _("第 {page} 页，共 {pages} 页"),
    )


def heading(text: str) -> Block:
    return {"kind": "heading", "text": text}


def address(text: str) -> Block:
    """To whom: without the indent of a paragraph."""
    return {"kind": "address", "text": text}


def text(*said: str) -> Block | None:
    """Paragraphs; each line of a text that was typed is one."""
    lines = [line.strip() for one in said for line in one.splitlines()]
    return {"kind": "text", "text": lines} if (lines := [*filter(None, lines)]) else None


def rows(*pairs: tuple[str, str]) -> Block | None:
    """A label and what it says; what says nothing is left out."""
    found = [pair for pair in pairs if pair[1]]
    return {"kind": "rows", "rows": found} if found else None


def items(said: Sequence[str]) -> Block | None:
    """One below the other, numbered where there are several."""
    found = [*filter(None, said)]
    return {"kind": "items", "items": found} if len(found) > 1 else text(*found)


def table(
    widths: Sequence[int], head: Sequence[str], body: Sequence[Sequence[str]]
) -> Block:
    """Columns as wide as `widths` are to each other."""
    return {"kind": "table", "widths": widths, "head": head, "rows": body}


def form(*pairs: tuple[str, str]) -> Block:
    """To be completed by hand: what is empty leaves room for a pen."""
    return {"kind": "form", "rows": pairs}


def code(svg: str, alt: str, *said: str) -> Block:
    """A picture that machines read, and beside it what it holds."""
    return {"kind": "code", "svg": svg, "alt": alt, "text": [*filter(None, said)]}


def note(text: str) -> Block:
    return {"kind": "note", "text": text}


def signature(*lines: str) -> Block:
    return {"kind": "signature", "lines": lines}


def new_page(title: str) -> tuple[Block, Block]:
    return {"kind": "page"}, {"kind": "title", "text": title}
