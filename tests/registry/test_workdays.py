"""Working days around the Spring Festivals, by the notices of the State Council."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from registry.workdays import Calendar, Guards, count

TABLE = Path(__file__).resolve().parent.parent.parent / "registry/data/calendar.csv"
# The days off of the two festivals and the weekends worked for them, as everybody in
# China knows them.
OFF_2025 = [date(2025, 1, 28) + timedelta(days=n) for n in range(8)]
WORKED_2025 = [date(2025, 1, 26), date(2025, 2, 8)]
OFF_2026 = [date(2026, 2, 15) + timedelta(days=n) for n in range(9)]
WORKED_2026 = [date(2026, 2, 14), date(2026, 2, 28)]


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    def of_kind(kind: str) -> dict[date, str]:
        return {
            date.fromisoformat(row["day"]): row["name_zh"]
            for row in rows
            if row["kind"] == kind
        }

    return Calendar(
        holidays=of_kind("holiday"),
        make_up_days=of_kind("make_up"),
        covered_from=date(2019, 1, 1),
        covered_until=date(2026, 12, 31),
    )


@pytest.mark.parametrize("day", OFF_2025 + OFF_2026, ids=str)
@pytest.mark.parametrize("guards", Guards)
def test_the_spring_festival_is_free(calendar: Calendar, day: date, guards: Guards) -> None:
    assert not calendar.is_working(day, guards)


@pytest.mark.parametrize("day", WORKED_2025 + WORKED_2026, ids=str)
def test_a_weekend_is_worked_for_it(calendar: Calendar, day: date) -> None:
    assert day.weekday() >= 5
    assert calendar.is_working(day)


@pytest.mark.parametrize(
    ("start", "n", "last"),
    [
        # Monday 27, then the festival until 4 February; Saturday 8 is worked.
        pytest.param(date(2025, 1, 26), 5, date(2025, 2, 8), id="Spring Festival 2025"),
        # Saturday 14 is worked, then the festival until the 23rd.
        pytest.param(date(2026, 2, 13), 5, date(2026, 2, 27), id="Spring Festival 2026"),
        pytest.param(date(2026, 2, 13), 6, date(2026, 2, 28), id="a Saturday worked"),
        pytest.param(date(2026, 3, 13), 1, date(2026, 3, 16), id="over a weekend"),
        pytest.param(date(2026, 3, 16), 0, date(2026, 3, 16), id="no day at all"),
        pytest.param(date(2025, 9, 30), 1, date(2025, 10, 9), id="National Day 2025"),
    ],
)
def test_it_counts(calendar: Calendar, start: date, n: int, last: date) -> None:
    counted = count(start, n, calendar=calendar, guards=Guards.PARTY)

    assert counted.last == last
    assert not counted.provisional


def test_the_spring_festival_of_2027_is_provisional(calendar: Calendar) -> None:
    counted = count(date(2027, 2, 4), 5, calendar=calendar, guards=Guards.PARTY)

    assert counted.provisional
    assert str(counted).splitlines()[0] == "2027-02-04 + 5 wd = 2027-02-11 ?"


@pytest.mark.parametrize(
    ("guards", "last"),
    [
        pytest.param(Guards.AUTHORITY, date(2027, 10, 1), id="the authority has less time"),
        pytest.param(Guards.PARTY, date(2027, 10, 4), id="the party has more"),
    ],
)
def test_beyond_the_calendar_the_party_is_guarded(
    calendar: Calendar, guards: Guards, last: date
) -> None:
    counted = count(date(2027, 9, 30), 1, calendar=calendar, guards=guards)

    assert counted.last == last
    assert counted.provisional


def test_a_window_across_the_end_of_the_calendar_is_provisional(
    calendar: Calendar,
) -> None:
    inside = count(date(2026, 12, 30), 1, calendar=calendar, guards=Guards.PARTY)
    across = count(date(2026, 12, 30), 2, calendar=calendar, guards=Guards.PARTY)

    assert (inside.last, inside.provisional) == (date(2026, 12, 31), False)
    # New Year's Day is fixed by law.
    assert (across.last, across.provisional) == (date(2027, 1, 4), True)


def test_a_count_prints_every_day_and_why(calendar: Calendar) -> None:
    counted = count(date(2026, 2, 13), 2, calendar=calendar, guards=Guards.PARTY)

    assert str(counted).splitlines() == [
        "2026-02-13 + 2 wd = 2026-02-24",
        "  1 2026-02-14 上班（2026-02-20 调休）",
        "  - 2026-02-16 农历除夕",
        "  - 2026-02-17 春节",
        "  - 2026-02-18 春节",
        "  - 2026-02-19 春节",
        "  - 2026-02-20 调休（2026-02-14 上班）",
        "  - 2026-02-23 调休（2026-02-28 上班）",
        "  2 2026-02-24",
    ]
