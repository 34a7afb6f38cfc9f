"""Deadlines print themselves: each day counted, each left out, pauses and extensions."""

from datetime import date

import pytest

from registry.terms import Duration, Unit
from registry.workdays import Calendar
from repair.clocks import Extension, Pause, deadline, working

MONDAY = date(2026, 3, 16)
# Wednesday off, and the Saturday after worked for it.
CALENDAR = Calendar(
    holidays={date(2026, 3, 18): "测试节"},
    make_up_days={date(2026, 3, 21): "上班"},
    covered_from=date(2026, 1, 1),
    covered_until=date(2026, 12, 31),
)


def test_it_prints_every_day_that_counted_and_the_holiday_that_did_not() -> None:
    found = deadline("accept", working(5), MONDAY, calendar=CALENDAR)

    assert found.due_on == date(2026, 3, 23)
    assert f"{found}" == (
        "accept 2026-03-23\n"
        "2026-03-16 + 5 wd = 2026-03-23\n"
        "  1 2026-03-17\n"
        "  - 2026-03-18 测试节\n"
        "  2 2026-03-19\n"
        "  3 2026-03-20\n"
        "  4 2026-03-21 上班\n"
        "  5 2026-03-23"
    )


def test_an_extension_goes_on_from_the_last_day() -> None:
    extension = Extension(date(2026, 3, 17), 2, "需要核查")
    found = deadline("decide", working(3), MONDAY, calendar=CALENDAR, extension=extension)

    assert found.count.last == date(2026, 3, 20)
    assert found.due_on == date(2026, 3, 23)
    assert f"{found}".splitlines()[-4:] == [
        "extension 2026-03-17 需要核查",
        "2026-03-20 + 2 wd = 2026-03-23",
        "  1 2026-03-21 上班",
        "  2 2026-03-23",
    ]


def test_pauses_are_told_and_not_counted() -> None:
    pause = Pause(date(2026, 3, 10), MONDAY)
    found = deadline("accept", working(1), MONDAY, calendar=CALENDAR, pauses=(pause,))

    assert found.due_on == date(2026, 3, 17)
    assert f"{found}".splitlines()[1] == "pause 2026-03-10 - 2026-03-16"


@pytest.mark.parametrize(
    ("n", "last"), [(10, date(2026, 3, 26)), (15, date(2026, 3, 31))], ids=str
)
def test_days_of_a_court_are_plain_days(n: int, last: date) -> None:
    found = deadline("correct", Duration(n, Unit.DAYS), MONDAY, calendar=CALENDAR)

    assert found.due_on == last
    assert not found.is_provisional


@pytest.mark.parametrize(
    ("start", "is_provisional"),
    [
        pytest.param(date(2026, 12, 30), False, id="31 December is known"),
        pytest.param(date(2026, 12, 31), True, id="1 January is not"),
    ],
)
def test_beyond_the_calendar_it_is_provisional(start: date, is_provisional: bool) -> None:
    found = deadline("accept", working(1), start, calendar=CALENDAR)

    # The authority gives: 1 January counts until the notice says otherwise.
    assert found.is_provisional == is_provisional
    assert (found.due_on == date(2027, 1, 1)) == is_provisional
