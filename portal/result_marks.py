"""What a page of results says of each organisation beside its registration."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from portal.entries import Mark, mark_of
from registry.models import EntityName, Listing
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
    """`other_name` is the former, English or short name that matched, if one did."""

    hit: Hit
    marks: list[ResultMark]
    other_name: EntityName | None = None


def marked(hits: Iterable[Hit], *, at: datetime) -> list[MarkedHit]:
    """Every hit with its marks, the gravest first. One query, or two with other names."""
    hits = list(hits)
    names = other_names(hits)
    found: dict[int, dict[str, Listing]] = {hit.entity.pk: {} for hit in hits}
    shown = Listing.objects.on_display(at).of_entities(found)
    shown = shown.filter(list_type__section__in=MARKED)
    for listing in shown.select_related("list_type", "entity").order_by("pk"):
        if listing.entity is not None:
            # What was merged into another record speaks about that one.
            keep_latest(found[listing.entity.merged_into_id or listing.entity.pk], listing)
    return [
        MarkedHit(
            hit,
            marks_of(found[hit.entity.pk]),
            names.get((hit.entity.pk, hit.matched_name)),
        )
        for hit in hits
    ]


def other_names(hits: Iterable[Hit]) -> dict[tuple[int, str | None], EntityName]:
    """By entity and name, as far as such a name is what matched."""
    matched = {(hit.entity.pk, hit.matched_name) for hit in hits if hit.matched_name}
    if not matched:
        return {}
    rows = EntityName.objects.filter(
        entity__in={entity for entity, _ in matched}, name__in={name for _, name in matched}
    )
    return {(row.entity_id, row.name): row for row in rows}


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
