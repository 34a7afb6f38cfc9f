"""Which entries somebody objects to, and what the party says about them meanwhile."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Min

from registry.days import day_of
from registry.models import Listing
from repair import statements
from repair.models import Objection


@dataclass(frozen=True, slots=True)
class Objected:
    """Since when an entry is being looked into; `said` only where it was asked for."""

    since: date
    said: tuple[str, ...] = ()


def objected(listings: Iterable[int]) -> dict[int, Objected]:
    """By the keys of listings on display; one query, and no statement is opened."""
    running = Objection.objects.marking().filter(listing__in=list(listings)).order_by()
    first = running.values_list("listing").annotate(first=Min("accepted_at"))
    return {listing: Objected(day_of(at)) for listing, at in first if at}


def objected_in_full(listing: Listing) -> Objected | None:
    """Of one entry, with what its party says: as far as a clerk has cleared it."""
    found = objected([listing.pk]).get(listing.pk)
    if found is None or listing.person_id is not None:
        return found
    cleared = Objection.objects.marking().filter(
        listing=listing, said=Objection.Said.CLEARED
    )
    rows = cleared.select_related("filing").order_by("pk")
    return Objected(found.since, tuple(filter(None, map(statements.said_by, rows))))
