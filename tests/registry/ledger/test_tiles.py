"""Paths and widths as C2SP tlog-tiles gives them, and nodes read back out of tiles."""

import pytest

from registry.ledger import merkle
from registry.ledger.errors import LedgerError
from registry.ledger.tiles import (
    Tile,
    grown,
    node_reader,
    outgrown,
    read_path,
    tiles_of,
)
from tests.registry.ledger import trees

PATHS = [
    (Tile(0, 0), "tile/0/000"),
    (Tile(0, 0, 1), "tile/0/000.p/1"),
    (Tile(0, 255, 255), "tile/0/255.p/255"),
    (Tile(1, 999), "tile/1/999"),
    (Tile(0, 1000), "tile/0/x001/000"),
    (Tile(0, 1234067), "tile/0/x001/x234/067"),
    (Tile(2, 1234067, 8), "tile/2/x001/x234/067.p/8"),
    (Tile(63, 999_999), "tile/63/x999/999"),
]


@pytest.mark.parametrize(("tile", "path"), PATHS)
def test_a_tile_has_one_path(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert read_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("tile/0/0", id="too few digits"),
        pytest.param("tile/0/0000", id="too many digits"),
        pytest.param("tile/00/000", id="a level with a leading zero"),
        pytest.param("tile/64/000", id="a level too high"),
        pytest.param("tile/0/x000/001", id="an index with a leading group"),
        pytest.param("tile/0/001/000", id="a group without its x"),
        pytest.param("tile/0/x001", id="a group too few"),
        pytest.param("tile/0/000.p/0", id="an empty tile"),
        pytest.param("tile/0/000.p/07", id="a width with a leading zero"),
        pytest.param("tile/0/000.p/256", id="a full tile named as a partial one"),
        pytest.param("tile/0/000.p/300", id="wider than a tile"),
        pytest.param("/tile/0/000", id="a slash before"),
        pytest.param("tile/0/000\n", id="a line end after"),
        pytest.param("tile/0/٠٠٠", id="digits of another script"),
        pytest.param("tile/-1/000", id="a negative level"),
    ],
)
def test_no_other_spelling_is_a_path(path: str) -> None:
    with pytest.raises(LedgerError, match="no path of a tile"):
        read_path(path)


def test_it_has_the_tiles_of_the_published_example() -> None:
    found = list(tiles_of(70_000))

    assert len(found) == 273 + 1 + 1 + 1 + 1
    assert [tile for tile in found if tile.width < 256 or tile.level] == [
        Tile(0, 273, 112),
        Tile(1, 0),
        Tile(1, 1, 17),
        Tile(2, 0, 1),
    ]
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_of(0)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [(0, 1), (255, 256), (256, 257), (200, 700), (65_535, 65_537), (511, 66_048), (7, 7)],
)
def test_growth_writes_what_is_new_and_no_more(old: int, new: int) -> None:
    before, after = set(tiles_of(old)), set(tiles_of(new))

    assert set(grown(old, new)) == after - before
    assert set(outgrown(old, new)) == before - after


def test_steps_of_growth_leave_the_same_tiles_as_one_leap() -> None:
    kept: set[Tile] = set()

    for size in range(0, 1_500, 7):
        kept |= set(grown(size, size + 7))
        kept -= set(outgrown(size, size + 7))

    assert kept == set(tiles_of(1_505))


@pytest.mark.parametrize("size", [1, 255, 256, 257, 700])
def test_proofs_come_out_of_tiles_alone(size: int) -> None:
    roots, stored = trees.grown_tree(size)
    files = {tile.path: tile.content(stored) for tile in tiles_of(size)}
    node = node_reader(size, lambda tile: files[tile.path])

    assert merkle.root(size, node) == roots[size]
    for m in range(0, size, 13):
        assert merkle.inclusion_proof(m, size, node) == trees.path(m, 0, size)
        old = m + 1
        assert merkle.consistency_proof(old, size, node) == trees.subproof(old, 0, size)


def test_a_tile_cut_short_is_refused() -> None:
    node = node_reader(3, lambda _: bytes(95))

    with pytest.raises(LedgerError, match="does not hold 3 hashes"):
        node(0, 0)


@pytest.mark.parametrize(("level", "index"), [(0, 3), (1, 1), (2, 0)])
def test_there_is_no_ragged_node(level: int, index: int) -> None:
    node = node_reader(3, lambda _: bytes(96))

    with pytest.raises(LedgerError, match="no full node"):
        node(level, index)
