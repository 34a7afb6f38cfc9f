"""Ten years of listings, day by day, against a second hand that shares no code with us.

E01 DECADE. Everything happens through the real actions, at its moment, in the order of
time. `LISTINGS=2000` draws up more lives than the suite has time for.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db.models import Count

from registry import actions
from registry.actions import CaseDraft, Decision
from registry.models import Act, Entity, Listing, Proposal, Step
from registry.parties import Party
from registry.rulebook.load import load_rules
from registry.terms import read_duration
from tests.factories import make_authority, make_entity, make_person, make_staff
from tests.oracle.plan import FIRST, LAST, drawn_up, moment
from tests.oracle.register import Fact, Oracle

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(3_600)]

N_LISTINGS = int(os.environ.get("LISTINGS", "200"))
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
NOON = 12
HALF_DAY = timedelta(hours=NOON)
KINDS = {
    "E": Entity.Kind.ENTERPRISE,
    "B": Entity.Kind.INDIVIDUAL_BUSINESS,
    "F": Entity.Kind.COOPERATIVE,
    "G": Entity.Kind.PUBLIC_BODY,
    "S": Entity.Kind.SOCIAL_ORGANISATION,
    "O": Entity.Kind.OTHER,
}


class Register:
    """The register living through the facts: each due act is done by two people."""

    def __init__(self, facts: list[Fact]) -> None:
        self.maker, self.checker = make_staff(make_authority())
        self.listings: dict[int, Listing] = {}
        self.proposals: dict[int, Proposal] = {}
        self.numbers: dict[int, int] = {}
        self.agenda = sorted(agenda(facts), key=lambda item: (item[0], item[1]["n"]))
        self.agenda.reverse()

    def live_until(self, at: datetime) -> None:
        """Do everything that is due up to a moment, that moment included."""
        while self.agenda and self.agenda[-1][0] <= at:
            due, fact, what, value = self.agenda.pop()
            getattr(self, what)(fact, due, value)

    def on_display(self, at: datetime) -> set[int]:
        """By the numbers of the facts."""
        shown = Listing.objects.on_display(at).order_by().values_list("pk", flat=True)
        return {self.numbers[pk] for pk in shown}

    def per_list(self, at: datetime) -> dict[str, int]:
        shown = Listing.objects.on_display(at).order_by()
        return dict(shown.values_list("list_type").annotate(Count("pk")))

    # --- What can happen, by the words of the facts --------------------------------------

    def open(self, fact: Fact, at: datetime, value: Any) -> None:
        draft = CaseDraft(
            list_code=fact["list"],
            party=self.party_of(fact),
            ground="示例事由",
            conduct_on=date(2023, 6, 1) if fact["party"] == "N" else None,
            follows=self.listings[fact["follows"]["n"]] if fact["follows"] else None,
        )
        listing = actions.open_case(draft, by=self.maker, at=at)
        self.listings[fact["n"]] = listing
        self.numbers[listing.pk] = fact["n"]

    def party_of(self, fact: Fact) -> Party:
        first = fact["follows"] or fact
        if fact["party"] == "N":
            return make_person(first["n"] % 1000, born=f"{1950 + first['n'] // 1000}0101")
        name = f"蜀州虚构{first['n']}号"
        found = Entity.objects.filter(name=name).first()
        return found or make_entity(name, kind=KINDS[fact["party"]])

    def notice(self, fact: Fact, at: datetime, value: Any) -> None:
        actions.record_notice(
            self.listings[fact["n"]], on=fact["noticed"], by=self.maker, at=at
        )

    def propose_release(self, fact: Fact, at: datetime, value: Any) -> None:
        decision = Decision(
            f"示例〔{fact['decided'].year}〕{fact['n']}号",
            fact["decided"],
            term=read_duration(fact["term"]) if fact["term"] else None,
            until=fact["until"],
        )
        self.propose(fact, Act.RELEASE, at, decision.payload())

    def propose(self, fact: Fact, act: Act, at: datetime, payload: dict[str, Any]) -> None:
        self.proposals[fact["n"]] = actions.propose(
            self.listings[fact["n"]], act, payload, by=self.maker, at=at
        )

    def release(self, fact: Fact, at: datetime, value: Any) -> None:
        actions.accept(self.proposals.pop(fact["n"]), by=self.checker, at=at)

    def hold(self, fact: Fact, at: datetime, value: Any) -> None:
        actions.hold(self.listings[fact["n"]], "法院裁定", by=self.maker, at=at)

    def unhold(self, fact: Fact, at: datetime, value: Any) -> None:
        self.propose(fact, Act.UNHOLD, at, {})
        self.release(fact, at, value)

    def amend(self, fact: Fact, at: datetime, value: Any) -> None:
        self.propose(fact, Act.AMEND, at, {"displayed_until": value.isoformat()})
        self.release(fact, at, value)

    def review(self, fact: Fact, at: datetime, value: Any) -> None:
        self.propose(fact, Act.REVIEW, at, {})
        self.release(fact, at, value)

    def end(self, fact: Fact, at: datetime, value: Any) -> None:
        self.propose(fact, Act.END, at, {"reason": value, "document": "示例文书"})
        self.release(fact, at, value)


def agenda(facts: list[Fact]) -> Iterator[tuple[datetime, Fact, str, Any]]:
    for fact in facts:
        yield fact["opened_at"], fact, "open", None
        if fact["noticed"]:
            yield fact["noticed_at"], fact, "notice", None
        yield fact["proposed_at"], fact, "propose_release", None
        for at, what, value in fact["acts"]:
            # The release of the new one does it.
            if what != "superseded":
                yield at, fact, what, value


# --- Day by day -------------------------------------------------------------------------


def moments(oracle: Oracle) -> Iterator[datetime]:
    """A second before, at and after the midnight of each boundary; and noon of each day."""
    boundaries = oracle.boundaries()
    for n in range((LAST - FIRST).days + 1):
        midnight = moment(FIRST + n * DAY)
        if midnight.date() in boundaries:
            yield from (midnight - SECOND, midnight, midnight + SECOND)
        yield midnight + HALF_DAY


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
    if at.hour == NOON and register.per_list(at) != oracle.counts(expected):
        yield f"{at} {register.per_list(at)}"


@pytest.mark.parametrize("tick", [celery_runs, celery_never_runs])
def test_every_day_shows_what_the_second_hand_says(
    tick: Callable[[datetime], None],
) -> None:
    facts = drawn_up(N_LISTINGS)
    load_rules(today=FIRST)
    oracle, register = Oracle(facts), Register(facts)
    wrong: list[str] = []

    for at in moments(oracle):
        register.live_until(at)
        wrong += differences(register, oracle, at)
        tick(at)
        if at.hour != NOON:
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
