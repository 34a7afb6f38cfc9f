"""The pages of ten years, where the days of each listing begin and end.

E01 DECADE, seen from outside. A slice of the lives that `test_decade` compares day by
day; `LISTINGS=2000` visits all of them.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from registry import actions
from registry.models import Entity, Head, Listing
from registry.models.rule_codes import PersonLookup
from registry.rulebook.load import load_rules
from tests.oracle.plan import FIRST, LAST, drawn_up, moment
from tests.oracle.register import Fact, Oracle
from tests.registry.decade import Register, decision_no, person_of

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(3_600)]

N_LISTINGS = int(os.environ.get("LISTINGS", "0"))
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
NOBODY = "没有可以显示的记录。"


def slice_of_lives() -> list[Fact]:
    """All of them, or some of 200, persons of courts among them; always whole chains."""
    if N_LISTINGS:
        return drawn_up(N_LISTINGS)
    return [fact for fact in drawn_up(200) if is_chosen(fact["follows"] or fact)]


def is_chosen(first: Fact) -> bool:
    if first["party"] == "N":
        return bool(first["n"] % 3 == 0 or first["list"].startswith("SPC"))
    return bool(first["n"] % 8 == 0)


def visits(oracle: Oracle) -> list[tuple[datetime, int]]:
    """The last second before the first day, the last of it, and both ends of the last."""
    return sorted(
        (at, n) for n in oracle.lives for at in (*ends_of(oracle, n), lonely(oracle, n))
    )


def ends_of(oracle: Oracle, n: int) -> Iterator[datetime]:
    shown = [
        day
        for day in (FIRST + k * DAY for k in range((LAST - FIRST).days))
        if oracle.shows(n, moment(day, 23, 59, 59))
    ]
    if shown:
        yield moment(shown[0]) - SECOND
        yield moment(shown[0], 23, 59, 59)
        yield moment(shown[-1], 23, 59, 59)
        yield moment(shown[-1] + DAY)


def lonely(oracle: Oracle, n: int) -> datetime:
    """Ten days after the release, for those that are never shown at all."""
    released_at: datetime = oracle.lives[n][0][0]
    return released_at + 10 * DAY


class Visitor:
    """Looks wherever a listing might show, at one moment."""

    def __init__(self, register: Register) -> None:
        self.register, self.client = register, Client()

    def places(self, fact: Fact) -> Iterator[tuple[str, bool]]:
        """Each place, and whether the listing of the fact is seen there."""
        cache.clear()
        if fact["n"] not in self.register.listings:
            return
        listing = self.register.listings[fact["n"]]
        if fact["party"] == "N":
            yield "its own page", not self.is_unknown(listing)
            yield from self.check(fact)
        else:
            assert listing.entity
            yield "its own page", self.is_found(listing)
            yield "its party's page", decision_no(fact) in self.page_of(listing.entity)
            yield "its list", listing.case in self.list_of(listing, listing.entity)

    def is_found(self, listing: Listing) -> bool:
        answer = self.client.get(f"/listings/{listing.case}/")
        assert answer.status_code in (200, 404)
        return answer.status_code == 200

    def is_unknown(self, listing: Listing) -> bool:
        """A person's case never answers a GET: it is as unknown as one that is none."""
        return not self.is_found(listing)

    def page_of(self, entity: Entity) -> str:
        return self.client.get(f"/entities/{entity.public_id}/").content.decode()

    def list_of(self, listing: Listing, entity: Entity) -> str:
        """Narrowed to the party, because a list has pages."""
        path = f"/lists/{listing.list_type_id}/"
        return self.client.get(path, {"q": entity.name}).content.decode()

    def check(self, fact: Fact) -> Iterator[tuple[str, bool]]:
        person = person_of(fact)
        by_number = self.ask(name=person.name, number=person.number)
        by_decision = self.ask(name=person.name, decision_no=decision_no(fact))
        yield "the check by number", decision_no(fact) in by_number
        yield "the check by decision", decision_no(fact) in by_decision
        yield "the check by name", NOBODY not in self.ask(name=person.name)

    def ask(self, **typed: str) -> str:
        answer = self.client.post("/persons/check/", {"document": "resident"} | typed)
        assert answer.status_code == 200
        return answer.content.decode()


def is_expected(place: str, fact: Fact, oracle: Oracle, at: datetime) -> bool:
    """Where the second hand says that the listing is seen."""
    if place == "the check by name":
        # The person of a chain is seen by either listing of it.
        return oracle.lookup(fact) == PersonLookup.NAME and any(
            oracle.shows(one["n"], at)
            for one in oracle.facts
            if one["party"] == "N" and person_of(one) == person_of(fact)
        )
    if fact["party"] == "N":
        closed = place == "its own page" or oracle.lookup(fact) == PersonLookup.NONE
        return not closed and oracle.shows(fact["n"], at)
    return oracle.shows(fact["n"], at)


def celery_runs(at: datetime) -> None:
    actions.confirm_clock(at)
    actions.end_due(at)


def celery_never_runs(at: datetime) -> None:
    assert not Head.objects.exists()


@pytest.mark.parametrize("tick", [celery_runs, celery_never_runs])
def test_pages_show_a_listing_on_its_days_only(tick: Callable[[datetime], None]) -> None:
    facts = slice_of_lives()
    load_rules(today=FIRST)
    oracle, register = Oracle(facts), Register(facts)
    by_number, visitor = {fact["n"]: fact for fact in facts}, Visitor(register)
    wrong, sights = [], Counter[tuple[str, bool]]()

    for at, n in visits(oracle):
        register.live_until(at)
        with time_machine.travel(at, tick=False):
            for place, seen in visitor.places(by_number[n]):
                sights[place, seen] += 1
                if seen is not is_expected(place, by_number[n], oracle, at):
                    wrong.append((f"{at}", n, by_number[n]["list"], place, seen))
        # Only now, so that at midnight itself no sweep has helped.
        tick(at)

    assert wrong == []
    # Each place was looked at when there was something and when there was nothing.
    assert len(sights) == 2 * len({place for place, _ in sights}) == 12
    assert min(sights.values()) >= 4, sights
