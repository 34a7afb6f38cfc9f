"""The shipped table walked row by row: a window, an exit, or a stated none."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from registry import terms
from registry.models import CalendarDay, LegalBasis, ListRule, ListType
from registry.models import rule_codes as codes
from registry.rulebook.load import DATA, load_rules
from registry.rulebook.rows import read
from tests.factories import make_rule, make_severity_class

HEADER = (DATA / "list_types.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
VERSIONS = [
    (row.text("code"), row.day("in_force")) for row in read(DATA / "list_types.csv", HEADER)
]
YEAR = timedelta(days=366)


@pytest.fixture
def rules(db: None, today: date) -> None:
    load_rules(today=today)


def every_row() -> Iterator[ListRule]:
    """Each row of the table as it was stored; none is left out."""
    for code, in_force in VERSIONS:
        yield ListRule.objects.get(list_type=code, in_force=in_force)


def windows_of(rule: ListRule) -> Iterator[terms.Window]:
    """Decisions on the days around which calendars go wrong."""
    calendar = CalendarDay.objects.calendar()
    for day in (rule.in_force, date(2024, 2, 29), date(2025, 1, 26), date(2027, 2, 4)):
        yield terms.window(rule.timing(day), day, calendar=calendar)


@pytest.mark.usefixtures("rules")
def test_every_row_has_a_window_or_says_that_it_has_none() -> None:
    for rule in every_row():
        for shown in windows_of(rule):
            if rule.term_kind == codes.TermKind.FIXED:
                assert shown.displayed_from
                assert shown.displayed_until
                assert shown.latest_until
                assert shown.displayed_from < shown.displayed_until <= shown.latest_until
            elif rule.term_kind == codes.TermKind.OPEN:
                assert shown.displayed_from
                assert shown.review_by
                assert shown.displayed_from < shown.review_by <= shown.displayed_from + YEAR
            elif rule.term_kind == codes.TermKind.KEPT:
                assert shown.displayed_from is None
            else:
                assert (rule.term_kind, shown.displayed_until) == ("printed", None)


@pytest.mark.usefixtures("rules")
def test_every_row_has_an_exit_or_says_that_it_has_none() -> None:
    for rule in every_row():
        if rule.early_exit == codes.EarlyExit.NONE:
            assert rule.list_type.kind in (ListType.Kind.REDLIST, ListType.Kind.REGISTER)
            assert not rule.repair_docs
        else:
            assert rule.early_condition_zh
            assert rule.early_condition_en
        for shown in windows_of(rule):
            if shown.repairable_from and shown.displayed_until:
                assert shown.repairable_from < shown.displayed_until


@pytest.mark.usefixtures("rules")
def test_every_row_rests_on_a_text_that_holds() -> None:
    for rule in every_row():
        for basis in (rule.legal_basis, *rule.further_bases.all()):
            assert basis.in_force is None or basis.in_force <= rule.in_force
            assert basis.until is None or basis.until > rule.in_force
        local = rule.legal_basis.level == LegalBasis.Level.LOCAL
        assert local == (rule.list_type_id == "LOCAL_EXAMPLE")


@pytest.mark.usefixtures("rules")
def test_only_the_court_s_defaulters_are_found_by_name() -> None:
    by_name = ListRule.objects.filter(person_lookup="name")

    assert {rule.list_type_id for rule in by_name} == {
        "SPC_DEFAULTER_OPEN",
        "SPC_DEFAULTER_TERM",
    }


@pytest.mark.usefixtures("rules")
def test_measures_on_people_stand_only_on_lists_of_people() -> None:
    for rule in ListRule.objects.filter(measures__hits_person=True):
        assert "N" in rule.subjects


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("severity", "overrides", "day", "months"),
    [
        pytest.param("serious", False, date(2026, 3, 1), 12, id="from its first day"),
        pytest.param("serious", False, date(2026, 2, 28), None, id="not before it"),
        pytest.param("serious", True, date(2026, 3, 1), None, id="not above the rule"),
        pytest.param("court", False, date(2026, 3, 1), None, id="another severity"),
    ],
)
def test_the_minimum_of_the_class_binds(
    severity: str, overrides: bool, day: date, months: int | None
) -> None:
    make_severity_class(in_force=date(2026, 3, 1), min_months=12)
    rule = make_rule(severity=severity, overrides_class=overrides)

    minimum = rule.class_minimum(day)

    assert (minimum.n if minimum else None) == months


@pytest.mark.django_db
def test_an_empty_calendar_covers_nothing() -> None:
    calendar = CalendarDay.objects.calendar()

    assert not calendar.covers(date(2026, 3, 16))
    assert calendar.is_working(date(2026, 3, 16))
