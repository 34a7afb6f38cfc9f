"""How the entities found divide: what one can narrow by, with counts."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from registry.names import stem
from registry.search.displayed import by_section
from registry.search.results import Choice, Facets, Filters


class Matching(NamedTuple):
    """An entity that matches. `is_listed`: it has listings, if none on display perhaps."""

    entity_id: int
    kind: str
    region: str
    is_listed: bool


def divided(
    entities: Collection[Matching], filters: Filters, at: datetime | None
) -> Facets:
    """These by kind, by what lies below the region chosen, and by section at `at`."""
    length = min(len(stem(filters.region)) + 2, 6) if filters.region else 2
    kinds = Counter(one.kind for one in entities)
    regions = Counter(one.region[:length] for one in entities)
    whole = {
        division.ljust(6, "0"): n
        for division, n in regions.items()
        if len(division) == length
    }
    return Facets(choices(kinds), choices(whole), sections(entities, at) if at else [])


def sections(entities: Collection[Matching], at: datetime) -> list[Choice]:
    found = by_section([one.entity_id for one in entities if one.is_listed], at)
    return choices({section: len(shown) for section, shown in found.items()})


def choices(counts: Mapping[str, int]) -> list[Choice]:
    """The most frequent first."""
    in_order = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return [Choice(value, n) for value, n in in_order]
