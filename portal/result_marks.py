"""What a page of results says of each organisation beside its registration."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from portal.entries import MARKS, Mark
from portal.objections import objected
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
    # Whether somebody objects to one of its kind.
    is_objected: bool = False


@dataclass(frozen=True, slots=True)
class MarkedHit:
    """`other_name` is the former, English or short name that matched, if one did."""

    hit: Hit
    marks: list[ResultMark]
    other_name: EntityName | None = None


def marked(hits: Iterable[Hit], *, at: datetime) -> list[MarkedHit]:
    """Every hit with its marks, the gravest first: four queries at most."""
    hits = list(hits)
    names, shown = other_names(hits), shown_of({hit.entity.pk for hit in hits}, at)
    return [
        MarkedHit(
            hit,
            marks_of(shown.get(hit.entity.pk, {})),
            names.get((hit.entity.pk, hit.matched_name)),
        )
        for hit in hits
    ]


@dataclass(slots=True)
class OfSection:
    """What is on display of one section: its latest end, and whether anybody objects."""

    end: date = date.min
    is_objected: bool = False


def shown_of(entities: set[int], at: datetime) -> dict[int, dict[str, OfSection]]:
    """What of each section is on display, by entity."""
    found: dict[int, dict[str, OfSection]] = {pk: {} for pk in with_listings(entities)}
    if not found:
        return found
    shown = Listing.objects.on_display(at).of_entities(found)
    shown = shown.filter(list_type__section__in=MARKED).order_by()
    columns = ("entity__merged_into", "entity", "list_type__section", "displayed_until")
    rows = list(shown.values_list("pk", *columns))
    marks = objected(pk for pk, *_ in rows)
    for pk, merged_into, entity, section, until in rows:
        # What was merged into another record speaks about that one.
        of_section = found[merged_into or entity].setdefault(section, OfSection())
        of_section.end = max(of_section.end, until or NO_END)
        of_section.is_objected |= pk in marks
    return found


def other_names(hits: Iterable[Hit]) -> dict[tuple[int, str | None], EntityName]:
    """By entity and name, as far as such a name is what matched."""
    matched = {(hit.entity.pk, hit.matched_name) for hit in hits if hit.matched_name}
    if not matched:
        return {}
    rows = EntityName.objects.filter(
        entity__in={entity for entity, _ in matched}, name__in={name for _, name in matched}
    )
    return {(row.entity_id, row.name): row for row in rows}


def marks_of(sections: dict[str, OfSection]) -> list[ResultMark]:
    return [
        ResultMark(
            MARKS[section],
            None if found.end == NO_END else found.end - DAY,
            found.is_objected,
        )
        for section in MARKED
        if (found := sections.get(section))
    ]
