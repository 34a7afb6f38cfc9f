"""The days that count, at their boundaries; every end of ten years by a second hand."""

from datetime import date, timedelta

import pytest

from registry.terms import (
    Duration,
    Publication,
    Rule,
    Start,
    TermKind,
    Unit,
    add,
    read_duration,
    repairable_from,
    window,
    within,
)
from registry.workdays import Calendar

MONTHS, DAYS = Unit.MONTHS, Unit.DAYS
# May 2026 as its notice has it.
CALENDAR = Calendar(
    holidays={date(2026, 5, n): "劳动节" for n in (1, 4, 5)},
    make_up_days={date(2026, 5, 9): "上班"},
    covered_from=date(2026, 1, 1),
    covered_until=date(2026, 12, 31),
)
THREE_YEARS = Rule(TermKind.FIXED, Duration(36, MONTHS), maximum=Duration(36, MONTHS))
TRAVEL = Rule(
    TermKind.FIXED,
    Duration(180, DAYS),
    maximum=Duration(270, DAYS),
    term_start=Start.OBJECTION_END,
    publication=Publication.FIRST_WORKING_DAY,
    objection_wd=7,
)
TAX = Rule(
    TermKind.FIXED,
    Duration(36, MONTHS),
    maximum=Duration(36, MONTHS),
    term_start=Start.PUBLICATION,
    publication=Publication.NEXT_MONTH,
    early=Duration(6, MONTHS),
    early_from=Start.PUBLICATION,
    class_minimum=Duration(12, MONTHS),
)


# --- Arithmetic -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "term", "last"),
    [
        pytest.param("2024-02-29", "P2Y", "2026-02-28", id="leap day to a common year"),
        pytest.param("2024-02-29", "P4Y", "2028-02-29", id="leap day to leap day"),
        pytest.param("2023-08-31", "P6M", "2024-02-29", id="month end to leap February"),
        pytest.param("2024-08-31", "P6M", "2025-02-28", id="month end to February"),
        pytest.param(
            "2025-02-28", "P1M", "2025-03-28", id="February's end is no month end"
        ),
        pytest.param("2023-03-01", "P2Y", "2025-03-01", id="no day short over a leap year"),
        pytest.param("2025-12-31", "P3M", "2026-03-31", id="over the year"),
        pytest.param("2025-10-31", "P1M", "2025-11-30", id="to a month of 30 days"),
        pytest.param("2024-01-01", "P90D", "2024-03-31", id="days over a leap day"),
        pytest.param("2026-03-16", "P0D", "2026-03-16", id="nothing"),
    ],
)
def test_a_term_ends(day: str, term: str, last: str) -> None:
    assert add(date.fromisoformat(day), read_duration(term)) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("P3Y", Duration(36, MONTHS)),
        ("P12M", Duration(12, MONTHS)),
        ("P90D", Duration(90, DAYS)),
        ("P0D", Duration(0, DAYS)),
    ],
)
def test_it_reads_durations(text: str, duration: Duration) -> None:
    assert read_duration(text) == duration


@pytest.mark.parametrize(
    "text", ["", "3Y", "P", "PY", "P1.5Y", "P-1D", "P1Y6M", "P３Y", "p3y"]
)
def test_it_refuses_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{text}$"):
        read_duration(text)


@pytest.mark.parametrize(
    ("term_from", "until", "maximum", "allowed"),
    [
        pytest.param("2024-02-29", "2026-03-01", "P2Y", True, id="the clamped end"),
        pytest.param("2024-02-29", "2026-03-02", "P2Y", False, id="a day after it"),
        pytest.param("2023-03-01", "2025-03-02", "P2Y", True, id="the same day"),
        pytest.param("2023-03-01", "2025-03-03", "P2Y", False, id="a day too long"),
        pytest.param("2026-01-01", "2026-04-03", "P91D", True, id="the last of the days"),
        pytest.param("2026-01-01", "2026-04-04", "P91D", False, id="a day too many"),
    ],
)
def test_the_maximum_holds(term_from: str, until: str, maximum: str, allowed: bool) -> None:
    days = date.fromisoformat(term_from), date.fromisoformat(until)

    assert within(*days, read_duration(maximum)) is allowed


# --- E02 CALENDAR: a second hand, which knows no date and none of our code --------------

FIRST_YEAR, LAST_YEAR = 2016, 2031
LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
N_STARTS = 3_653
TERMS = ("P3M", "P6M", "P1Y", "P2Y", "P3Y", "P5Y", "P90D", "P180D", "P270D")


def length_of(year: int, month: int) -> int:
    leap = year % 400 == 0 or (year % 4 == 0 and year % 100 != 0)
    return 29 if leap and month == 2 else LENGTHS[month - 1]


# Every day from 2016 on, written down one after the other.
DIARY = [
    (year, month, day)
    for year in range(FIRST_YEAR, LAST_YEAR + 1)
    for month in range(1, 13)
    for day in range(1, length_of(year, month) + 1)
]


def leafed_through(at: int, term: str) -> int:
    """Where in the diary the last day of the term stands, by leafing on from its start."""
    n, unit = int(term[1:-1]), term[-1]
    if unit == "D":
        return at + n
    year, month, day = DIARY[at]
    for _ in range(n * 12 if unit == "Y" else n):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    place = at
    while DIARY[place][:2] != (year, month):
        place += 1
    while DIARY[place][2] < day and DIARY[place + 1][:2] == (year, month):
        place += 1
    return place


@pytest.mark.parametrize("term", TERMS)
def test_every_end_of_ten_years_equals_the_diary(term: str) -> None:
    duration = read_duration(term)
    wrong = []

    for at in range(N_STARTS):
        start, last = date(*DIARY[at]), date(*DIARY[leafed_through(at, term)])
        after = last + timedelta(days=1)
        if (
            add(start, duration) != last
            or not within(start, after, duration)
            or within(start, after + timedelta(days=1), duration)
        ):
            wrong.append(start)

    assert wrong == []


def test_the_campaign_has_its_size() -> None:
    assert N_STARTS * len(TERMS) == 32_877
    assert (DIARY[0], DIARY[N_STARTS - 1]) == ((2016, 1, 1), (2025, 12, 31))


# --- Windows ----------------------------------------------------------------------------


def test_a_fixed_term_counts_from_the_decision() -> None:
    shown = window(THREE_YEARS, date(2026, 3, 16), calendar=CALENDAR)

    assert shown.displayed_from == date(2026, 3, 16)
    assert shown.last_day == date(2029, 3, 16)
    assert shown.displayed_until == shown.latest_until == date(2029, 3, 17)
    assert (shown.review_by, shown.repairable_from) == (None, None)


def test_a_late_release_shortens_the_display() -> None:
    shown = window(
        THREE_YEARS, date(2026, 3, 16), calendar=CALENDAR, released_on=date(2026, 4, 1)
    )

    assert shown.displayed_from == date(2026, 4, 1)
    assert shown.displayed_until == date(2029, 3, 17)


def test_a_decision_may_be_shorter_than_the_default() -> None:
    shown = window(
        THREE_YEARS, date(2026, 3, 16), calendar=CALENDAR, term=Duration(12, MONTHS)
    )

    assert shown.displayed_until == date(2027, 3, 17)
    assert shown.latest_until == date(2029, 3, 17)


@pytest.mark.parametrize(
    ("decided", "published", "first"),
    [
        # May begins with the holiday until the 5th; Saturday the 9th is worked.
        pytest.param("2026-04-02", "2026-05-06", "2026-05-15", id="after the holiday"),
        pytest.param("2026-05-06", "2026-05-06", "2026-05-15", id="on the day itself"),
        pytest.param("2026-05-07", "2026-06-01", "2026-06-11", id="a day late: next month"),
        pytest.param("2026-06-30", "2026-07-01", "2026-07-11", id="the day before"),
    ],
)
def test_a_travel_list_waits_for_its_month_and_for_objections(
    decided: str, published: str, first: str
) -> None:
    shown = window(TRAVEL, date.fromisoformat(decided), calendar=CALENDAR)

    assert shown.objection
    assert shown.objection.start == date.fromisoformat(published)
    assert shown.displayed_from == shown.term_from == date.fromisoformat(first)
    assert shown.displayed_until == date.fromisoformat(first) + timedelta(days=181)
    assert shown.latest_until == date.fromisoformat(first) + timedelta(days=271)
    assert not shown.provisional


def test_a_travel_list_of_2027_is_provisional() -> None:
    assert window(TRAVEL, date(2027, 2, 2), calendar=CALENDAR).provisional


def test_a_tax_case_counts_from_the_month_after() -> None:
    shown = window(TAX, date(2026, 3, 31), calendar=CALENDAR)
    late = window(TAX, date(2026, 3, 31), calendar=CALENDAR, released_on=date(2026, 4, 15))

    assert (shown.displayed_from, shown.last_day) == (date(2026, 4, 1), date(2029, 4, 1))
    assert (late.displayed_from, late.last_day) == (date(2026, 4, 15), date(2029, 4, 15))


def test_the_class_lets_nobody_leave_before_its_minimum() -> None:
    # Half a year from publication is October; the year of the class wins.
    shown = window(TAX, date(2026, 3, 31), calendar=CALENDAR)

    assert shown.repairable_from == date(2027, 3, 31)


def test_a_repair_from_the_correction_needs_its_day() -> None:
    rule = Rule(TermKind.FIXED, early=Duration(6, MONTHS), early_from=Start.CORRECTION)
    day = date(2026, 3, 16)

    corrected = date(2026, 8, 31)
    unknown = repairable_from(rule, day, displayed_from=day)
    known = repairable_from(rule, day, displayed_from=day, corrected_on=corrected)

    assert (unknown, known) == (None, date(2027, 2, 28))


def test_an_open_term_has_a_review_instead_of_an_end() -> None:
    rule = Rule(TermKind.OPEN, review=Duration(12, MONTHS), early=Duration(0, MONTHS))

    shown = window(rule, date(2024, 2, 29), calendar=CALENDAR)

    assert (shown.displayed_until, shown.latest_until) == (None, None)
    assert shown.review_by == date(2025, 2, 28)
    assert shown.repairable_from == date(2024, 2, 29)


@pytest.mark.parametrize("until", [None, date(2040, 1, 1)])
def test_a_printed_term_is_the_record_s(until: date | None) -> None:
    shown = window(
        Rule(TermKind.PRINTED), date(2026, 3, 16), calendar=CALENDAR, until=until
    )

    assert (shown.displayed_until, shown.review_by) == (until, None)


def test_what_is_kept_is_never_displayed() -> None:
    rule = Rule(TermKind.KEPT, Duration(0, MONTHS), maximum=Duration(3, MONTHS))

    shown = window(rule, date(2026, 3, 16), calendar=CALENDAR)

    assert (shown.displayed_from, shown.displayed_until) == (None, None)
    assert shown.latest_until == date(2026, 6, 17)
