"""Commitments of granted repairs, as the public reads them: organisations only.

A commitment names neither the list nor the decision it freed its party from. It shows
as long as the listing would have shown, and says whether the repair still stands.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef

from registry.days import day_of
from registry.models import Authority, Entity, Listing
from registry.workdays import DAY
from repair import facts
from repair.models import Application


@dataclass(frozen=True, slots=True)
class Promise:
    """`until`, excluded, is where the listing it came with would have ended."""

    authority: Authority
    text: str
    language: str
    given_on: date
    until: date
    is_broken: bool

    @property
    def last_day(self) -> date:
        return self.until - DAY

    @property
    def sentences(self) -> list[str]:
        return self.text.splitlines()


def promises_of(entity: Entity, *, at: datetime) -> list[Promise]:
    """Of the organisation and of what was merged into it, the newest first.

    Nothing of an individual business: what is over is erased there as for a person.
    """
    if entity.kind == Entity.Kind.INDIVIDUAL_BUSINESS:
        return []
    found = (promise(one) for one in granted(entity, at))
    return [one for one in found if one is not None and day_of(at) < one.until]


def granted(entity: Entity, at: datetime) -> list[Application]:
    """One application of each filing, with what is told of it; one query."""
    restored = Listing.objects.released().filter(follows=OuterRef("listing"))
    listings = Listing.objects.released().of_entity(entity).exclude(ended_at=None)
    rows = Application.objects.filter(
        status=Application.Status.GRANTED,
        closed_at__lte=at,
        listing__in=listings,
        filing__commitment__isnull=False,
    )
    told = rows.annotate(is_back=Exists(restored)).select_related(
        "filing__commitment",
        "listing__authority__region",
        "listing__rule",
        "listing__list_type",
    )
    by_filing = {one.filing_id: one for one in told.order_by("closed_at", "pk")}
    return list(by_filing.values())[::-1]


def promise(application: Application) -> Promise | None:
    """None where the procedure asks for none, as that of the courts, or where the listing
    had no end by which it could be told how long it shows.
    """
    filing, listing = application.filing, application.listing
    until = listing.displayed_until or listing.review_by
    if until is None or not facts.needs_commitment(listing):
        return None
    return Promise(
        authority=listing.authority,
        text=filing.commitment.text,
        language=filing.language,
        given_on=day_of(filing.commitment.confirmed_at),
        until=until,
        is_broken=getattr(application, "is_back", False),
    )
