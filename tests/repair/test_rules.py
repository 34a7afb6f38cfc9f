"""What stands in the way of a repair, as a table."""

from dataclasses import replace
from datetime import date

import pytest

from registry.terms import Duration, Rule, TermKind, Unit
from repair import rules
from repair.rules import Case

DAY = date(2026, 5, 10)
TIMING = Rule(TermKind.FIXED, early=Duration(3, Unit.MONTHS))
FROM_CORRECTION = Rule(
    TermKind.FIXED,
    early=Duration(6, Unit.MONTHS),
    early_from="correction",
    class_minimum=Duration(12, Unit.MONTHS),
)
CLEAN = Case(
    on_display=True,
    held=False,
    early_exit="period",
    timing=TIMING,
    decided_on=date(2026, 2, 10),
    displayed_from=date(2026, 2, 10),
    displayed_until=date(2027, 2, 11),
    repairable_from=DAY,
    done=True,
    committed=True,
)
CORRECTED = replace(
    CLEAN,
    timing=FROM_CORRECTION,
    decided_on=date(2025, 5, 10),
    displayed_from=date(2025, 5, 10),
    repairable_from=None,
    corrected_on=date(2025, 11, 10),
)
UNTOLD = replace(CORRECTED, corrected_on=None)


@pytest.mark.parametrize(
    ("case", "codes"),
    [
        pytest.param(CLEAN, [], id="nothing stands in the way"),
        pytest.param(
            replace(CLEAN, repairable_from=date(2026, 5, 11)),
            ["too_early"],
            id="one day short of the minimum",
        ),
        pytest.param(replace(CLEAN, on_display=False), ["not_on_display"], id="ended"),
        pytest.param(replace(CLEAN, on_display=False, held=True), ["held"], id="held"),
        pytest.param(replace(CLEAN, early_exit="never"), ["never"], id="never"),
        pytest.param(
            replace(CLEAN, early_exit="none"), ["nothing_to_repair"], id="an honour"
        ),
        pytest.param(
            replace(CLEAN, early_exit="condition", repairable_from=None),
            [],
            id="on a condition, whatever the day",
        ),
        pytest.param(
            replace(CLEAN, open_already=True), ["open_already"], id="open already"
        ),
        pytest.param(replace(CLEAN, done=None), ["duty_open"], id="duty not looked at"),
        pytest.param(
            replace(CLEAN, committed=False), ["no_commitment"], id="no commitment"
        ),
        pytest.param(
            replace(CLEAN, committed=False, needs_commitment=False),
            [],
            id="a court asks for none",
        ),
        pytest.param(CORRECTED, [], id="half a year after the correction"),
        pytest.param(
            replace(CORRECTED, corrected_on=date(2025, 11, 11)),
            ["too_early"],
            id="one day short of half a year after the correction",
        ),
        pytest.param(
            replace(CORRECTED, decided_on=date(2025, 5, 11)),
            ["too_early"],
            id="one day short of the minimum of the class",
        ),
        pytest.param(UNTOLD, ["no_correction_day"], id="day of correction not told"),
        pytest.param(
            replace(CORRECTED, corrected_on=date(2026, 5, 11)),
            ["too_early", "correction_in_future"],
            id="corrected tomorrow",
        ),
        pytest.param(
            replace(
                CLEAN,
                on_display=False,
                repairable_from=date(2026, 6, 1),
                open_already=True,
                done=False,
                committed=False,
            ),
            ["not_on_display", "too_early", "open_already", "duty_open", "no_commitment"],
            id="every reason at once",
        ),
    ],
)
def test_bars_to_filing(case: Case, codes: list[str]) -> None:
    assert [bar.code for bar in rules.bars_to_filing(case, today=DAY)] == codes


@pytest.mark.parametrize(
    ("case", "codes"),
    [
        pytest.param(CLEAN, [], id="nothing stands in the way"),
        pytest.param(
            replace(CLEAN, repairable_from=date(2026, 5, 11)), ["too_early"], id="too early"
        ),
        pytest.param(
            replace(CLEAN, on_display=False, done=None, committed=False),
            ["not_on_display", "duty_open", "no_commitment"],
            id="every reason at once",
        ),
        pytest.param(replace(CLEAN, early_exit="never"), ["never"], id="never"),
        pytest.param(UNTOLD, ["no_correction_day"], id="day of correction not told"),
    ],
)
def test_bars_to_grant(case: Case, codes: list[str]) -> None:
    assert [bar.code for bar in rules.bars_to_grant(case, today=DAY)] == codes


def test_a_bar_says_when_it_falls_away() -> None:
    early = replace(CLEAN, repairable_from=date(2026, 5, 11), early_exit="never")

    bars = rules.bars_to_filing(early, today=DAY)

    assert [bar.until for bar in bars] == [date(2027, 2, 11), date(2026, 5, 11)]
    assert "2027-02-10" in bars[0].text


@pytest.mark.parametrize(
    ("accept", "decide", "days"),
    [
        pytest.param(None, None, 10, id="the measures' own"),
        pytest.param(2, 7, 10, id="a shorter rule promises no less"),
        pytest.param(None, 15, 18, id="a list whose authority has longer"),
    ],
)
def test_the_days_of_the_answer(accept: int | None, decide: int | None, days: int) -> None:
    assert rules.answer_wd(accept, decide) == days
