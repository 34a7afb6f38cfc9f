"""The verifier finds every fraud and accuses nobody honest."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from registry.ledger import verify
from tests.ledger_world import paper
from tests.ledger_world.frauds import FRAUDS
from tests.ledger_world.life import Life
from tests.ledger_world.outsider import ask
from tests.ledger_world.register import BEIJING, Leaf, Register
from tests.ledger_world.scene import NoOccasionError, Scene
from tests.ledger_world.trials import betrayal, clean_year
from tests.registry.ledger.vectors import COMMITMENT, CORE, ENTRY, ENTRY_LEAF, ROOTS, SALT

CODES = {
    *("root-mismatch", "rollback", "no-basis", "no-notice", "notice-too-young"),
    *("term-too-long", "backdated", "single-approval", "double-list", "extended"),
    *("early-removal", "undocumented-removal", "end-missing", "overdue-or-secret"),
    *("hidden-without-end", "answer-late"),
    *("bad-signature", "malformed-entry", "content-mismatch"),
}


# --- Honest and dishonest registers -----------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_it_is_content_with_an_honest_year(seed: int, tmp_path: Path) -> None:
    assert clean_year(seed, tmp_path) == ""


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", FRAUDS)
def test_it_finds(name: str, seed: int, tmp_path: Path) -> None:
    assert betrayal(name, seed, tmp_path) == ""


def test_every_finding_has_a_fraud_that_it_finds(tmp_path: Path) -> None:
    found = set()
    for act in FRAUDS.values():
        scene = Scene(Life(seed=1), Random(1), tmp_path)
        try:
            found.add(act(scene)[0])
        except NoOccasionError:
            continue

    assert found == CODES


def test_a_clean_verdict_counts_what_is_on_display(life: Life, published: Path) -> None:
    verdict = ask(published, life.moment())

    shown = len(life.on_display)
    assert verdict.text.startswith(f"clean: {len(life.leaves)} entries of register.example")
    assert verdict.text.endswith(f"{shown} on display\n")


def test_closed_cases_may_be_reduced_to_hashes(tmp_path: Path) -> None:
    life = Life(seed=6)
    life.publish(tmp_path)

    assert sum(entry.redacted for entry in life.leaves) > 50
    assert ask(tmp_path, life.moment()).status == 0


# --- Moments ----------------------------------------------------------------------------


def short_register(until: date) -> tuple[Register, Leaf]:
    """One listing that is over on `until`, and nothing else."""
    desk = Register(1, until - timedelta(days=30))
    start = desk.today.isoformat()
    rule = desk.add("rule", code="A", law="法", list="A", in_force=start, max_d=60)
    entry = desk.add(
        "list",
        case="c" * 32,
        kind="o",
        auth="x",
        rule=rule,
        notice=None,
        **{"decided": start, "from": start, "term_from": start, "appr": 2},
        until=until.isoformat(),
        C="0" * 64,
    )
    return desk, entry


@pytest.mark.parametrize(
    ("moment", "on_display", "expected"),
    [
        ("2026-05-31T23:59:59", True, set()),
        ("2026-06-01T00:09:00", True, set()),
        ("2026-06-01T00:11:00", True, {"overdue-or-secret"}),
        ("2026-05-31T23:49:00", False, {"hidden-without-end"}),
        ("2026-05-31T23:51:00", False, set()),
        ("2026-06-01T23:59:59", False, set()),
        ("2026-06-02T00:00:00", False, {"end-missing"}),
    ],
)
def test_the_last_moment_counts(
    moment: str, on_display: bool, expected: set[str], tmp_path: Path
) -> None:
    desk, entry = short_register(until=date(2026, 6, 1))
    desk.on_display = {entry} if on_display else set()
    desk.publish(tmp_path)

    at = datetime.fromisoformat(moment).replace(tzinfo=BEIJING)

    assert ask(tmp_path, at).codes() == expected


@pytest.mark.parametrize(
    ("start", "rule", "until"),
    [
        ("2024-02-29", {"max_m": 12}, "2025-03-01"),
        ("2023-08-31", {"max_m": 6}, "2024-03-01"),
        ("2023-03-01", {"max_m": 24}, "2025-03-02"),
        ("2024-01-31", {"max_m": 1}, "2024-03-01"),
        ("2026-12-05", {"max_m": 3}, "2027-03-06"),
        ("2026-03-16", {"max_d": 180}, "2026-09-13"),
    ],
)
def test_a_term_ends_with_the_day_of_the_same_number(
    start: str, rule: dict[str, int], until: str
) -> None:
    assert verify.within_rule(start, until, rule)
    assert not verify.within_rule(start, verify.plus(until, 1), rule)


# --- Hashes -----------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "root"), ROOTS.items())
def test_it_grows_the_tree_of_the_specification(n: int, root: str) -> None:
    tree = verify.Tree()
    for i in range(n):
        tree.append(verify.leaf_hash(f"leaf{i}".encode()))

    assert tree.root().hex() == root
    assert paper.root([paper.leaf(f"leaf{i}".encode()) for i in range(n)]).hex() == root


def test_it_hashes_an_entry_as_the_specification_does() -> None:
    entry = verify.canonical(ENTRY)

    assert verify.leaf_hash(entry).hex() == ENTRY_LEAF
    assert paper.leaf(paper.write(ENTRY)).hex() == ENTRY_LEAF
    assert paper.commit(SALT, CORE).hex() == COMMITMENT


def test_proofs_of_the_other_hand_lead_to_the_root() -> None:
    leaves = [paper.leaf(bytes([i])) for i in range(70)]
    for size in range(1, 70):
        root = paper.root(leaves[:size])
        for i in range(size):
            proof = paper.path(i, leaves[:size])

            assert verify.root_by_proof(leaves[i], i, size, proof) == root


def test_a_proof_of_the_wrong_length_or_place_leads_nowhere() -> None:
    leaves = [paper.leaf(bytes([i])) for i in range(13)]
    proof, root = paper.path(5, leaves), paper.root(leaves)

    assert verify.root_by_proof(leaves[5], 4, 13, proof) != root
    for wrong in (proof[:-1], [*proof, bytes(32)], []):
        with pytest.raises(ValueError, match="proof"):
            verify.root_by_proof(leaves[5], 5, 13, wrong)
    with pytest.raises(ValueError, match="older"):
        verify.root_by_proof(leaves[5], 13, 13, proof)


# --- A second visit -----------------------------------------------------------------------


def test_it_accepts_a_log_that_has_grown_and_a_key_handed_on(tmp_path: Path) -> None:
    state = str(tmp_path / "state")
    before, after = Life(seed=4, days=100), Life(seed=4, days=100)
    after.add("manifest", day=after.today.isoformat())
    after.rotate_key()
    # Published a day and more after the new key began to sign.
    later = after.moment()

    assert ask(before.publish(tmp_path / "a"), later, "--state", state).status == 0
    assert ask(after.publish(tmp_path / "b"), later, "--state", state).status == 0
    seen = json.loads((tmp_path / "state").read_text(encoding="utf-8"))
    assert seen["vkey"] == after.signers[-1].vkey


def test_it_keeps_what_it_saw_when_the_past_is_rewritten(tmp_path: Path) -> None:
    scene = Scene(Life(seed=4, days=100), Random(1), tmp_path)
    FRAUDS["log_cut_short"](scene)
    state = (tmp_path / "state").read_bytes()

    assert scene.look().status == 1
    assert (tmp_path / "state").read_bytes() == state
    assert scene.look().codes() == {"rollback"}


def test_a_key_long_replaced_signs_nothing_new(tmp_path: Path) -> None:
    life = Life(seed=4, days=100)
    life.rotate_key()
    life.publish(tmp_path)
    old = life.checkpoint([paper.leaf(e) for e in life.entries()], life.signers[-2])
    (tmp_path / "ledger" / "checkpoint").write_text(old, encoding="utf-8")

    assert ask(tmp_path, life.moment()).status == 0
    assert ask(tmp_path, life.moment() + timedelta(days=1)).codes() == {"bad-signature"}
