"""What is looked for, in every form in which it could lie in a file.

Standard library only.
"""

import base64
from collections.abc import Iterable, Iterator
from typing import NamedTuple

TEXT_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
# Every needle is found by some eight bytes of it; a shorter one would be found by chance.
GRAM = 8


class Needle(NamedTuple):
    """`what` it is, of whom, in which form, and the bytes themselves."""

    what: str
    whose: int
    form: str
    content: bytes


def of_text(what: str, whose: int, text: str) -> Iterator[Needle]:
    """A text in the six encodings; hexadecimal and base64 of its UTF-8."""
    for encoding in TEXT_ENCODINGS:
        yield Needle(what, whose, encoding, text.encode(encoding))
    yield from in_letters(what, whose, text.encode())


def of_bytes(what: str, whose: int, content: bytes) -> Iterator[Needle]:
    """A key, a salt or a hash: as it is and in letters, those in UTF-16 too."""
    yield Needle(what, whose, "raw", content)
    yield from in_letters(what, whose, content)
    yield Needle(what, whose, "hex in utf-16-le", content.hex().encode("utf-16-le"))


def in_letters(what: str, whose: int, content: bytes) -> Iterator[Needle]:
    yield Needle(what, whose, "hex", content.hex().encode())
    yield Needle(what, whose, "HEX", content.hex().upper().encode())
    for offset in range(3):
        yield Needle(what, whose, f"base64 at {offset}", base64_at(content, offset))


def base64_at(content: bytes, offset: int) -> bytes:
    """The letters that are the same whatever stands before and after the content."""
    padded = b"\0" * offset + content
    whole = base64.b64encode(padded[: len(padded) - len(padded) % 3])
    # A letter holds six bits; those that share one with a neighbour depend on it.
    return whole[-(-8 * offset // 6) :]


def by_gram(needles: Iterable[Needle]) -> dict[bytes, list[tuple[int, Needle]]]:
    """Under eight bytes of each, those that fewest others share, with where they lie."""
    needles = list(needles)
    counted: dict[bytes, int] = {}
    for needle in needles:
        for gram in {needle.content[place : place + GRAM] for place in places(needle)}:
            counted[gram] = counted.get(gram, 0) + 1
    found: dict[bytes, list[tuple[int, Needle]]] = {}
    for needle in needles:
        place = min(places(needle), key=lambda at: counted[needle.content[at : at + GRAM]])
        gram = needle.content[place : place + GRAM]
        found.setdefault(gram, []).append((place, needle))
    return found


def places(needle: Needle) -> range:
    assert len(needle.content) >= GRAM, needle
    return range(len(needle.content) - GRAM + 1)
