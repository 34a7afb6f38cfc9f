"""A second tree, as RFC 6962 section 2.1 writes it: recursive, slow, sharing nothing.

`check_all_pairs(1024)` is the whole of it, for the campaign; the suite runs a slice.
"""

import random
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from registry.ledger import merkle

SEED = 20260316


def leaf(n: int) -> bytes:
    return b"leaf%d" % n


@cache
def mth(first: int, until: int) -> bytes:
    """MTH(D[first:until])."""
    if first == until:
        return sha256().digest()
    if until - first == 1:
        return sha256(bytes([0]) + leaf(first)).digest()
    k = first + largest_power_below(until - first)
    return sha256(bytes([1]) + mth(first, k) + mth(k, until)).digest()


def largest_power_below(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def path(m: int, first: int, until: int) -> list[bytes]:
    """PATH(m, D[first:until]) with m counted from the whole tree's first leaf."""
    if until - first == 1:
        return []
    k = first + largest_power_below(until - first)
    if m < k:
        return [*path(m, first, k), mth(k, until)]
    return [*path(m, k, until), mth(first, k)]


def subproof(m: int, first: int, until: int, known: bool = True) -> list[bytes]:
    """SUBPROOF(m, D[first:until], b) with m counted from the whole tree's first leaf."""
    if m == until:
        return [] if known else [mth(first, until)]
    k = first + largest_power_below(until - first)
    if m <= k:
        return [*subproof(m, first, k, known), mth(k, until)]
    return [*subproof(m, k, until, False), mth(first, k)]


# --- The product's tree over the same leaves ----------------------------------------------


def grown_tree(size: int) -> tuple[list[bytes], Callable[[int, int], bytes]]:
    """The root after each leaf, and the reader of the nodes that were completed."""
    edge, nodes = merkle.Edge(), dict[tuple[int, int], bytes]()
    roots = [edge.root()]
    for n in range(size):
        nodes.update(edge.append(merkle.leaf_hash(leaf(n))))
        roots.append(edge.root())
    return roots, lambda level, index: nodes[level, index]


def check_all_pairs(largest: int) -> int:
    """Prove and verify every pair up to `largest` leaves by both hands; how many."""
    roots, node = grown_tree(largest)
    n_checked = 0
    for size in range(largest + 1):
        assert roots[size] == mth(0, size) == merkle.root(size, node)
        for m in range(size):
            proof = merkle.inclusion_proof(m, size, node)
            assert proof == path(m, 0, size)
            assert merkle.verify_inclusion(mth(m, m + 1), m, size, proof, roots[size])
        for old in range(1, size + 1):
            proof = merkle.consistency_proof(old, size, node)
            assert proof == subproof(old, 0, size)
            assert merkle.verify_consistency(old, size, roots[old], roots[size], proof)
        n_checked += 2 * size
    return n_checked


# --- Proofs that say what is not so -------------------------------------------------------


class Inclusion(NamedTuple):
    leaf: bytes
    m: int
    size: int
    proof: list[bytes]
    root: bytes

    def holds(self) -> bool:
        return merkle.verify_inclusion(*self)


class Consistency(NamedTuple):
    old: int
    new: int
    old_root: bytes
    new_root: bytes
    proof: list[bytes]

    def holds(self) -> bool:
        return merkle.verify_consistency(*self)


def corrupted(n: int, largest: int, seed: int = SEED) -> Iterator[Inclusion | Consistency]:
    """`n` wrong proofs for trees of up to `largest` leaves, the same for the same seed."""
    dice = random.Random(seed)
    _, node = grown_tree(largest)
    while n:
        size = dice.randrange(2, largest + 1)
        made = (
            spoilt_inclusion(dice, size, node)
            if dice.random() < 0.5
            else spoilt_consistency(dice, size, node)
        )
        if made is not None:
            n -= 1
            yield made


def spoilt_inclusion(
    dice: random.Random, size: int, node: Callable[[int, int], bytes]
) -> Inclusion | None:
    m = dice.randrange(size)
    good = Inclusion(
        mth(m, m + 1), m, size, merkle.inclusion_proof(m, size, node), mth(0, size)
    )
    # The size alone is no lie: a signed checkpoint binds it to its root.
    other = dice.randrange(size)
    bad = dice.choice(
        [
            good._replace(proof=spoilt_path(dice, good.proof)),
            good._replace(leaf=flipped(dice, good.leaf)),
            good._replace(root=flipped(dice, good.root)),
            good._replace(leaf=mth(other, other + 1)),
            good._replace(m=dice.choice([other, -1, size, size + other])),
            good._replace(size=size - 1, root=mth(0, size - 1)),
            good._replace(size=size + 1, root=mth(0, size + 1)),
        ]
    )
    return bad if bad != good else None


def spoilt_consistency(
    dice: random.Random, size: int, node: Callable[[int, int], bytes]
) -> Consistency | None:
    old = dice.randrange(1, size + 1)
    proof = merkle.consistency_proof(old, size, node)
    good = Consistency(old, size, mth(0, old), mth(0, size), proof)
    other = dice.randrange(1, size + 1)
    bad = dice.choice(
        [
            good._replace(proof=spoilt_path(dice, proof)),
            good._replace(old_root=flipped(dice, good.old_root)),
            good._replace(new_root=flipped(dice, good.new_root)),
            good._replace(old=other, old_root=mth(0, other)),
            good._replace(new=size + 1, new_root=mth(0, size + 1)),
            good._replace(old=size, new=old, old_root=good.new_root, new_root=mth(0, old)),
        ]
    )
    return bad if bad != good else None


def flipped(dice: random.Random, hash_: bytes) -> bytes:
    spoilt = bytearray(hash_)
    spoilt[dice.randrange(len(spoilt))] ^= 1 << dice.randrange(8)
    return bytes(spoilt)


def spoilt_path(dice: random.Random, proof: list[bytes]) -> list[bytes]:
    """One hash altered, left out, doubled, moved, cut short or added."""
    place = dice.randrange(len(proof) + 1)
    if not proof or place == len(proof):
        return [*proof, dice.randbytes(32)]
    before, one, after = proof[:place], proof[place], proof[place + 1 :]
    return dice.choice(
        [
            [*before, flipped(dice, one), *after],
            [*before, *after],
            [*before, one, one, *after],
            [*before, *after, one],
            [*before, one[:-1], *after],
        ]
    )
