"""What a page of results says of each organisation beside its registration."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from portal.entries import MARKS, Mark
from registry.models import EntityName, Listing
from registry.search import Hit, with_listings
from registry.workdays import DAY

# What a reader has to know before choosing; permits and the like wait on the page.
MARKED = ("serious", "judicial", "penalties", "abnormal", "watch", "honour")
# Later than any day on which something ends.
NO_END = date.max


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
    """Every hit with its marks, the gravest first: three queries at most."""
    hits = list(hits)
    names, ends = other_names(hits), ends_of({hit.entity.pk for hit in hits}, at)
    return [
        MarkedHit(
            hit,
            marks_of(ends.get(hit.entity.pk, {})),
            names.get((hit.entity.pk, hit.matched_name)),
        )
        for hit in hits
    ]


def ends_of(entities: set[int], at: datetime) -> dict[int, dict[str, date]]:
    """The latest end of what is on display, by entity and section."""
    ends: dict[int, dict[str, date]] = {pk: {} for pk in with_listings(entities)}
    if not ends:
        return ends
    shown = Listing.objects.on_display(at).of_entities(ends)
    shown = shown.filter(list_type__section__in=MARKED).order_by()
    columns = ("entity__merged_into", "entity", "list_type__section", "displayed_until")
    for merged_into, entity, section, until in shown.values_list(*columns):
        # What was merged into another record speaks about that one.
        of_entity = ends[merged_into or entity]
        of_entity[section] = max(of_entity.get(section, date.min), until or NO_END)
    return ends


def other_names(hits: Iterable[Hit]) -> dict[tuple[int, str | None], EntityName]:
    """By entity and name, as far as such a name is what matched."""
    matched = {(hit.entity.pk, hit.matched_name) for hit in hits if hit.matched_name}
    if not matched:
        return {}
    rows = EntityName.objects.filter(
        entity__in={entity for entity, _ in matched}, name__in={name for _, name in matched}
    )
    return {(row.entity_id, row.name): row for row in rows}


def marks_of(ends: dict[str, date]) -> list[ResultMark]:
    return [
        ResultMark(MARKS[section], None if end == NO_END else end - DAY)
        for section in MARKED
        if (end := ends.get(section))
    ]
