"""What has left display lately: figures by list and reason, never a name."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Count

from portal.figures import of_no_person
from portal.freshness import max_age
from registry.days import day_of, start_of
from registry.models import Listing, ListType

# Civil days told, today included.
DAYS = 7
# Of the lists; those after them are told together.
MOST_LISTS = 6

Reasons = Sequence[tuple[str, int]]
Ended = list[tuple[str, str, int]]


@dataclass(frozen=True, slots=True)
class OfList:
    """`list_type` is None for all the lists that are told together."""

    list_type: ListType | None
    n: int
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class Lifts:
    """How many entries about organisations have ended within the last DAYS days."""

    n: int
    reasons: Reasons
    lists: Sequence[OfList]


def lifts(at: datetime, list_types: Iterable[ListType]) -> Lifts:
    """One query, and none within a minute of the last; the lists are at hand already."""
    key = f"lifts-{day_of(at)}"
    ended = cache.get_or_set(key, lambda: counted(at), max_age(at)) or []
    by_list: dict[str, Counter[str]] = {}
    for code, reason, n in ended:
        by_list.setdefault(code, Counter())[reason] += n
    whole = sum(by_list.values(), Counter[str]())
    known = {one.pk: one for one in list_types}
    return Lifts(whole.total(), in_words(whole), rows(by_list, known))


def counted(at: datetime) -> Ended:
    since = start_of(day_of(at) - timedelta(days=DAYS - 1))
    ended = of_no_person().filter(ended_at__gte=since, ended_at__lte=at).order_by()
    return list(ended.values_list("list_type", "end_reason").annotate(n=Count("pk")))


def rows(
    by_list: Mapping[str, Counter[str]], known: Mapping[str, ListType]
) -> list[OfList]:
    """The lists with most first."""
    largest = sorted(by_list, key=lambda code: (-by_list[code].total(), code))
    told = [row(known[code], by_list[code]) for code in largest[:MOST_LISTS]]
    rest = sum((by_list[code] for code in largest[MOST_LISTS:]), Counter[str]())
    return [*told, row(None, rest)] if rest else told


def row(list_type: ListType | None, reasons: Counter[str]) -> OfList:
    return OfList(list_type, reasons.total(), in_words(reasons))


def in_words(reasons: Counter[str]) -> Reasons:
    labels = dict(Listing.EndReason.choices)
    most_first = sorted(reasons.items(), key=lambda one: (-one[1], one[0]))
    return [(str(labels[reason]), n) for reason, n in most_first]
