"""Roots and proofs by two hands, the published vectors, and proofs that lie."""

from random import Random

import pytest

from registry.ledger import merkle
from registry.ledger.errors import LedgerError
from tests.registry.ledger import lies, trees
from tests.registry.ledger.vectors import ROOTS


@pytest.mark.parametrize(("size", "root"), ROOTS.items())
def test_it_has_the_published_root(size: int, root: str) -> None:
    roots, _ = trees.grown_tree(size)

    assert roots[size].hex() == root


def test_it_proves_every_pair_as_the_second_hand_does() -> None:
    flaws = [trees.flaw_of(proof) for proof in trees.proofs(range(1, 261))]

    # 33,930 inclusions and as many consistencies; E15 has all up to 1,024 leaves.
    assert len(flaws) == 2 * 33_930
    assert set(flaws) == {""}


def test_no_hand_believes_a_lie() -> None:
    dice = Random(1)
    told = [lies.lie_about(proof, dice) for proof in trees.proofs(range(500, 506))]

    assert [(name, lie) for name, lie in told if lie.verdicts() != {False}] == []
    assert {name for name, _ in told} == lies.KINDS


def test_it_goes_on_from_stored_nodes() -> None:
    roots, node = trees.grown_tree(300)

    for size in range(300):
        edge = merkle.Edge.stored(size, node)
        edge.append(merkle.leaf_hash(trees.leaf(size)))
        assert edge.root() == roots[size + 1]


def test_it_completes_the_nodes_above_a_leaf() -> None:
    edge = merkle.Edge()

    made = [[one.place for one in edge.append(bytes(32))] for _ in range(4)]

    assert made == [[(0, 0)], [(0, 1), (1, 0)], [(0, 2)], [(0, 3), (1, 1), (2, 0)]]


def test_its_root_reads_few_nodes_however_large_the_tree() -> None:
    asked = []

    def node(level: int, index: int) -> bytes:
        asked.append((level, index))
        return bytes(32)

    merkle.root(10**9, node)

    assert len(asked) == (10**9).bit_count()


def test_a_leaf_never_passes_as_a_node() -> None:
    left, right = merkle.leaf_hash(b"a"), merkle.leaf_hash(b"b")

    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)


def test_an_empty_tree_begins_every_tree_and_nothing_else_does_without_a_proof() -> None:
    root = trees.mth(0, 5)

    assert merkle.consistency_proof(0, 5, trees.grown_tree(5)[1]) == []
    assert merkle.verify_consistency(0, 5, merkle.EMPTY_ROOT, root, [])
    assert not merkle.verify_consistency(0, 5, root, root, [])
    assert not merkle.verify_consistency(0, 5, merkle.EMPTY_ROOT, root, [root])
    assert not merkle.verify_consistency(3, 5, trees.mth(0, 3), root, [])
    assert not merkle.verify_consistency(-1, 5, merkle.EMPTY_ROOT, root, [])
    assert not merkle.verify_consistency(6, 5, root, root, [])
    assert not merkle.verify_consistency(5, 5, root[:-1], root[:-1], [])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    _, node = trees.grown_tree(3)

    with pytest.raises(LedgerError, match="has no leaf"):
        merkle.inclusion_proof(index, size, node)


@pytest.mark.parametrize(("old", "new"), [(4, 3), (-1, 3)])
def test_there_is_no_proof_of_a_beginning_that_is_none(old: int, new: int) -> None:
    _, node = trees.grown_tree(3)

    with pytest.raises(LedgerError, match="no beginning"):
        merkle.consistency_proof(old, new, node)


def test_an_edge_refuses_peaks_that_make_no_tree() -> None:
    with pytest.raises(LedgerError, match="no tree of 3"):
        merkle.Edge(3, [bytes(32)])
