"""Proofs that say what is not so: one thing of a true one changed, in every way we know.

A size alone is bound by no proof, only by the signature over it and its root. So a tree
of another size comes with its own root, or with a path of another length.
"""

from collections.abc import Callable
from random import Random

from tests.registry.ledger.trees import Consistency, Inclusion, Proof, mth, path, subproof

# --- Of any path --------------------------------------------------------------------------

Path = list[bytes]


def flipped(dice: Random, hash_: bytes) -> bytes:
    spoilt = bytearray(hash_)
    spoilt[dice.randrange(len(spoilt))] ^= 1 << dice.randrange(8)
    return bytes(spoilt)


def at(dice: Random, proof: Path, change: Callable[[bytes], Path]) -> Path:
    """The path with something else in one place."""
    place = dice.randrange(len(proof))
    return [*proof[:place], *change(proof[place]), *proof[place + 1 :]]


def bit_flipped(dice: Random, proof: Path) -> Path:
    return at(dice, proof, lambda one: [flipped(dice, one)])


def hash_dropped(dice: Random, proof: Path) -> Path:
    return at(dice, proof, lambda _: [])


def hash_doubled(dice: Random, proof: Path) -> Path:
    return at(dice, proof, lambda one: [one, one])


def hash_truncated(dice: Random, proof: Path) -> Path:
    return at(dice, proof, lambda one: [one[: dice.randrange(len(one))]])


def hash_lengthened(dice: Random, proof: Path) -> Path:
    return at(dice, proof, lambda one: [one + bytes(dice.randrange(1, 33))])


def hash_divided(dice: Random, proof: Path) -> Path:
    return at(dice, proof, lambda one: [one[:16], one[16:]])


def hash_added(dice: Random, proof: Path) -> Path:
    place = dice.randrange(len(proof) + 1)
    return [*proof[:place], dice.randbytes(32), *proof[place:]]


def hashes_swapped(dice: Random, proof: Path) -> Path:
    one, other = dice.randrange(len(proof)), dice.randrange(len(proof))
    spoilt = list(proof)
    spoilt[one], spoilt[other] = proof[other], proof[one]
    return spoilt


PATH_LIES = (
    bit_flipped,
    hash_dropped,
    hash_doubled,
    hash_truncated,
    hash_lengthened,
    hash_divided,
    hash_added,
    hashes_swapped,
)

# --- Of an inclusion ----------------------------------------------------------------------


def another_size(dice: Random, least: int, size: int) -> int:
    return dice.randrange(least, 2 * size + 2)


def leaf_flipped(dice: Random, it: Inclusion) -> Inclusion:
    return it._replace(leaf=flipped(dice, it.leaf))


def root_flipped(dice: Random, it: Inclusion) -> Inclusion:
    return it._replace(root=flipped(dice, it.root))


def root_truncated(dice: Random, it: Inclusion) -> Inclusion:
    return it._replace(root=it.root[: dice.randrange(32)])


def root_of_another_size(dice: Random, it: Inclusion) -> Inclusion:
    return it._replace(root=mth(0, another_size(dice, 0, it.size)))


def tree_of_another_size(dice: Random, it: Inclusion) -> Inclusion:
    size = another_size(dice, 0, it.size)
    return it._replace(size=size, root=mth(0, size))


def size_of_another_length(dice: Random, it: Inclusion) -> Inclusion:
    size = another_size(dice, it.m + 1, it.size)
    longer = len(path(it.m, 0, size)) != len(it.proof)
    return it._replace(size=size) if longer else it


def another_leaf(dice: Random, it: Inclusion) -> Inclusion:
    other = dice.randrange(it.size)
    return it._replace(leaf=mth(other, other + 1))


def another_index(dice: Random, it: Inclusion) -> Inclusion:
    return it._replace(m=dice.choice([dice.randrange(it.size), ~it.m, it.m + it.size]))


def another_leaf_s_proof(dice: Random, it: Inclusion) -> Inclusion:
    return it._replace(proof=path(dice.randrange(it.size), 0, it.size))


def proof_from_another_tree(dice: Random, it: Inclusion) -> Inclusion:
    return it._replace(proof=path(it.m, 0, another_size(dice, it.m + 1, it.size)))


INCLUSION_LIES = (
    leaf_flipped,
    root_flipped,
    root_truncated,
    root_of_another_size,
    tree_of_another_size,
    size_of_another_length,
    another_leaf,
    another_index,
    another_leaf_s_proof,
    proof_from_another_tree,
)

# --- Of a consistency ---------------------------------------------------------------------


def old_root_flipped(dice: Random, it: Consistency) -> Consistency:
    return it._replace(old_root=flipped(dice, it.old_root))


def new_root_flipped(dice: Random, it: Consistency) -> Consistency:
    return it._replace(new_root=flipped(dice, it.new_root))


def roots_truncated(dice: Random, it: Consistency) -> Consistency:
    length = dice.randrange(32)
    return it._replace(old_root=it.old_root[:length], new_root=it.new_root[:length])


def roots_exchanged(_: Random, it: Consistency) -> Consistency:
    return it._replace(old_root=it.new_root, new_root=it.old_root)


def sizes_exchanged(_: Random, it: Consistency) -> Consistency:
    return Consistency(it.new, it.old, it.new_root, it.old_root, it.proof)


def old_root_of_another_size(dice: Random, it: Consistency) -> Consistency:
    return it._replace(old_root=mth(0, another_size(dice, 0, it.new)))


def another_old_tree(dice: Random, it: Consistency) -> Consistency:
    # Every tree begins with the empty one.
    old = another_size(dice, 1, it.new)
    return it._replace(old=old, old_root=mth(0, old))


def another_new_tree(dice: Random, it: Consistency) -> Consistency:
    new = another_size(dice, 0, it.new)
    return it._replace(new=new, new_root=mth(0, new))


def old_size_of_another_length(dice: Random, it: Consistency) -> Consistency:
    old = dice.randrange(1, it.new + 1)
    longer = len(subproof(old, 0, it.new)) != len(it.proof)
    return it._replace(old=old) if longer else it


def new_size_of_another_length(dice: Random, it: Consistency) -> Consistency:
    new = another_size(dice, it.old, it.new)
    longer = len(subproof(it.old, 0, new)) != len(it.proof)
    return it._replace(new=new) if longer else it


def proof_of_another_beginning(dice: Random, it: Consistency) -> Consistency:
    return it._replace(proof=subproof(dice.randrange(1, it.new + 1), 0, it.new))


def inclusion_for_consistency(_: Random, it: Consistency) -> Consistency:
    return it._replace(proof=path(it.old - 1, 0, it.new))


CONSISTENCY_LIES = (
    old_root_flipped,
    new_root_flipped,
    roots_truncated,
    roots_exchanged,
    sizes_exchanged,
    old_root_of_another_size,
    another_old_tree,
    another_new_tree,
    old_size_of_another_length,
    new_size_of_another_length,
    proof_of_another_beginning,
    inclusion_for_consistency,
)

# --- One of them --------------------------------------------------------------------------

KINDS = {lie.__name__ for lie in (*PATH_LIES, *INCLUSION_LIES, *CONSISTENCY_LIES)}


def lie_about(honest: Proof, dice: Random) -> tuple[str, Proof]:
    """A lie of some kind, and which; what came out true is thrown again."""
    while True:
        name, told = thrown(honest, dice)
        if told != honest:
            return name, told


def thrown(honest: Proof, dice: Random) -> tuple[str, Proof]:
    of_path = dice.choice(PATH_LIES)
    if isinstance(honest, Inclusion):
        of_leaf = dice.choice(INCLUSION_LIES)
        if on_path(honest, dice, len(INCLUSION_LIES)):
            return of_path.__name__, honest._replace(proof=of_path(dice, honest.proof))
        return of_leaf.__name__, of_leaf(dice, honest)
    of_tree = dice.choice(CONSISTENCY_LIES)
    if on_path(honest, dice, len(CONSISTENCY_LIES)):
        return of_path.__name__, honest._replace(proof=of_path(dice, honest.proof))
    return of_tree.__name__, of_tree(dice, honest)


def on_path(honest: Proof, dice: Random, n_others: int) -> bool:
    """Whether the lie lies in the path, so that each kind comes up as often."""
    share = len(PATH_LIES) / (len(PATH_LIES) + n_others)
    return bool(honest.proof) and dice.random() < share
