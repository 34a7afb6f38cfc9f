"""E15: every proof up to 1,024 leaves holds for two hands, and no lie about any does."""

from collections.abc import Iterator
from random import Random

from registry.ledger import canonical, commitments, merkle
from tests.campaign.frame import Experiment, Outcome
from tests.registry.ledger import vectors
from tests.registry.ledger.lies import lie_about
from tests.registry.ledger.trees import Proof, flaw_of, grown_tree, mth, proofs

# Tree sizes in a step. 128 steps reach 1,024 leaves and tell 1,049,600 lies; 18 reach
# 144 leaves and tell 20,880.
SIZES = 8
STEPS = {"full": 128, "ci": 18}


def step(seed: int, i: int) -> Outcome:
    """The trees of the next sizes: each root, each proof, and for each proof a lie."""
    sizes = range(i * SIZES + 1 if i else 0, (i + 1) * SIZES + 1)
    dice = Random(f"{seed}-{i}")
    n, failures = len(sizes), [*wrong_roots(sizes), *wrong_vectors()]
    for proof in proofs(sizes):
        n += 2
        failures += faults(proof, dice)
    return Outcome(n, tuple(failures))


def wrong_vectors() -> Iterator[str]:
    entry = canonical.encode(vectors.ENTRY)
    if merkle.leaf_hash(entry).hex() != vectors.ENTRY_LEAF:
        yield "the published entry has another leaf"
    if commitments.commit(vectors.SALT, vectors.CORE).hex() != vectors.COMMITMENT:
        yield "the published content has another commitment"


def wrong_roots(sizes: range) -> Iterator[str]:
    """Where two hands have two roots, or both another one than was published."""
    roots, _ = grown_tree(max(sizes))
    for size in sizes:
        root = mth(0, size)
        published = vectors.ROOTS.get(size, root.hex())
        if (roots[size], published) != (root, root.hex()):
            yield f"the root of {size} leaves is another"


def faults(honest: Proof, dice: Random) -> Iterator[str]:
    if flaw := flaw_of(honest):
        yield flaw
    kind, lie = lie_about(honest, dice)
    if True in lie.verdicts():
        yield f"believed: {kind}, {lie}"


COVERS = ("registry/ledger/merkle.py",)
EXPERIMENT = Experiment(
    "E15", "PROOFS", seed=20260316, steps=STEPS, step=step, covers=COVERS
)
