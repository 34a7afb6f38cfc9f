"""Reads every byte of every file below some folders and says what it finds of the needles.

Standard library only.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import suppress
from pathlib import Path

from tests.forget.needles import GRAM, Needle

# No needle holds as many zeros as most of a database file is made of.
NOTHING = b"\0" * 64
# A text in UTF-16 may begin or end with a zero that is its own.
EDGE = b"\0"
PIECE = 1 << 20
Grams = Mapping[bytes, list[tuple[int, Needle]]]


def scan(folders: Iterable[Path], grams: Grams) -> dict[Needle, str]:
    """The needles that are there, each with one file that has it; also in file names."""
    found: dict[Needle, str] = {}
    for path in files(folders):
        for content in (bytes(path), *pieces(path)):
            for needle in matches(content, grams, grams.keys()):
                found.setdefault(needle, str(path))
    return found


def files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def pieces(path: Path) -> Iterator[bytes]:
    """The file without its long runs of nothing."""
    # A server may take a file away while it is looked for.
    with suppress(FileNotFoundError):
        for piece in filter(None, path.read_bytes().split(NOTHING)):
            yield EDGE + piece + EDGE


def matches(content: bytes, grams: Grams, keys: Set[bytes]) -> Iterator[Needle]:
    for start in range(0, len(content), PIECE):
        # Eight bytes that lie across the edge belong to the piece before it.
        end = min(start + PIECE, len(content) - GRAM + 1)
        hits = [at for at in range(start, end) if content[at : at + GRAM] in keys]
        for at in hits:
            for place, needle in grams[content[at : at + GRAM]]:
                if content.startswith(needle.content, at - place) and at >= place:
                    yield needle
