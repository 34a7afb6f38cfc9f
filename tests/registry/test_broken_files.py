"""Hundreds of broken files: each is a table or one sentence, and none is a crash.

The whole of it, with many more files, is a part of the campaign.
"""

import pytest

from registry.intake.tables.table import bounded
from tests.broken_files import SHARES, Attempts, Outcome, broken_file

N_FILES = 300


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    job = Attempts(tmp_path_factory.mktemp("broken"), 1, N_FILES)
    return [Outcome(*outcome) for chunk in bounded(job) for outcome in chunk]


def test_none_crashes(outcomes: list[Outcome]) -> None:
    assert len(outcomes) == N_FILES
    assert [outcome for outcome in outcomes if outcome.crash] == []


def test_a_refusal_is_one_sentence_that_says_what_to_do(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.sentence:
            assert "\n" not in outcome.sentence, outcome
            assert "%(" not in outcome.sentence, outcome
            assert outcome.sentence.endswith(("。", "）。")), outcome
            assert "请" in outcome.sentence or "只能" in outcome.sentence, outcome


def test_every_kind_is_tried_and_both_ends_are_met(outcomes: list[Outcome]) -> None:
    """Files that are all refused, or all taken, would test nothing."""
    for kind in SHARES:
        of_kind = [outcome for outcome in outcomes if outcome.kind == kind]
        assert of_kind
        assert any(outcome.sentence for outcome in of_kind), kind
    for kind in ("csv", "xlsx", "jsonl", "gz"):
        assert any(outcome.n_records for outcome in outcomes if outcome.kind == kind), kind
    assert len({outcome.sentence for outcome in outcomes}) > 20


def test_the_same_seed_makes_the_same_file() -> None:
    assert [broken_file(seed) for seed in range(40)] == [
        broken_file(seed) for seed in range(40)
    ]
