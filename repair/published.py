"""Commitments of granted repairs, as the public reads them: organisations only.

A commitment names neither the list nor the decision it freed its party from. It shows
as long as the listing would have shown, and says whether it was kept.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef

from registry.days import day_of
from registry.ledger import journal
from registry.models import Authority, Entity, LedgerEntry, Listing
from registry.workdays import DAY
from repair import facts
from repair.models import Application, CommitmentFinding


@dataclass(frozen=True, slots=True)
class Promise:
    """`until`, excluded, is where the listing it came with would have ended."""

    authority: Authority
    text: str
    language: str
    given_on: date
    until: date
    # Another listing restores the one that was repaired.
    is_taken_back: bool
    finding: CommitmentFinding | None

    @property
    def last_day(self) -> date:
        return self.until - DAY

    @property
    def sentences(self) -> list[str]:
        return self.text.splitlines()


def promises_of(entity: Entity, *, at: datetime) -> list[Promise]:
    """Of the organisation and of what was merged into it, the newest first.

    None while the register is not the one of the journal: in doubt nothing is said.
    """
    found = [one for one in granted(entity, at) if is_published(one)]
    return [promise(one) for one in found if day_of(at) < until_of(one.listing)]


def granted(entity: Entity, at: datetime) -> list[Application]:
    """One application of each filing, with what is told of it; two queries."""
    if (known := journal.head()) is None:
        return []
    restored = Listing.objects.released().filter(follows=OuterRef("listing"))
    listings = Listing.objects.released().of_entity(entity).exclude(ended_at=None)
    rows = Application.objects.filter(
        Exists(LedgerEntry.objects.last_of(known)),
        status=Application.Status.GRANTED,
        closed_at__lte=at,
        listing__in=listings,
    )
    told = rows.annotate(is_back=Exists(restored)).select_related(
        "filing__commitment",
        "listing__authority__region",
        "listing__entity",
        "listing__rule",
        "listing__list_type",
    )
    by_filing = {
        one.filing_id: one
        for one in told.prefetch_related("findings").order_by("closed_at", "pk")
    }
    return list(by_filing.values())[::-1]


def is_published(application: Application) -> bool:
    """Whether a granted application has a commitment that the public reads.

    None of a person or an individual business, where what is over is erased; none where
    the procedure asks for none, as that of the courts; none without an end.
    """
    listing = application.listing
    entity = listing.entity
    return (
        entity is not None
        and entity.kind != Entity.Kind.INDIVIDUAL_BUSINESS
        and hasattr(application.filing, "commitment")
        and facts.needs_commitment(listing)
        and until_of(listing) > date.min
    )


def until_of(listing: Listing) -> date:
    """The first day it does not show; before all days where nothing says how long."""
    return listing.displayed_until or listing.review_by or date.min


def promise(application: Application) -> Promise:
    filing, listing = application.filing, application.listing
    return Promise(
        authority=listing.authority,
        text=filing.commitment.text,
        language=filing.language,
        given_on=day_of(filing.commitment.confirmed_at),
        until=until_of(listing),
        is_taken_back=getattr(application, "is_back", False),
        finding=max(application.findings.all(), key=lambda one: one.pk, default=None),
    )
