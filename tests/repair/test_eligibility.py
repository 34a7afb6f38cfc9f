"""Every shipped list: from when, why not before, with what, by a table drawn by hand.

`eligibility.csv` was written from the rules of the field, not from the code. Each row
is one decision and three days: the day before, the day itself and the day after.
"""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.test.utils import override_settings
from pytest_django.plugin import DjangoDbBlocker

from registry import terms
from registry.models import CalendarDay, Competence, Listing, ListRule
from registry.rulebook.load import load_rules
from registry.workdays import DAY
from repair import facts, rules
from repair.rules import Case
from repair.ways import Way
from tests.conftest import new_journal
from tests.database import shared
from tests.factories import AT, make_authority

Row = dict[str, str]
TABLE = Path(__file__).parent / "eligibility.csv"
SHIPPED = Path(facts.__file__).parents[1] / "registry" / "data" / "list_types.csv"


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ROWS = read(TABLE)


@pytest.fixture(scope="module")
def rulebook(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The shipped rules, loaded once for the tests of this module."""
    with (
        django_db_blocker.unblock(),
        override_settings(JOURNAL_DIR=new_journal()),
        shared(),
    ):
        load_rules(today=date(2026, 3, 16))
        yield


def day_or_none(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def listing_of(row: Row) -> Listing:
    """The decision of a row as its release would have stored it."""
    decided = date.fromisoformat(row["decided"])
    rule = ListRule.objects.in_force(decided).get(list_type=row["list"])
    assert rule.in_force == date.fromisoformat(row["in_force"])
    window = terms.window(
        rule.timing(decided),
        decided,
        calendar=CalendarDay.objects.calendar(),
        released_on=day_or_none(row["shown"]),
    )
    assert window.displayed_from in (
        None,
        date.fromisoformat(row["shown"] or row["decided"]),
    )
    authority = make_authority()
    if row["sector"]:
        Competence.objects.create(
            authority=authority, list_type_id=row["sector"], in_force=date(2020, 1, 1)
        )
    details = {"ban_until": row["ban"], "penalty_kind": row["kinds"]}
    return Listing(
        list_type=rule.list_type,
        rule=rule,
        authority=authority,
        decided_on=decided,
        displayed_from=window.displayed_from,
        displayed_until=window.displayed_until,
        repairable_from=window.repairable_from,
        details={name: text for name, text in details.items() if text},
    )


def case_on(listing: Listing, row: Row, day: date) -> Case:
    """Performed and committed: what is left are the bars of the rule."""
    case = facts.case_of(
        listing,
        at=AT,
        done=True,
        committed=True,
        corrected_on=day_or_none(row["corrected"]),
    )
    first, until = listing.displayed_from, listing.displayed_until
    shown = first is not None and first <= day and (until is None or day < until)
    return replace(case, on_display=shown)


def bars(listing: Listing, row: Row, day: date) -> str:
    found = rules.bars_to_filing(case_on(listing, row, day), today=day)
    return " ".join(bar.code for bar in found)


def test_the_table_has_every_shipped_version() -> None:
    shipped = {(row["code"], row["in_force"]) for row in read(SHIPPED)}

    assert {(row["list"], row["in_force"]) for row in ROWS} == shipped


@pytest.mark.django_db
@pytest.mark.usefixtures("rulebook")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['list']}: {row['scenario']}")
def test_the_day_before_the_day_and_the_day_after(row: Row) -> None:
    listing, day = listing_of(row), date.fromisoformat(row["day"])

    found = [bars(listing, row, one) for one in (day - DAY, day, day + DAY)]

    assert found == [row["before"], row["on"], row["after"]]


@pytest.mark.django_db
@pytest.mark.usefixtures("rulebook")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['list']}: {row['scenario']}")
def test_the_first_day_and_the_papers_are_told(row: Row) -> None:
    listing = listing_of(row)
    first = date.fromisoformat(row["decided"])
    case = case_on(listing, row, first)
    way = Way(listing, case, first)

    assert rules.opens_on(case, rules.bars_to_asking(case, today=first)) == day_or_none(
        row["earliest"]
    )
    if way.exists:
        assert " ".join(way.papers) == row["documents"]
    else:
        assert not row["documents"]
