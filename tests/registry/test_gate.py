"""What is abnormal about a delivery, against the former ones of its list."""

from dataclasses import replace

import pytest

from registry.intake.gate import Limits, Told, alarms, in_words

LIMITS = Limits(fewer=20, more=100, errors=20, repeated=5)
USUAL = Told(
    n_records=1000,
    n_in_error=0,
    n_repeated=0,
    n_useful=1000,
    is_cut=False,
    silent_for=None,
)


def codes(
    told: Told, counts: tuple[int, ...] = (1000,), gaps: tuple[int, ...] = ()
) -> list[str]:
    return [code for code, _numbers in alarms(told, counts, gaps, LIMITS)]


@pytest.mark.parametrize(
    ("n", "said"),
    [
        pytest.param(700, ["fewer"], id="thirty percent missing"),
        pytest.param(799, ["fewer"], id="just beyond the limit"),
        pytest.param(800, [], id="at the limit"),
        pytest.param(1000, [], id="as always"),
        pytest.param(2000, [], id="twice as many"),
        pytest.param(2001, ["more"], id="more than twice as many"),
    ],
)
def test_the_number_of_records(n: int, said: list[str]) -> None:
    assert codes(replace(USUAL, n_records=n, n_useful=n)) == said


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        pytest.param((), [], id="nothing before"),
        pytest.param((9,), [], id="too few to tell"),
        pytest.param((2000, 1000, 10_000), ["fewer"], id="the middle one is usual"),
        pytest.param((900, 1000, 10_000), [], id="one outlier"),
    ],
)
def test_what_is_usual(counts: tuple[int, ...], said: list[str]) -> None:
    assert codes(replace(USUAL, n_records=1000), counts) == said


@pytest.mark.parametrize(
    ("told", "said"),
    [
        pytest.param(replace(USUAL, n_in_error=200), [], id="a fifth in error"),
        pytest.param(replace(USUAL, n_in_error=201), ["errors"], id="more in error"),
        pytest.param(replace(USUAL, n_repeated=50), [], id="some repeated"),
        pytest.param(replace(USUAL, n_repeated=51), ["repeated"], id="many repeated"),
        pytest.param(replace(USUAL, is_cut=True), ["cut"], id="cut off"),
        pytest.param(replace(USUAL, n_useful=0), ["nothing"], id="nothing of use"),
    ],
)
def test_the_records_themselves(told: Told, said: list[str]) -> None:
    assert codes(told) == said


@pytest.mark.parametrize(
    ("silent_for", "gaps", "said"),
    [
        pytest.param(3, (1, 1, 1), [], id="three times as long"),
        pytest.param(4, (1, 1, 1), ["silent"], id="longer"),
        pytest.param(400, (1, 1), [], id="too few gaps to tell"),
        pytest.param(3, (0, 0, 0), [], id="several a day"),
        pytest.param(22, (7, 7, 8), ["silent"], id="weekly, then three weeks of nothing"),
    ],
)
def test_a_silence(silent_for: int, gaps: tuple[int, ...], said: list[str]) -> None:
    assert codes(replace(USUAL, silent_for=silent_for), gaps=gaps) == said


def test_the_words_name_the_numbers() -> None:
    (alarm,) = alarms(replace(USUAL, n_records=700), (1000,), (), LIMITS)

    assert in_words(alarm) == "有 700 条记录，往常约 1000 条，少了 30%。"
