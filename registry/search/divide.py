"""How the entities divide that a query means: what one can narrow by, with counts."""

from collections import Counter
from datetime import datetime

from django.db.models import Count
from django.db.models.functions import Left

from registry.models import SearchEntry
from registry.names import stem
from registry.search import guard
from registry.search.displayed import by_section, listed
from registry.search.find import ALL, PAGE, Search
from registry.search.query import understand
from registry.search.results import Choice, Facets, Filters
from registry.search.walk import numbers_of


def facets(text: str, *, filters: Filters = ALL, at: datetime | None = None) -> Facets:
    """How the entities that `text` means divide; empty where they are not counted.

    `at` says which listings show; without it there are no sections. Raises QueryError as
    `search` does.
    """
    query = understand(text)
    with guard.limits():
        asked = Search(query, filters, PAGE)
        found = asked.first()
        if found is None or found.ladder.entities is None:
            return Facets()
        ids = numbers_of(found.ladder.entities)
        if filters.listed_at:
            ids = list(listed(ids, filters))
        return divided(ids, filters, at)


def divided(ids: list[int], filters: Filters, at: datetime | None) -> Facets:
    """These entities by kind, by what lies below the region chosen, and by section."""
    length = min(len(stem(filters.region)) + 2, 6) if filters.region else 2
    entries = SearchEntry.objects.filter(entity__id__among=ids, current=True)
    rows = entries.values_list("kind", Left("region", length)).annotate(n=Count("pk"))
    kinds, regions = Counter[str](), Counter[str]()
    for kind, region, n in rows:
        kinds[kind] += n
        if len(region) == length:
            regions[region.ljust(6, "0")] += n
    return Facets(choices(kinds), choices(regions), sections(ids, at) if at else [])


def sections(ids: list[int], at: datetime) -> list[Choice]:
    found = by_section(ids, at)
    return choices(Counter({section: len(shown) for section, shown in found.items()}))


def choices(counts: "Counter[str]") -> list[Choice]:
    """The most frequent first."""
    in_order = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return [Choice(value, n) for value, n in in_order]
