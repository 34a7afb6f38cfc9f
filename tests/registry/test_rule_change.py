"""A newer rule can only bring the end of a running listing forward, and says so first."""

from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from registry import actions
from registry.models import Act, Listing, Step
from tests.factories import AT, make_listing, make_rule

pytestmark = pytest.mark.django_db

WEEK_AGO = AT - timedelta(days=7)
DECIDED = date(2026, 3, 9)


def running(**fields: object) -> Listing:
    """Released a week ago, until 2029-03-10."""
    rule = make_rule(notice_kind="prior", notice_n=0, notice_unit="", **fields)
    return make_listing(rule, decided_on=DECIDED, noticed_on=None, at=WEEK_AGO)


def said(*options: str) -> list[str]:
    out = StringIO()
    call_command("load_rules", *options, verbosity=0, stdout=out)
    return [line for line in out.getvalue().splitlines() if "TEST_LIST" in line]


def test_a_shorter_maximum_is_shown_and_then_applied(now: datetime) -> None:
    listing = running()
    make_rule(in_force=date(2026, 3, 16), term_default=12, term_max=12)

    assert said() == [
        "TEST_LIST：按 2026-03-16 施行的规则，1 条公示应提前结束，最早 2027-03-09。"
        "核对后运行 manage.py load_rules --bring-forward。"
    ]
    listing.refresh_from_db()
    assert listing.displayed_until == date(2029, 3, 10)

    assert said("--bring-forward") == [
        "TEST_LIST：按 2026-03-16 施行的规则，1 条公示已改为提前结束。"
    ]
    listing.refresh_from_db()
    assert listing.displayed_until == date(2027, 3, 10)
    step = Step.objects.filter(act=Act.AMEND).get()
    assert (step.by, step.reason) == (None, "规则自 2026-03-16 起变更，公示期随之缩短")
    assert said() == []


def test_a_longer_maximum_changes_nothing() -> None:
    running()
    rule = make_rule(in_force=date(2026, 3, 16), term_default=60, term_max=60)

    assert actions.bring_ends_forward(rule, at=AT) == 0


def test_what_should_be_over_leaves_display_at_once(now: datetime) -> None:
    running()
    rule = make_rule(in_force=date(2026, 3, 16), term_unit="d", term_default=3, term_max=3)

    assert actions.bring_ends_forward(rule, at=AT) == 1
    assert not Listing.objects.on_display(now).exists()
    assert actions.end_due(AT) == 1


def test_a_rule_of_tomorrow_is_not_said_today() -> None:
    running()
    make_rule(in_force=date(2026, 3, 17), term_default=12, term_max=12)

    assert said() == []


def open_running() -> Listing:
    """Without an end; to be reviewed by 2027-03-09."""
    return running(
        term_kind="open", term_default=None, term_max=None, term_unit="", review_months=12
    )


def test_an_open_listing_gets_the_end_the_new_rule_has() -> None:
    listing = open_running()
    rule = make_rule(in_force=date(2026, 3, 16), term_default=6, term_max=6)

    assert actions.bring_ends_forward(rule, at=AT) == 1
    listing.refresh_from_db()
    assert (listing.displayed_until, listing.review_by) == (date(2026, 9, 10), None)


def test_an_open_listing_gets_no_end_beyond_its_review() -> None:
    """Unreviewed it is gone by then; reviewed, the command will say so again."""
    listing = open_running()
    rule = make_rule(in_force=date(2026, 3, 16), term_default=12, term_max=12)

    assert actions.bring_ends_forward(rule, at=AT) == 0
    listing.refresh_from_db()
    assert (listing.displayed_until, listing.review_by) == (None, date(2027, 3, 9))
