"""The drills and their oracle: what they promise of themselves."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.campaign.e18_resurrect import EXPERIMENT, LARGE, SMALL, plan
from tests.drill import oracle
from tests.drill.plan import KINDS
from tests.registry.ledger import vectors

PLANS = [plan(1, i) for i in range(EXPERIMENT.steps["full"])]
TWENTY = PLANS[len(SMALL) :]
LISTED: dict[str, Any] = {"t": "list", "from": "2026-03-16", "C": "old"}
DAY = "2026-06-01"


def folded(*changes: dict[str, Any], **fields: Any) -> oracle.Listed:
    entries = [LISTED | fields, *({"list": 0} | change for change in changes)]
    return oracle.listings_after(json.dumps(entry).encode() for entry in entries)[0]


def test_three_of_twenty_are_large_and_of_three_kinds() -> None:
    large = [one for one in TWENTY if one.n_entities == 1_000_000]

    assert (len(TWENTY), len(large)) == (20, len(LARGE))
    assert len({one.kind for one in large}) == len(large)
    assert {one.n_entities for one in TWENTY} == {50_000, 1_000_000}
    assert [one.kind for one in PLANS[: EXPERIMENT.steps["ci"]]] == ["dump", "sqlite"]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_put_back_soon_and_late_with_and_without_its_vault(kind: str) -> None:
    met = [one for one in TWENTY if one.kind == kind]

    assert {one.is_old for one in met} == {True, False}
    assert {one.vault_is_lost for one in met} == {True, False}


def test_some_end_unsigned_and_some_ticks_are_killed() -> None:
    assert sum(one.ends_unsigned for one in TWENTY) == 5
    assert sum(one.breaks_off for one in TWENTY) == 4


@pytest.mark.parametrize("size", sorted(vectors.ROOTS.keys() - {0}))
def test_the_oracle_knows_the_published_roots(size: int) -> None:
    assert oracle.root_of(b"leaf%d" % n for n in range(size)).hex() == vectors.ROOTS[size]


@pytest.mark.parametrize(
    ("changes", "shows"),
    [
        pytest.param([], True, id="as it was listed"),
        pytest.param([{"t": "hold", "why": "court"}], False, id="on hold"),
        pytest.param(
            [{"t": "hold", "why": "court"}, {"t": "unhold", "why": "restore"}],
            False,
            id="another hold lifted",
        ),
        pytest.param([{"t": "end", "why": "wrong"}], False, id="ended"),
        pytest.param([{"t": "amend", "C": "new", "until": DAY}], False, id="over"),
        pytest.param(
            [{"t": "end", "why": "wrong"}, {"t": "amend", "C": "new"}], False, id="stays"
        ),
    ],
)
def test_the_oracle_folds(changes: list[dict[str, Any]], shows: bool) -> None:
    assert folded(*changes, until="2028-01-01").shows(DAY) is shows


def test_the_oracle_shows_what_is_open_until_its_review_is_due() -> None:
    assert folded(review_by=DAY).shows(DAY)
    assert not folded(review_by="2026-05-31").shows(DAY)
    late = {"t": "review", "review_by": DAY}
    assert folded(late, review_by="2026-05-31").shows(DAY)


def test_the_oracle_passes_over_what_nobody_signed(tmp_path: Path) -> None:
    entries = [json.dumps(LISTED | {"n": n}).encode() for n in range(3)]
    lines = [{"i": n, "e": base64.b64encode(one).decode()} for n, one in enumerate(entries)]
    note = f"origin\n2\n{base64.b64encode(b'root').decode()}\n\n— a b\n"
    rows: list[dict[str, Any]] = [*lines[:2], {"c": note}, lines[2]]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "ledger.ndjson").write_text(text + '{"i": 3, "e": "', encoding="utf-8")

    journal = oracle.read(tmp_path)

    assert journal.entries == entries[:2]
    assert journal.points == [(2, b"root", note)]
