"""What goes when its time is over: who it was about, what was said, what opens the proof.

Set-based on time, so that a database put back from a backup erases again by itself; in
batches that are each done whole or not at all. Nothing is written into the ledger: what
was committed to there becomes noise. `erased_at` is the trail.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from registry import vault
from registry.actions import traces
from registry.actions.sweep import note_moment
from registry.days import day_of, start_of
from registry.models import Entity, Listing, Opening, Person, Proposal, Step

BATCH = 500
# By either of these a case is over.
OVER = ("ended_at", "dropped_at")
# Whether an organisation was listed before is asked for so long (design, retention).
RELAPSE_YEARS = 5
GONE: dict[str, Any] = {
    "ground": "",
    "facts": "",
    "details": {},
    "defence": "",
    "defence_answer": "",
    "sealed": None,
    "amount": None,
    "performance": "",
    "held_since": None,
    "held_reason": "",
    "held_ground": "",
    "end_document": "",
}
NO_PERSON: dict[str, Any] = {
    "name": None,
    "number": None,
    "name_hash": "",
    "number_hash": "",
}
# Whose breach a person answered for would say who that was.
OF_PERSON: dict[str, Any] = {"party_key": "p", "decision_no": "", "arises_from": None}
NO_PARTY: dict[str, Any] = {"entity": None, "party_key": "", "decision_no": ""}


def erase_due(at: datetime, *, busy: QuerySet[Listing] | None = None) -> int:
    """Erase every case whose time is over at `at`; the number of cases.

    `busy` are listings somebody is still dealing with: they wait. Raises SweepError,
    and erases nothing, where the clock is in doubt: this cannot be taken back either.
    """
    note_moment(at)
    n_erased = sum(erase_all(over, at, busy) for over in OVER)
    while forget_organisations(at):
        pass
    return n_erased


def due(over: str, at: datetime, busy: QuerySet[Listing] | None) -> QuerySet[Listing]:
    """Past its retention, and nobody has anything to decide about it any more."""
    found = Listing.objects.past_retention(over, at)
    found = found.exclude(pk__in=Proposal.objects.open().values("listing"))
    return found if busy is None else found.exclude(pk__in=busy.values("pk"))


def erase_all(over: str, at: datetime, busy: QuerySet[Listing] | None) -> int:
    n_erased = 0
    while batch := erase_some(over, at, busy):
        n_erased += batch
    return n_erased


@transaction.atomic
def erase_some(over: str, at: datetime, busy: QuerySet[Listing] | None) -> int:
    """One batch. The keys go first, at once and for good: killed after it, the next run
    finds the same cases, which nobody can read by then, and does the rest.
    """
    locked = due(over, at, busy).select_for_update(
        skip_locked=True, of=("self",), no_key=True
    )
    rows = list(locked.only("case", "person_id", "entity_id", "dropped_at")[:BATCH])
    vault.destroy_keys([row.case for row in rows if row.person_id])
    empty(rows, at)
    return len(rows)


def empty(rows: Sequence[Listing], at: datetime) -> None:
    if not rows:
        return
    keys = [row.pk for row in rows]
    listings = Listing.objects.filter(pk__in=keys)
    # First the person, whom the key of the party follows.
    persons = [row.person_id for row in rows if row.person_id]
    Person.objects.filter(pk__in=persons).update(**NO_PERSON, erased_at=at)
    Opening.objects.filter(listing__in=keys).delete()
    Proposal.objects.filter(listing__in=keys).update(payload={}, sealed=None, reason="")
    Listing.measures.through.objects.filter(listing__in=keys).delete()
    listings.update(**GONE, erased_at=at, version=F("version") + 1)
    listings.filter(person__isnull=False).update(**OF_PERSON)
    listings.filter(without_relapse()).update(**NO_PARTY)
    # Last, because a step is only ever emptied once its case is.
    Step.objects.filter(listing__in=keys).exclude(reason="").update(reason="")
    traces.owe(at)


def without_relapse() -> Q:
    """Nothing is asked later of who was never listed, nor of an individual business,
    which is its operator.
    """
    individual = Entity.objects.filter(kind=Entity.Kind.INDIVIDUAL_BUSINESS)
    return Q(dropped_at__isnull=False, person=None) | Q(entity__in=individual.values("pk"))


# --- Organisations, after years -----------------------------------------------------------


@transaction.atomic
def forget_organisations(at: datetime) -> int:
    """After the years of relapse nothing says any more which organisation it was."""
    since = start_of(years_before(day_of(at), RELAPSE_YEARS))
    past = Listing.objects.filter(
        ended_at__lt=since, erased_at__isnull=False, entity__isnull=False
    )
    keys = list(past.order_by("ended_at").values_list("pk", flat=True)[:BATCH])
    return Listing.objects.filter(pk__in=keys).update(**NO_PARTY)


def years_before(day: date, years: int) -> date:
    """The first day less than so many years ago, counted back from the end of `day`."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        # 29 February: what ended on the 28th was over on the 28th of this year.
        return date(day.year - years, 3, 1)
