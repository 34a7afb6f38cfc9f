"""Which characters the letters can be set in, and what stands for one they cannot.

A character that the fonts do not have would come out as an empty box, and nobody could
tell that a name lost a character. It is set as 〓, the printers' mark for a type that is
missing, with its code point, so that the name can be completed by hand.
"""

import struct
import unicodedata
from functools import cache
from pathlib import Path
from typing import IO

import pylopdf_fonts_zh_cn as fonts

FOLDER = fonts.serif_path().parent
MISSING = "〓"
# Tables of a font file that say which characters it has: sixteen bits, and all.
BASIC, FULL = 4, 12


@cache
def coverage() -> frozenset[int]:
    """The characters that both faces have."""
    serif, sans = (characters(path) for path in (fonts.serif_path(), fonts.sans_path()))
    return frozenset(serif & sans)


def characters(path: Path) -> set[int]:
    with path.open("rb") as file:
        table = cmap(file)
    (n_maps,) = struct.unpack_from(">H", table, 2)
    found: set[int] = set()
    for i in range(n_maps):
        (at,) = struct.unpack_from(">I", table, 4 + 8 * i + 4)
        if struct.unpack_from(">H", table, at)[0] == FULL:
            found |= grouped(table, at)
    return found


def cmap(file: IO[bytes]) -> bytes:
    """The table of characters, by the directory that begins the file."""
    (n_tables,) = struct.unpack(">4xH6x", file.read(12))
    for _i in range(n_tables):
        tag, at, size = struct.unpack(">4s4xII", file.read(16))
        if tag == b"cmap":
            file.seek(at)
            return file.read(size)
    return bytes(4)


def grouped(table: bytes, at: int) -> set[int]:
    """Runs of characters: the first, the last, and the glyph of the first."""
    (n_groups,) = struct.unpack_from(">I", table, at + 12)
    runs = struct.iter_unpack(">III", table[at + 16 : at + 16 + 12 * n_groups])
    return {code for first, last, _glyph in runs for code in range(first, last + 1)}


def printable(text: str) -> str:
    """The text as it can be set: nothing invisible, and no character lost in silence."""
    return "".join(map(shown, unicodedata.normalize("NFC", text)))


@cache
def shown(one: str) -> str:
    kind = unicodedata.category(one)
    if kind == "Cc":
        return " "
    if kind == "Cf" or is_variant(one):
        # Turns the direction, or asks for another shape of what stands before it.
        return ""
    if ord(one) in coverage():
        return one
    return f"{MISSING}（U+{ord(one):04X}）"


def is_variant(one: str) -> bool:
    return 0xFE00 <= ord(one) <= 0xFE0F or 0xE0100 <= ord(one) <= 0xE01EF
