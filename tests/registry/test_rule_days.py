"""The days of every row of the rule table, worked out by hand and written down.

Nothing here is computed. Three hands have to agree: this table, the product, and the
oracle that walks from day to day.
"""

from datetime import date, timedelta

import pytest

from registry import terms, workdays
from registry.actions.cases import notice_closes_on
from registry.models import CalendarDay, ListRule
from registry.rulebook.load import load_rules
from tests.oracle import tables, windows

DAY = timedelta(days=1)
# All days are shown ones: `last` and `latest` are the last days on display.
# 2024-02-29 is a leap day, 2025-08-31 a month's end. 2025-01-27 is the day before the
# Spring Festival of 2025 (28 January to 4 February; worked on 26 January, 8 February).
# 2026-02-14 is the Saturday worked before that of 2026 (15 to 23 February). On
# 2026-04-01 the severity classes and the new penalty rules begin. Of 2027 no notice is
# known yet.
DAYS = """
list                decided    first      last       latest     review     repair

SPC_DEFAULTER_OPEN  2024-02-29 2024-02-29 -          -          2025-02-28 2024-02-29
SPC_DEFAULTER_OPEN  2025-08-31 2025-08-31 -          -          2026-08-31 2025-08-31
SPC_DEFAULTER_OPEN  2027-02-04 2027-02-04 -          -          2028-02-04 2027-02-04

SPC_DEFAULTER_TERM  2024-02-29 2024-02-29 2026-02-28 2029-02-28 -          2024-02-29
SPC_DEFAULTER_TERM  2025-01-27 2025-01-27 2027-01-27 2030-01-27 -          2025-01-27
SPC_DEFAULTER_TERM  2025-08-31 2025-08-31 2027-08-31 2030-08-31 -          2025-08-31
SPC_DEFAULTER_TERM  2026-04-01 2026-04-01 2028-04-01 2031-04-01 -          2026-04-01

SPC_CONSUMPTION     2024-02-29 2024-02-29 -          -          2025-02-28 2024-02-29
SPC_CONSUMPTION     2025-01-27 2025-01-27 -          -          2026-01-27 2025-01-27
SPC_CONSUMPTION     2026-02-14 2026-02-14 -          -          2027-02-14 2026-02-14

SAMR_SERIOUS        2024-02-29 2024-02-29 2027-02-28 2027-02-28 -          2025-02-28
SAMR_SERIOUS        2025-08-31 2025-08-31 2028-08-31 2028-08-31 -          2026-08-31
SAMR_SERIOUS        2026-02-14 2026-02-14 2029-02-14 2029-02-14 -          2027-02-14
SAMR_SERIOUS        2026-04-01 2026-04-01 2029-04-01 2029-04-01 -          2027-04-01

SAMR_ABNORMAL       2024-02-29 2024-02-29 -          -          2025-02-28 2024-02-29
SAMR_ABNORMAL       2025-08-31 2025-08-31 -          -          2026-08-31 2025-08-31
SAMR_ABNORMAL       2026-04-01 2026-04-01 -          -          2027-04-01 2026-04-01

SAMR_IB_ABNORMAL    2024-02-29 2024-02-29 -          -          2025-02-28 2024-02-29
SAMR_IB_ABNORMAL    2025-01-27 2025-01-27 -          -          2026-01-27 2025-01-27
SAMR_IB_ABNORMAL    2028-02-29 2028-02-29 -          -          2029-02-28 2028-02-29

STA_MAJOR_TAX       2024-02-29 2024-03-01 2027-03-01 2027-03-01 -          2024-09-01
STA_MAJOR_TAX       2025-01-27 2025-02-01 2028-02-01 2028-02-01 -          2025-08-01
STA_MAJOR_TAX       2025-08-31 2025-09-01 2028-09-01 2028-09-01 -          2026-03-01
STA_MAJOR_TAX       2025-12-31 2026-01-01 2029-01-01 2029-01-01 -          2026-07-01
STA_MAJOR_TAX       2026-03-31 2026-04-01 2029-04-01 2029-04-01 -          2026-10-01
STA_MAJOR_TAX       2026-04-01 2026-05-01 2029-05-01 2029-05-01 -          2027-04-01

STA_A_GRADE         2025-07-01 2025-07-01 2026-07-01 2026-07-01 -          -
STA_A_GRADE         2025-08-31 2025-08-31 2026-08-31 2026-08-31 -          -
STA_A_GRADE         2028-02-29 2028-02-29 2029-02-28 2029-02-28 -          -

MOF_PROCUREMENT     2024-02-29 2024-02-29 2027-02-28 2027-02-28 -          -
MOF_PROCUREMENT     2025-08-31 2025-08-31 2028-08-31 2028-08-31 -          -
MOF_PROCUREMENT     2026-04-01 2026-04-01 2029-04-01 2029-04-01 -          -

MOHRSS_WAGES        2024-02-29 2024-02-29 2027-02-28 2027-02-28 -          -
MOHRSS_WAGES        2025-01-27 2025-01-27 2028-01-27 2028-01-27 -          -
MOHRSS_WAGES        2026-04-01 2026-04-01 2029-04-01 2029-04-01 -          -

MEM_SAFETY          2024-02-29 2024-02-29 2027-02-28 2027-02-28 -          2025-02-28
MEM_SAFETY          2025-08-31 2025-08-31 2028-08-31 2028-08-31 -          2026-08-31
MEM_SAFETY          2026-04-01 2026-04-01 2029-04-01 2029-04-01 -          2027-04-01

GACC_AEO            2026-04-01 2026-04-01 -          -          2027-04-01 -
GACC_AEO            2027-02-04 2027-02-04 -          -          2028-02-04 -
GACC_AEO            2028-02-29 2028-02-29 -          -          2029-02-28 -

MCA_ABNORMAL        2024-02-29 2024-02-29 2026-02-28 2026-02-28 -          2024-02-29
MCA_ABNORMAL        2025-08-31 2025-08-31 2027-08-31 2027-08-31 -          2025-08-31
MCA_ABNORMAL        2026-04-01 2026-04-01 2028-04-01 2028-04-01 -          2026-04-01

CR_NO_RIDE          2024-02-29 2024-03-13 2024-09-09 2024-12-08 -          -
CR_NO_RIDE          2025-01-27 2025-02-14 2025-08-13 2025-11-11 -          -
CR_NO_RIDE          2025-08-31 2025-09-11 2026-03-10 2026-06-08 -          -
CR_NO_RIDE          2026-02-14 2026-03-12 2026-09-08 2026-12-07 -          -
CR_NO_RIDE          2027-02-04 2027-03-11 2027-09-07 2027-12-06 -          -

CAAC_NO_FLY         2024-02-29 2024-03-13 2025-03-13 2025-03-13 -          -
CAAC_NO_FLY         2025-01-27 2025-02-14 2026-02-14 2026-02-14 -          -
CAAC_NO_FLY         2025-09-30 2025-10-18 2026-10-18 2026-10-18 -          -
CAAC_NO_FLY         2027-02-04 2027-03-11 2028-03-11 2028-03-11 -          -

TRAVEL_OTHER        2025-01-27 2025-02-14 2026-02-14 2026-02-14 -          2025-02-14
TRAVEL_OTHER        2025-02-05 2025-02-14 2026-02-14 2026-02-14 -          2025-02-14
TRAVEL_OTHER        2025-02-06 2025-03-13 2026-03-13 2026-03-13 -          2025-03-13
TRAVEL_OTHER        2026-02-14 2026-03-12 2027-03-12 2027-03-12 -          2026-03-12

GOV_SME_ARREARS     2025-08-31 2025-08-31 -          -          2026-08-31 2025-08-31
GOV_SME_ARREARS     2026-02-14 2026-02-14 -          -          2027-02-14 2026-02-14
GOV_SME_ARREARS     2028-02-29 2028-02-29 -          -          2029-02-28 2028-02-29

MOHRSS_LABOUR_A     2024-02-29 2024-02-29 2025-02-28 2025-02-28 -          -
MOHRSS_LABOUR_A     2025-08-31 2025-08-31 2026-08-31 2026-08-31 -          -
MOHRSS_LABOUR_A     2026-04-01 2026-04-01 2027-04-01 2027-04-01 -          -

REG_PERMIT          2024-02-29 2024-02-29 -          -          -          -
REG_PERMIT          2026-04-01 2026-04-01 -          -          -          -

REG_PENALTY_MINOR   2024-02-29 -          -          2024-05-29 -          2024-02-29
REG_PENALTY_MINOR   2026-03-31 -          -          2026-06-30 -          2026-03-31
REG_PENALTY_MINOR   2026-04-01 -          -          2026-07-01 -          2026-04-01
REG_PENALTY_MINOR   2026-11-30 -          -          2027-02-28 -          2026-11-30

REG_PENALTY_GENERAL 2024-02-29 2024-02-29 2027-02-28 2027-02-28 -          2024-05-29
REG_PENALTY_GENERAL 2025-08-31 2025-08-31 2028-08-31 2028-08-31 -          2025-11-30
REG_PENALTY_GENERAL 2026-03-31 2026-03-31 2029-03-31 2029-03-31 -          2026-06-30
REG_PENALTY_GENERAL 2026-04-01 2026-04-01 2027-04-01 2027-04-01 -          2026-07-01
REG_PENALTY_GENERAL 2027-11-30 2027-11-30 2028-11-30 2028-11-30 -          2028-02-29

REG_PENALTY_SERIOUS 2024-02-29 2024-02-29 2027-02-28 2027-02-28 -          2025-02-28
REG_PENALTY_SERIOUS 2026-03-31 2026-03-31 2029-03-31 2029-03-31 -          2027-03-31
REG_PENALTY_SERIOUS 2026-04-01 2026-04-01 2029-04-01 2029-04-01 -          2027-04-01
REG_PENALTY_SERIOUS 2028-02-29 2028-02-29 2031-02-28 2031-02-28 -          2029-02-28

REG_COMMITMENT      2024-02-29 2024-02-29 -          -          -          -
REG_COMMITMENT      2026-04-01 2026-04-01 -          -          -          -

REPAIR_FALSE        2026-04-01 2026-04-01 2029-04-01 2029-04-01 -          -
REPAIR_FALSE        2027-02-04 2027-02-04 2030-02-04 2030-02-04 -          -
REPAIR_FALSE        2028-02-29 2028-02-29 2031-02-28 2031-02-28 -          -

REG_UNIVERSITY      2024-02-29 2024-02-29 -          -          2025-02-28 -
REG_UNIVERSITY      2026-04-01 2026-04-01 -          -          2027-04-01 -

REG_ROBOT           2024-02-29 2024-02-29 -          -          2025-02-28 -
REG_ROBOT           2026-04-01 2026-04-01 -          -          2027-04-01 -

LOCAL_EXAMPLE       2024-02-29 2024-02-29 2026-02-28 2026-02-28 -          2025-02-28
LOCAL_EXAMPLE       2025-08-31 2025-08-31 2027-08-31 2027-08-31 -          2026-08-31
LOCAL_EXAMPLE       2026-04-01 2026-04-01 2028-04-01 2028-04-01 -          2027-04-01
"""
HEADER, *LINES = [line.split() for line in DAYS.splitlines() if line.strip()]
PROVISIONAL = {("CR_NO_RIDE", "2027-02-04"), ("CAAC_NO_FLY", "2027-02-04")}
Days = tuple[date | None, ...]


def day(cell: str) -> date | None:
    return None if cell == "-" else date.fromisoformat(cell)


def ids(line: list[str]) -> str:
    return " ".join(line[:2])


@pytest.fixture
def rules(db: None, today: date) -> None:
    load_rules(today=today)


def rule_on(code: str, decided: date) -> ListRule:
    return ListRule.objects.in_force(decided).get(list_type=code)


def product_says(code: str, decided: date) -> tuple[Days, bool]:
    timing = rule_on(code, decided).timing(decided)
    found = terms.window(timing, decided, calendar=CalendarDay.objects.calendar())
    latest = found.latest_until - DAY if found.latest_until else None
    last = None if found.displayed_from is None else found.last_day
    shown = (found.displayed_from, last, latest, found.review_by, found.repairable_from)
    return shown, found.provisional


def oracle_says(code: str, decided: date) -> tuple[Days, bool]:
    found = windows.window(tables.version(code, decided), decided)
    shown = (
        found["first"],
        found["last"],
        found["latest"],
        found["review"],
        found["repair"],
    )
    return shown, found["provisional"]


@pytest.mark.usefixtures("rules")
def test_every_row_gives_the_days_that_were_written_down() -> None:
    assert HEADER == ["list", "decided", "first", "last", "latest", "review", "repair"]
    for code, decided, *cells in LINES:
        written = (tuple(map(day, cells)), (code, decided) in PROVISIONAL)
        on = date.fromisoformat(decided)

        assert oracle_says(code, on) == written, f"the oracle on {code} {decided}"
        assert product_says(code, on) == written, f"the product on {code} {decided}"


@pytest.mark.usefixtures("rules")
def test_no_row_is_left_out() -> None:
    walked = {rule_on(line[0], date.fromisoformat(line[1])).pk for line in LINES}

    assert walked == set(ListRule.objects.values_list("pk", flat=True))
    assert len(walked) == len(tables.RULES) == 30


# --- Released late, and with an end of its own ------------------------------------------


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize(
    ("code", "decided", "released", "first", "last", "review"),
    [
        pytest.param(
            *("SAMR_SERIOUS", "2024-02-29", "2024-03-20", "2024-03-20", "2027-02-28", "-"),
            id="a term from the decision is not longer for it",
        ),
        pytest.param(
            *("STA_MAJOR_TAX", "2024-02-29", "2024-03-20", "2024-03-20", "2027-03-20", "-"),
            id="a term from publication moves with it",
        ),
        pytest.param(
            *("CR_NO_RIDE", "2024-02-29", "2024-04-01", "2024-04-01", "2024-09-09", "-"),
            id="a term from the objections does not",
        ),
        pytest.param(
            *("SAMR_ABNORMAL", "2024-02-28", "2024-02-29", "2024-02-29", "-", "2025-02-28"),
            id="a review counts from the first day shown",
        ),
    ],
)
def test_a_late_release(
    code: str, decided: str, released: str, first: str, last: str, review: str
) -> None:
    on, out = date.fromisoformat(decided), date.fromisoformat(released)
    timing = rule_on(code, on).timing(on)

    found = terms.window(
        timing, on, calendar=CalendarDay.objects.calendar(), released_on=out
    )
    other = windows.window(tables.version(code, on), on, released=out)

    written = (day(first), day(last), day(review))
    assert (found.displayed_from, found.last_day, found.review_by) == written
    assert (other["first"], other["last"], other["review"]) == written


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize("code", ["REG_PERMIT", "REG_COMMITMENT"])
def test_a_printed_end_is_the_record_s_own(code: str) -> None:
    on, until = date(2024, 2, 29), date(2029, 3, 1)
    timing = rule_on(code, on).timing(on)

    found = terms.window(timing, on, calendar=CalendarDay.objects.calendar(), until=until)

    assert found.last_day == date(2029, 2, 28)


# --- The window for a defence -----------------------------------------------------------

# Served in the weeks of the Spring Festivals: of 2025, 28 January to 4 February with 26
# January and 8 February worked; of 2026, 15 to 23 February with the 14th and 28th worked.
# Five days of the tax authorities are calendar days.
WINDOWS = """
list             served     closes

SAMR_SERIOUS     2025-01-24 2025-02-07
SAMR_SERIOUS     2025-01-27 2025-02-10
STA_MAJOR_TAX    2025-01-27 2025-02-01
MOHRSS_WAGES     2025-01-31 2025-02-10
MEM_SAFETY       2025-02-07 2025-02-13
MCA_ABNORMAL     2026-02-12 2026-02-26
GOV_SME_ARREARS  2026-02-13 2026-02-27
GOV_SME_ARREARS  2026-02-20 2026-02-28
REPAIR_FALSE     2026-04-30 2026-05-11
LOCAL_EXAMPLE    2026-09-30 2026-10-13
LOCAL_EXAMPLE    2026-12-30 2027-01-07
SAMR_SERIOUS     2027-02-04 2027-02-11
STA_MAJOR_TAX    2024-02-26 2024-03-02
"""


@pytest.mark.usefixtures("rules")
def test_the_window_for_a_defence_closes_on_the_day_written_down() -> None:
    lines = [line.split() for line in WINDOWS.splitlines() if line.strip()][1:]

    for code, served, closes in lines:
        on, last = date.fromisoformat(served), date.fromisoformat(closes)

        assert windows.notice_closes(tables.version(code, on), on) == last, (code, served)
        assert notice_closes_on(rule_on(code, on), on) == last, (code, served)
    asks = ListRule.objects.filter(notice_kind="ours")
    assert {code for code, _, _ in lines} == set(asks.values_list("list_type", flat=True))


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize(
    ("start", "n", "provisional"),
    [
        pytest.param("2026-12-24", 5, False, id="to the last day of the last notice"),
        pytest.param("2026-12-24", 6, True, id="a day into 2027"),
        pytest.param("2027-02-04", 5, True, id="the Spring Festival of 2027"),
    ],
)
def test_a_count_that_enters_2027_is_provisional(
    start: str, n: int, provisional: bool
) -> None:
    counted = workdays.count(
        date.fromisoformat(start),
        n,
        calendar=CalendarDay.objects.calendar(),
        guards=workdays.Guards.PARTY,
    )

    assert counted.provisional is provisional


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize(
    ("start", "eve", "made_up"),
    [
        pytest.param("2025-01-24", "2025-01-28", "2025-01-26", id="2025"),
        pytest.param("2026-02-12", "2026-02-16", "2026-02-14", id="2026"),
    ],
)
def test_a_count_names_the_spring_festival(start: str, eve: str, made_up: str) -> None:
    counted = workdays.count(
        date.fromisoformat(start),
        5,
        calendar=CalendarDay.objects.calendar(),
        guards=workdays.Guards.PARTY,
    )

    named = [(on, name) for on, name in counted.holidays if name in ("农历除夕", "春节")]
    assert named == [
        (date.fromisoformat(eve), "农历除夕"),
        *((date.fromisoformat(eve) + n * DAY, "春节") for n in (1, 2, 3)),
    ]
    assert date.fromisoformat(made_up) in dict(counted.make_up_days)
