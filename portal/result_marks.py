"""What is on display about each organisation of a page of results, and until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from portal.entries import Mark, mark_of
from registry.models import Listing
from registry.search import Hit
from registry.workdays import DAY

# What a reader has to know before choosing; permits and the like wait on the page.
MARKED = ("serious", "judicial", "penalties", "abnormal", "watch", "honour")


@dataclass(frozen=True, slots=True)
class ResultMark:
    """The latest of its kind; `last_day` is None where no day is fixed."""

    mark: Mark
    last_day: date | None


@dataclass(frozen=True, slots=True)
class MarkedHit:
    hit: Hit
    marks: list[ResultMark]


def marked(hits: Iterable[Hit], *, at: datetime) -> list[MarkedHit]:
    """Every hit with its marks, the gravest first. One query for all of them."""
    hits = list(hits)
    found: dict[int, dict[str, Listing]] = {hit.entity.pk: {} for hit in hits}
    shown = Listing.objects.on_display(at).filter(
        entity__in=list(found), list_type__section__in=MARKED
    )
    for listing in shown.select_related("list_type").order_by("pk"):
        if listing.entity_id is not None:
            keep_latest(found[listing.entity_id], listing)
    return [MarkedHit(hit, marks_of(found[hit.entity.pk])) for hit in hits]


def keep_latest(kept: dict[str, Listing], listing: Listing) -> None:
    section = listing.list_type.section
    other = kept.get(section)
    if other is None or last_of(listing) > last_of(other):
        kept[section] = listing


def last_of(listing: Listing) -> date:
    return listing.displayed_until or date.max


def marks_of(kept: dict[str, Listing]) -> list[ResultMark]:
    return [
        ResultMark(
            mark_of(kept[section].list_type),
            until - DAY if (until := kept[section].displayed_until) else None,
        )
        for section in MARKED
        if section in kept
    ]
