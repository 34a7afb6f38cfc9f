"""Ten years of listings, day by day, against a second hand that shares no code with us.

E01 DECADE. Everything happens through the real actions, at its moment, in the order of
time. `LISTINGS=2000` draws up more lives than the suite has time for.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from registry import actions
from registry.actions import Decision
from registry.models import Act, Listing, Step
from registry.rulebook.load import load_rules
from tests.factories import AT, make_case, make_listing, make_rule, make_staff
from tests.oracle.plan import FIRST, LAST, drawn_up, moment
from tests.oracle.register import Oracle
from tests.registry.decade import Register

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(3_600)]

N_LISTINGS = int(os.environ.get("LISTINGS", "200"))
# Days from one noon that is looked at to the next; all are lived through.
BETWEEN_NOONS = 1 if N_LISTINGS >= 2_000 else 3
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
HALF_DAY = timedelta(hours=12)
PRIOR: dict[str, Any] = {"notice_kind": "prior", "notice_n": 0, "notice_unit": ""}
NO_TERM: dict[str, Any] = {"term_default": None, "term_max": None, "term_unit": ""}
PRINTED = PRIOR | NO_TERM | {"term_kind": "printed"}
OPEN = PRIOR | NO_TERM | {"term_kind": "open", "review_months": 12}
# Two years, and up to three more.
EXTENDABLE = PRIOR | {
    "in_force": date(2020, 1, 1),
    "term_default": 24,
    "term_max": 60,
    "extension_max": 36,
}


def moments(oracle: Oracle) -> Iterator[tuple[datetime, bool]]:
    """A second before, at and after the midnight of each boundary; and noon of each day.

    With each whether it is at a boundary.
    """
    boundaries = oracle.boundaries()
    for n in range((LAST - FIRST).days + 1):
        midnight = moment(FIRST + n * DAY)
        if midnight.date() in boundaries:
            yield from ((midnight + k * SECOND, True) for k in (-1, 0, 1))
        yield midnight + HALF_DAY, False


def celery_runs(at: datetime) -> None:
    actions.note_moment(at)
    actions.end_due(at)
    if at.day == 1:
        actions.lapse_proposals(at)


def celery_never_runs(at: datetime) -> None:
    pass


def differences(register: Register, oracle: Oracle, at: datetime) -> Iterator[str]:
    """What is shown and should not be, and what should be and is not."""
    shown, expected = register.on_display(at), oracle.on_display(at)
    if shown != expected:
        yield f"{at} too many {shown - expected} too few {expected - shown}"


def wrong_counts(register: Register, oracle: Oracle, at: datetime) -> Iterator[str]:
    counted = register.per_list(at)
    if counted != oracle.counts(oracle.on_display(at)):
        yield f"{at} {counted}"


@pytest.mark.parametrize("tick", [celery_runs, celery_never_runs])
def test_every_day_shows_what_the_second_hand_says(
    tick: Callable[[datetime], None],
) -> None:
    facts = drawn_up(N_LISTINGS)
    load_rules(today=FIRST)
    oracle, register = Oracle(facts), Register(facts)
    wrong: list[str] = []

    for civil, at_boundary in moments(oracle):
        at = civil.astimezone(UTC)
        register.live_until(at)
        if at_boundary or at.toordinal() % BETWEEN_NOONS == 0:
            wrong += differences(register, oracle, at)
        tick(at)
        if at_boundary and tick is celery_runs:
            wrong += differences(register, oracle, at)
        if at_boundary:
            wrong += wrong_counts(register, oracle, at)

    assert wrong[:5] == []
    assert len(register.listings) == len(facts) >= N_LISTINGS
    assert_ended_once(register, oracle, swept=tick is celery_runs)


def assert_ended_once(register: Register, oracle: Oracle, *, swept: bool) -> None:
    """The trail says of each listing once that it ended, if time or a person ended it."""
    ends = Counter(Step.objects.filter(act=Act.END).values_list("listing", flat=True))
    over = {
        n
        for n, life in oracle.lives.items()
        if life[-1][1]["ended"] or (swept and (life[-1][1]["last"] or LAST) < LAST)
    }
    assert set(ends.values()) <= {1}
    assert {register.numbers[pk] for pk in ends} == over
    assert Listing.objects.exclude(ended_at=None).count() == len(over)


# --- What the decade has found ----------------------------------------------------------


@pytest.mark.parametrize("swept", [True, False])
def test_an_extension_after_the_end_counts_anew_with_or_without_a_sweep(
    swept: bool,
) -> None:
    rule = make_rule(**EXTENDABLE)
    old = make_listing(rule, decided_on=date(2024, 3, 20), noticed_on=None)
    late = AT + 10 * DAY
    if swept:
        actions.end_due(late)

    new = follow(old, Decision("示例延〔2026〕1号", date(2026, 3, 20)), at=late)

    # Two years from its own decision, not from the end of the old one.
    assert old.displayed_until == date(2026, 3, 21)
    assert new.displayed_until == date(2028, 3, 21)
    old.refresh_from_db()
    assert old.end_reason == "expired"


def test_a_renewed_permit_has_its_own_printed_end() -> None:
    rule = make_rule(**PRINTED)
    old = make_listing(rule, until=date(2026, 6, 1), noticed_on=None)

    decision = Decision("示例许〔2026〕2号", date(2026, 3, 16), until=date(2031, 6, 1))
    new = follow(old, decision, at=AT)

    assert new.displayed_until == date(2031, 6, 1)
    old.refresh_from_db()
    assert old.end_reason == "superseded"


def test_a_new_decision_without_a_term_has_a_review_again() -> None:
    """The old one was given an end by an amendment; the new one has none."""
    rule = make_rule(**OPEN)
    old = make_listing(rule)
    maker, checker = make_staff(old.authority)
    payload = {"displayed_until": "2026-12-01"}
    amendment = actions.propose(old, Act.AMEND, payload, by=maker, at=AT)
    actions.accept(amendment, by=checker, at=AT)

    new = follow(old, Decision("示例〔2026〕2号", date(2026, 3, 16)), at=AT)

    assert (new.displayed_until, new.review_by) == (None, date(2027, 3, 16))


def follow(old: Listing, decision: Decision, *, at: datetime) -> Listing:
    """The case that follows `old`, released with this decision."""
    case = make_case(old.rule, party=old.entity, follows=old, at=at)
    maker, checker = make_staff(old.authority)
    if old.rule.notice_kind == "ours":
        case = actions.record_notice(case, on=date(2026, 3, 2), by=maker, at=at)
    payload = decision.payload()
    proposal = actions.propose(case, Act.RELEASE, payload, by=maker, at=at)
    return actions.accept(proposal, by=checker, at=at)
