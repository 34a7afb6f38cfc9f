"""Ten years of listings, day by day, against a second hand that shares no code with us.

E01 DECADE. Everything happens through the real actions, at its moment, in the order of
time. `LISTINGS=2000` draws up more lives than the suite has time for.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from registry import actions
from registry.models import Act, Listing, Step
from registry.rulebook.load import load_rules
from tests.oracle.plan import FIRST, LAST, drawn_up, moment
from tests.oracle.register import Oracle
from tests.registry.decade import Register

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(3_600)]

N_LISTINGS = int(os.environ.get("LISTINGS", "200"))
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
HALF_DAY = timedelta(hours=12)


def moments(oracle: Oracle) -> Iterator[datetime]:
    """A second before, at and after the midnight of each boundary; and noon of each day."""
    boundaries = oracle.boundaries()
    for n in range((LAST - FIRST).days + 1):
        midnight = moment(FIRST + n * DAY)
        if midnight.date() in boundaries:
            yield from (midnight - SECOND, midnight, midnight + SECOND)
        yield midnight + HALF_DAY


def is_noon(at: datetime) -> bool:
    """In Shanghai, where it is four in the morning of UTC."""
    return at.hour == 4


def celery_runs(at: datetime) -> None:
    actions.note_moment(at)
    actions.end_due(at)
    if at.day == 1:
        actions.lapse_proposals(at)


def celery_never_runs(at: datetime) -> None:
    pass


def differences(register: Register, oracle: Oracle, at: datetime) -> Iterator[str]:
    """What is shown and should not be, what should be and is not, and wrong counts."""
    shown, expected = register.on_display(at), oracle.on_display(at)
    if shown != expected:
        yield f"{at} too many {shown - expected} too few {expected - shown}"
    if is_noon(at) and register.per_list(at) != oracle.counts(expected):
        yield f"{at} {register.per_list(at)}"


@pytest.mark.parametrize("tick", [celery_runs, celery_never_runs])
def test_every_day_shows_what_the_second_hand_says(
    tick: Callable[[datetime], None],
) -> None:
    facts = drawn_up(N_LISTINGS)
    load_rules(today=FIRST)
    oracle, register = Oracle(facts), Register(facts)
    wrong: list[str] = []

    for at in (one.astimezone(UTC) for one in moments(oracle)):
        register.live_until(at)
        wrong += differences(register, oracle, at)
        tick(at)
        if not is_noon(at):
            wrong += differences(register, oracle, at)

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
