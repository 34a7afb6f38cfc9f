"""The tree over the stored entries: any full node of it, from few rows."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

from registry.ledger.errors import LedgerError
from registry.ledger.merkle import NodeReader
from registry.ledger.tiles import HEIGHT, WIDTH, Tile, node_reader
from registry.models import LedgerEntry, LedgerNode

# Entries read at once: enough to keep the database busy, few enough for any memory.
CHUNK = 20_000


def reader(size: int, fresh: Mapping[tuple[int, int], bytes] | None = None) -> NodeReader:
    """Any full node of the tree of the first `size` entries; each tile is read once.

    `fresh` are nodes that are not stored yet.
    """
    known: dict[Tile, bytes] = {}

    def read(tile: Tile) -> bytes:
        if tile not in known:
            known[tile] = content(tile, fresh or {})
        return known[tile]

    return node_reader(size, read)


def content(tile: Tile, fresh: Mapping[tuple[int, int], bytes]) -> bytes:
    """The hashes of a tile; LedgerError where the tree is not that large."""
    found = dict(stored_row(tile))
    hashes = [found.get(place) or fresh.get(place, b"") for place in tile.places()]
    if not all(hashes):
        raise LedgerError(f"{tile.path} is not complete")
    return b"".join(hashes)


def stored_row(tile: Tile) -> Iterator[tuple[tuple[int, int], bytes]]:
    level, first = tile.level * HEIGHT, tile.number * WIDTH
    span = (first, first + tile.width - 1)
    rows: QuerySet[Any, tuple[int, Any]]
    if level == 0:
        rows = LedgerEntry.objects.filter(leaf__range=span).values_list("leaf", "hash")
    else:
        nodes = LedgerNode.objects.filter(level=level, place__range=span)
        rows = nodes.values_list("place", "hash")
    for place, hash_ in rows:
        yield (level, place), bytes(hash_)


def stored(first: int, until: int) -> Iterator[tuple[int, bytes, bytes]]:
    """Leaf, content and hash of the entries from `first` to before `until`, in order."""
    while first < until:
        above = min(until, first + CHUNK)
        rows = LedgerEntry.objects.filter(leaf__gte=first, leaf__lt=above)
        for leaf, content, hash_ in rows.order_by("leaf").values_list(
            "leaf", "content", "hash"
        ):
            yield leaf, bytes(content), bytes(hash_)
        first = above
