"""Which of the entities found have a listing on display: the index only narrows them."""

from collections.abc import Collection
from datetime import datetime

from registry.models import Entity, ListedEntry, Listing
from registry.search.results import Filters


def listed(entities: Collection[int], filters: Filters) -> set[int]:
    """Those with a listing on display, as the filters ask."""
    assert filters.listed_at
    shown = by_section(entities, filters.listed_at)
    if filters.section:
        return shown.get(filters.section, set())
    return set().union(*shown.values())


def by_section(entities: Collection[int], at: datetime) -> dict[str, set[int]]:
    """The same by the section of the list; a merged record speaks for who stays."""
    if not entities:
        return {}
    merged = Entity.objects.filter(merged_into__id__among=[*entities])
    stays: dict[int | None, int] = {pk: pk for pk in entities}
    stays |= {pk: into for pk, into in merged.values_list("pk", "merged_into") if into}
    found: dict[str, set[int]] = {}
    shown = Listing.objects.on_display(at).filter(entity__id__among=[*stays]).order_by()
    for entity, section in shown.values_list("entity", "list_type__section"):
        found.setdefault(section, set()).add(stays[entity])
    return found


def with_listings(entities: Collection[int]) -> set[int]:
    """Those with a listing that is released and not ended, on display or not.

    Soon answered, and about most there is no more to ask.
    """
    rows = ListedEntry.objects.filter(entity__in=entities)
    return set(rows.values_list("entity", flat=True))
