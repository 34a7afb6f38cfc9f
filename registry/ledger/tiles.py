"""The tree as files: tiles of 256 hashes, as C2SP tlog-tiles names and fills them.

A full tile never changes. Only the last tile of a level is partial; its name carries
its width, so that a wider one is another file.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from registry.ledger.errors import LedgerError
from registry.ledger.merkle import HASH_SIZE, NodeReader, joined

HEIGHT = 8
WIDTH = 1 << HEIGHT
DEEPEST_LEVEL = 63
PATH = re.compile(
    r"tile/(?P<level>0|[1-9]\d?)/(?P<number>(x\d{3}/)*\d{3})(\.p/(?P<width>[1-9]\d{0,2}))?",
    re.ASCII,
)


class Tile(NamedTuple):
    """A row of `width` hashes of full nodes of the level 8 * `level` of the tree."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        return f"tile/{self.level}/{number_path(self.number)}{width_path(self.width)}"

    def places(self) -> Iterator[tuple[int, int]]:
        """Level and index of the nodes whose hashes it holds, in order."""
        first = self.number * WIDTH
        return ((self.level * HEIGHT, first + i) for i in range(self.width))

    def content(self, node: NodeReader) -> bytes:
        return b"".join(node(*place) for place in self.places())


TileReader = Callable[[Tile], bytes]


def number_path(number: int) -> str:
    """1234067 as x001/x234/067: folders never grow beyond a thousand names."""
    digits = f"{number:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    return "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])


def width_path(width: int) -> str:
    return "" if width == WIDTH else f".p/{width}"


def read_path(path: str) -> Tile:
    """The tile of a path; LedgerError for every other spelling of it."""
    found = PATH.fullmatch(path)
    if found is None:
        raise LedgerError(f"{path!r} is no path of a tile")
    number = int(re.sub(r"[x/]", "", found["number"]))
    tile = Tile(int(found["level"]), number, int(found["width"] or WIDTH))
    if tile.path != path or tile.level > DEEPEST_LEVEL or tile.width > WIDTH:
        raise LedgerError(f"{path!r} is no path of a tile")
    return tile


# --- Which tiles there are ----------------------------------------------------------------


def tiles_of(size: int) -> Iterator[Tile]:
    """All tiles of a tree of `size` leaves."""
    return grown(0, size)


def grown(old: int, new: int) -> Iterator[Tile]:
    """The tiles of a tree of `new` leaves that one of `old` leaves did not have."""
    level = 0
    while new >> (level * HEIGHT):
        before, now = old >> (level * HEIGHT), new >> (level * HEIGHT)
        for number in range(before // WIDTH, now // WIDTH):
            yield Tile(level, number)
        if before != now and now % WIDTH:
            yield Tile(level, now // WIDTH, now % WIDTH)
        level += 1


def outgrown(old: int, new: int) -> Iterator[Tile]:
    """The partial tiles of the smaller tree that a wider or full one has replaced."""
    level = 0
    while old >> (level * HEIGHT):
        before, now = old >> (level * HEIGHT), new >> (level * HEIGHT)
        if before != now and before % WIDTH:
            yield Tile(level, before // WIDTH, before % WIDTH)
        level += 1


# --- Nodes out of tiles -------------------------------------------------------------------


def node_reader(size: int, read: TileReader) -> NodeReader:
    """Any full node of a tree of `size` leaves, from its tiles."""

    def node(level: int, index: int) -> bytes:
        tile, first, count = holding(level, index, size)
        content = read(tile)
        if len(content) != tile.width * HASH_SIZE:
            raise LedgerError(f"{tile.path} does not hold {tile.width} hashes")
        return joined_row(content[first * HASH_SIZE : (first + count) * HASH_SIZE])

    return node


def holding(level: int, index: int, size: int) -> tuple[Tile, int, int]:
    """The tile out of which a node is computed: from which hash on, and from how many."""
    if (index + 1) << level > size:
        raise LedgerError(f"a tree of {size} leaves has no full node {level}/{index}")
    tile_level, above = divmod(level, HEIGHT)
    number, first = divmod(index << above, WIDTH)
    there = size >> (tile_level * HEIGHT)
    return Tile(tile_level, number, min(WIDTH, there - number * WIDTH)), first, 1 << above


def joined_row(row: bytes) -> bytes:
    """The hash over a power of two of hashes that stand side by side."""
    hashes = [row[i : i + HASH_SIZE] for i in range(0, len(row), HASH_SIZE)]
    while len(hashes) > 1:
        hashes = [joined(hashes[i : i + 2]) for i in range(0, len(hashes), 2)]
    return hashes[0]
