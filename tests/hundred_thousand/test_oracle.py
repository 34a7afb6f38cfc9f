"""The oracle by cases that were counted by hand."""

from datetime import date

import pytest

from tests.hundred_thousand.oracle import fate, months_later


@pytest.mark.parametrize(
    ("day", "n", "last"),
    [
        pytest.param(date(2024, 2, 29), 12, date(2025, 2, 28), id="leap day, a year"),
        pytest.param(date(2024, 2, 29), 36, date(2027, 2, 28), id="leap day, three"),
        pytest.param(date(2026, 8, 31), 6, date(2027, 2, 28), id="31st into February"),
        pytest.param(date(2027, 8, 31), 6, date(2028, 2, 29), id="into a leap February"),
        pytest.param(date(2026, 12, 31), 12, date(2027, 12, 31), id="year's end"),
        pytest.param(date(2027, 2, 28), 36, date(2030, 2, 28), id="28th stays the 28th"),
    ],
)
def test_a_term_ends_on_the_day_of_the_same_number(day: date, n: int, last: date) -> None:
    assert months_later(day, n) == last


@pytest.mark.parametrize(
    ("kinds", "fine", "severity", "last"),
    [
        (["警告"], "", "minor", None),
        (["罚款"], "9.9999", "minor", None),
        (["罚款"], "10", "general", date(2027, 4, 1)),
        (["罚款", "没收违法所得"], "0.5", "general", date(2027, 4, 1)),
        (["罚款"], "99.9999", "general", date(2027, 4, 1)),
        (["罚款"], "100", "serious", date(2029, 4, 1)),
        (["警告", "责令停产停业"], "", "serious", date(2029, 4, 1)),
    ],
)
def test_the_gravest_of_several_kinds_governs(
    kinds: list[str], fine: str, severity: str, last: date | None
) -> None:
    found = fate(date(2026, 4, 1), kinds, fine)

    assert (found.severity, found.last) == (severity, last)


def test_the_day_before_order_36_has_the_longer_term() -> None:
    assert fate(date(2026, 3, 31), ["罚款"], "20").last == date(2029, 3, 31)


def test_an_end_that_is_printed_comes_earlier_and_never_later() -> None:
    decided, kinds = date(2026, 8, 31), ["没收非法财物"]

    assert fate(decided, kinds, printed=date(2027, 2, 28)).last == date(2027, 2, 28)
    assert fate(decided, kinds, printed=date(2030, 1, 1)).last == date(2027, 8, 31)
