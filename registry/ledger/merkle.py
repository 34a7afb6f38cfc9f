"""The tree over the entries: RFC 6962 hashing, roots, proofs, and their verification.

A node (level, index) is the hash over the leaves from index * 2**level on, 2**level of
them. Only such full nodes are stored; everything ragged is computed from them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

from registry.ledger.errors import LedgerError

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()

# How a stored full node is read.
NodeReader = Callable[[int, int], bytes]


class Node(NamedTuple):
    # Level and index.
    place: tuple[int, int]
    hash: bytes


def leaf_hash(entry: bytes) -> bytes:
    # The first byte keeps a leaf from passing as a node, and a node as a leaf.
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


# --- Growing ------------------------------------------------------------------------------


class Edge:
    """The right edge of a growing tree: all that the next leaf and the root need."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        # Roots of the full trees that make up the whole, the largest first.
        self.peaks = list(peaks)
        if len(self.peaks) != size.bit_count():
            raise LedgerError(f"{len(self.peaks)} peaks make no tree of {size} leaves")

    @classmethod
    def stored(cls, size: int, node: NodeReader) -> "Edge":
        """The edge of a tree whose full nodes are stored."""
        return cls(size, (node(*place) for place in peaks_of(0, size)))

    def append(self, leaf: bytes) -> list[Node]:
        """Add a leaf hash; the full nodes it completes, itself first."""
        level, index, hash_ = 0, self.size, leaf
        made = [Node((level, index), hash_)]
        while index & 1:
            level, index, hash_ = level + 1, index >> 1, node_hash(self.peaks.pop(), hash_)
            made.append(Node((level, index), hash_))
        self.peaks.append(hash_)
        self.size += 1
        return made

    def root(self) -> bytes:
        return joined(self.peaks)


def peaks_of(first: int, until: int) -> Iterator[tuple[int, int]]:
    """The fewest full nodes over the leaves [first, until), from left to right.

    `first` is a multiple of a power of two that the range does not exceed.
    """
    while first < until:
        level = (until - first).bit_length() - 1
        yield level, first >> level
        first += 1 << level


def joined(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY_ROOT
    *rest, hash_ = peaks
    for peak in reversed(rest):
        hash_ = node_hash(peak, hash_)
    return hash_


# --- Roots and proofs ---------------------------------------------------------------------


def root(size: int, node: NodeReader) -> bytes:
    """The root over the first `size` leaves."""
    return span(0, size, node)


def span(first: int, until: int, node: NodeReader) -> bytes:
    return joined([node(*place) for place in peaks_of(first, until)])


def split(first: int, until: int) -> int:
    """Where RFC 6962 divides a range: after the largest power of two below its length."""
    return first + (1 << ((until - first - 1).bit_length() - 1))


def inclusion_proof(index: int, size: int, node: NodeReader) -> list[bytes]:
    """That the leaf `index` lies under the root of `size` leaves, from the leaf upwards."""
    if not 0 <= index < size:
        raise LedgerError(f"a tree of {size} leaves has no leaf {index}")
    first, until, path = 0, size, []
    while until - first > 1:
        middle = split(first, until)
        if index < middle:
            path.append(span(middle, until, node))
            until = middle
        else:
            path.append(span(first, middle, node))
            first = middle
    return path[::-1]


def consistency_proof(old: int, new: int, node: NodeReader) -> list[bytes]:
    """That the tree of `old` leaves is how the tree of `new` leaves began."""
    if not 0 <= old <= new:
        raise LedgerError(f"a tree of {old} leaves is no beginning of one of {new}")
    if old in (0, new):
        return []
    first, until, path = 0, new, []
    while until != old:
        middle = split(first, until)
        if old <= middle:
            path.append(span(middle, until, node))
            until = middle
        else:
            path.append(span(first, middle, node))
            first = middle
    # The old tree itself needs no proof where it is one full node.
    if first:
        path.append(span(first, until, node))
    return path[::-1]


# --- Verification: RFC 9162, sections 2.1.3.2 and 2.1.4.2; shares nothing with the above --


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether the proof shows the leaf hash at `index` under this root of `size` leaves."""
    if not 0 <= index < size or not are_hashes(leaf, root, *proof):
        return False
    place, last, hash_ = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            hash_ = node_hash(sibling, hash_)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            hash_ = node_hash(hash_, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and hash_ == root


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the proof shows that the old root's tree is how the new root's tree began."""
    if not 0 <= old <= new or not are_hashes(old_root, new_root, *proof):
        return False
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    if old == new:
        return not proof and old_root == new_root
    return climbed(old, new, old_root, proof) == (old_root, new_root)


def climbed(
    old: int, new: int, old_root: bytes, proof: Sequence[bytes]
) -> tuple[bytes, bytes] | None:
    """The two roots that a proof leads to; None where it leads nowhere."""
    # A full old tree is its own first step.
    path = [old_root, *proof] if old.bit_count() == 1 else list(proof)
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    if not path:
        return None
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        place, last = place >> 1, last >> 1
    return (before, after) if last == 0 else None


def are_hashes(*hashes: bytes) -> bool:
    return all(len(one) == HASH_SIZE for one in hashes)
