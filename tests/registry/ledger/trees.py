"""A second tree, as RFC 6962 section 2.1 writes it: recursive, slow, sharing nothing.

It proves, and reads proofs backwards as the definitions build them. A proof here is one
statement with everything that it rests on, so that one thing of it can be a lie.
"""

from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from registry.ledger import merkle, verify


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
    return above(mth(first, k), mth(k, until))


def above(left: bytes, right: bytes) -> bytes:
    return sha256(bytes([1]) + left + right).digest()


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


# --- The definitions read backwards -------------------------------------------------------


def root_of(leaf: bytes, m: int, size: int, proof: list[bytes]) -> bytes | None:
    """The root that a PATH leads to; None where it has another length."""
    if size == 1:
        return None if proof else leaf
    if not proof:
        return None
    k, (*rest, last) = largest_power_below(size), proof
    if m < k:
        left = root_of(leaf, m, k, rest)
        return above(left, last) if left else None
    right = root_of(leaf, m - k, size - k, rest)
    return above(last, right) if right else None


def roots_of(
    old: int, new: int, proof: list[bytes], whole: bytes | None
) -> tuple[bytes, bytes] | None:
    """The two roots that a SUBPROOF leads to; `whole` is the old one where it is known."""
    if old == new:
        told = proof if whole is None else [*proof, whole]
        return (told[0], told[0]) if len(told) == 1 else None
    if not proof:
        return None
    k, (*rest, last) = largest_power_below(new), proof
    if old <= k:
        found = roots_of(old, k, rest, whole)
        return (found[0], above(found[1], last)) if found else None
    found = roots_of(old - k, new - k, rest, None)
    return (above(last, found[0]), above(last, found[1])) if found else None


def are_hashes(*parts: bytes) -> bool:
    return {len(one) for one in parts} == {32}


class Inclusion(NamedTuple):
    """Leaf `m` lies in the tree of `size` leaves."""

    leaf: bytes
    m: int
    size: int
    proof: list[bytes]
    root: bytes

    def defined(self) -> list[bytes]:
        return path(self.m, 0, self.size)

    def verdicts(self) -> set[bool]:
        """Of the ledger, of the stand-alone verifier, and by definition."""
        return {merkle.verify_inclusion(*self), self.stands_alone(), self.is_so()}

    def stands_alone(self) -> bool:
        try:
            root = verify.root_by_proof(self.leaf, self.m, self.size, self.proof)
        except ValueError:
            return False
        return root == self.root

    def is_so(self) -> bool:
        fits = 0 <= self.m < self.size and are_hashes(self.leaf, *self.proof)
        return fits and root_of(self.leaf, self.m, self.size, self.proof) == self.root


class Consistency(NamedTuple):
    """The tree of `old` leaves is how the tree of `new` leaves began."""

    old: int
    new: int
    old_root: bytes
    new_root: bytes
    proof: list[bytes]

    def defined(self) -> list[bytes]:
        return subproof(self.old, 0, self.new)

    def verdicts(self) -> set[bool]:
        """Of the ledger, and by definition."""
        return {merkle.verify_consistency(*self), self.is_so()}

    def is_so(self) -> bool:
        roots = (self.old_root, self.new_root)
        fits = 0 < self.old <= self.new and are_hashes(*roots, *self.proof)
        return fits and roots_of(self.old, self.new, self.proof, self.old_root) == roots


Proof = Inclusion | Consistency

# --- The product's tree over the same leaves ----------------------------------------------


def grown_tree(size: int) -> tuple[list[bytes], Callable[[int, int], bytes]]:
    """The root after each leaf, and the reader of the nodes that were completed."""
    edge, nodes = merkle.Edge(), dict[tuple[int, int], bytes]()
    roots = [edge.root()]
    for n in range(size):
        nodes.update(edge.append(merkle.leaf_hash(leaf(n))))
        roots.append(edge.root())
    return roots, lambda level, index: nodes[level, index]


def proofs(sizes: range) -> Iterator[Proof]:
    """Every inclusion in trees of these sizes and every consistency with them, as proven.

    Also the whole tree with itself; the empty one has nothing to prove.
    """
    roots, node = grown_tree(max(sizes))
    for size in sizes:
        root = merkle.root(size, node)
        for m in range(size):
            one, proof = merkle.leaf_hash(leaf(m)), merkle.inclusion_proof(m, size, node)
            yield Inclusion(one, m, size, proof, root)
        for old in range(1, size + 1):
            proof = merkle.consistency_proof(old, size, node)
            yield Consistency(old, size, roots[old], root, proof)


def flaw_of(honest: Proof) -> str:
    """Where the two hands differ over a proof that was made; empty where they do not."""
    if honest.proof != honest.defined():
        return f"not the proof of RFC 6962: {honest}"
    return "" if honest.verdicts() == {True} else f"refused: {honest}"
