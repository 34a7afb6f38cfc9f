"""The verifier finds every fraud and accuses nobody honest."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from registry.ledger import canonical, entries, verify
from tests.ledger_world import paper
from tests.ledger_world.frauds import FRAUDS
from tests.ledger_world.life import Life
from tests.ledger_world.outsider import ask
from tests.ledger_world.register import BEIJING, Leaf, Register
from tests.ledger_world.scene import NoOccasionError, Scene
from tests.ledger_world.trials import betrayal, clean_year
from tests.registry.ledger.test_entries import GOOD
from tests.registry.ledger.vectors import COMMITMENT, CORE, ENTRY, ENTRY_LEAF, ROOTS, SALT

CODES = {
    *("root-mismatch", "rollback", "no-basis", "no-notice", "notice-too-young"),
    *("term-too-long", "backdated", "single-approval", "double-list", "extended"),
    *("early-removal", "undocumented-removal", "end-missing", "overdue-or-secret"),
    *("hidden-without-end", "answer-late"),
    *("bad-signature", "malformed-entry", "content-mismatch"),
}


# No field of any entry may have one of these.
WRONG = [None, False, -1, "", " ", "\n", [], [1], {"é": 1}, {"": 1}, {"a": {"b": -1}}]


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
    for name, act in FRAUDS.items():
        folder = tmp_path / name
        folder.mkdir()
        scene = Scene(Life(seed=1), Random(1), folder)
        try:
            found.add(act(scene)[0])
        except NoOccasionError:
            continue

    assert found == CODES


def test_the_honest_year_is_written_as_the_register_writes(life: Life) -> None:
    assert [entries.encode(entries.decode(raw)) for raw in life.entries()] == life.entries()
    assert {entry["t"] for entry in life.leaves} >= entries.TYPES.keys() - {"key", "amend"}


def test_it_knows_exactly_the_fields_of_the_register() -> None:
    assert verify.SHAPES.keys() == entries.FORMS.keys()
    for kind, shape in verify.SHAPES.items():
        needed = {name for name, (_, optional) in shape.items() if not optional}

        assert shape.keys() == entries.FORMS[kind].keys()
        # What a listing may lack here has a finding of its own.
        assert entries.REQUIRED[kind] - needed <= {"rule", "appr"}
        assert needed <= entries.REQUIRED[kind]


@pytest.mark.parametrize("kind", GOOD)
def test_it_reads_what_the_register_writes(kind: str) -> None:
    raw = entries.encode(GOOD[kind])

    assert verify.read_entry(raw) == GOOD[kind]
    with pytest.raises(ValueError, match="field 'name'"):
        verify.read_entry(canonical.encode(GOOD[kind] | {"name": "张三"}))


@pytest.mark.parametrize(("kind", "name"), [(k, n) for k in GOOD for n in GOOD[k]])
def test_it_reads_no_value_of_another_form(kind: str, name: str) -> None:
    for value in WRONG:
        raw = paper.write(GOOD[kind] | {name: value})
        with pytest.raises(verify.BROKEN):
            verify.read_entry(raw)


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
    law = {"law": "法", "list": "A", "severity": "serious", "version": 1}
    rule = desk.add("rule", code="A", in_force=start, max_d=60, **law)
    entry = desk.add(
        "list",
        case="c" * 32,
        kind="o",
        auth="x",
        rule=rule,
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
    after.write_manifest()
    after.rotate_key()
    # Published a day and more after the new key began to sign.
    later = after.moment()

    assert ask(before.publish(tmp_path / "a"), later, "--state", state).status == 0
    assert ask(after.publish(tmp_path / "b"), later, "--state", state).status == 0
    seen = json.loads((tmp_path / "state").read_text(encoding="utf-8"))
    assert [key for key, _ in seen["keys"]] == [one.vkey for one in after.signers]


def test_it_keeps_what_it_saw_when_the_past_is_rewritten(tmp_path: Path) -> None:
    scene = Scene(Life(seed=4, days=100), Random(1), tmp_path)
    FRAUDS["log_cut_short"](scene)
    state = (tmp_path / "state").read_bytes()

    assert scene.look().status == 1
    assert (tmp_path / "state").read_bytes() == state
    assert "rollback" in scene.look().codes()
