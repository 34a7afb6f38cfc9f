"""What the register shows, counted: organisations only, and never one of them.

Every figure is counted from what is on display, or from what has ended, at the moment
it is asked for; a copy lives for a minute at most and never into the next day.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db.models import Count, F, QuerySet
from django.db.models.functions import Left, TruncMonth
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portal.counts import n_on_display
from portal.freshness import max_age
from registry.days import CIVIL_TIME, day_of
from registry.models import Checkpoint, Entity, Listing, ListType, Region

# Months told, the present one included.
MONTHS = 24
PROVINCE = 2


class Row(NamedTuple):
    """`share` of the largest, in percent, for the bar."""

    label: str
    n: int
    share: int


class Figure(NamedTuple):
    name: str
    title: str
    about: str
    # Heads of the columns: what is counted by, and what is counted.
    by: str
    rows: list[Row]


TITLES: dict[str, tuple[str | Promise, str | Promise, str | Promise]] = {
    "lists": (
        gettext_lazy("各名单"),
        gettext_lazy("今天公示的、关于单位的条数。自然人不计入按名单的数字。"),
        gettext_lazy("名单"),
    ),
    "regions": (
        gettext_lazy("各地区"),
        gettext_lazy("今天公示的条数，按单位登记的省级地区。"),
        gettext_lazy("地区"),
    ),
    "kinds": (
        gettext_lazy("各类单位"),
        gettext_lazy("今天公示的条数，按单位的类别。"),
        gettext_lazy("类别"),
    ),
    "begun": (
        gettext_lazy("每月新公示"),
        gettext_lazy("最近 24 个月，按公示的第一天；后来停止公示的也计入。"),
        gettext_lazy("月份"),
    ),
    "ended": (
        gettext_lazy("每月停止公示"),
        gettext_lazy("最近 24 个月，不论原因。"),
        gettext_lazy("月份"),
    ),
    "reasons": (
        gettext_lazy("停止公示的原因"),
        gettext_lazy("最近 24 个月。期满自动停止；其余由认定单位办理。"),
        gettext_lazy("原因"),
    ),
}


def figures(at: datetime) -> list[Figure]:
    return [figure(name, at) for name in TITLES]


def figure(name: str, at: datetime) -> Figure:
    """One of TITLES, in the active language."""
    title, about, by = TITLES[name]
    key = f"figure-{name}-{get_language()}-{day_of(at)}"
    counts = cache.get_or_set(key, lambda: COUNTED[name](at), max_age(at)) or []
    return Figure(name, f"{title}", f"{about}", f"{by}", scaled(counts))


Counts = list[tuple[str, int]]


def scaled(counts: Sequence[tuple[str, int]]) -> list[Row]:
    largest = max((n for _label, n in counts), default=0) or 1
    return [Row(label, n, round(100 * n / largest)) for label, n in counts]


def largest_first(counts: Iterable[tuple[str, int]]) -> Counts:
    return sorted(counts, key=lambda row: (-row[1], row[0]))


# --- What is on display -------------------------------------------------------------------


def by_list(at: datetime) -> Counts:
    counts = n_on_display(at)
    lists = ListType.objects.filter(pk__in=counts)
    return largest_first((str(one), counts[one.pk]) for one in lists)


def by_region(at: datetime) -> Counts:
    province = Left("entity__region", PROVINCE)
    counts = counted(shown(at).annotate(province=province), "province")
    codes = [f"{code}0000" for code in counts if code]
    names = dict(Region.objects.filter(code__in=codes).values_list("code", "name"))
    return largest_first(
        (names.get(f"{code}0000") or code or _("未登记地区"), n)
        for code, n in counts.items()
    )


def by_kind(at: datetime) -> Counts:
    labels = dict(Entity.Kind.choices)
    counts = counted(shown(at), "entity__kind")
    return largest_first((str(labels[kind]), n) for kind, n in counts.items())


def shown(at: datetime) -> QuerySet[Listing]:
    return Listing.objects.on_display(at).of_organisations()


# --- What has been ------------------------------------------------------------------------


def begun_by_month(at: datetime) -> Counts:
    since = months(at)[0]
    ours = of_no_person().filter(displayed_from__gte=since, displayed_from__lte=day_of(at))
    counts = counted(ours.annotate(month=TruncMonth("displayed_from")), "month")
    return [(f"{month:%Y-%m}", counts.get(month, 0)) for month in months(at)]


def ended_by_month(at: datetime) -> Counts:
    month = TruncMonth("ended_at", tzinfo=CIVIL_TIME)
    counts: Counter[str] = Counter()
    for began, n in counted(ended(at).annotate(month=month), "month").items():
        counts[f"{began:%Y-%m}"] += n
    return [(f"{one:%Y-%m}", counts[f"{one:%Y-%m}"]) for one in months(at)]


def by_reason(at: datetime) -> Counts:
    labels = dict(Listing.EndReason.choices)
    counts = counted(ended(at), "end_reason")
    return largest_first((str(labels[reason]), n) for reason, n in counts.items())


def ended(at: datetime) -> QuerySet[Listing]:
    since = datetime.combine(months(at)[0], datetime.min.time(), CIVIL_TIME)
    return of_no_person().filter(ended_at__gte=since, ended_at__lte=at)


def of_no_person() -> QuerySet[Listing]:
    """Released at some time and under a signed checkpoint, so that no number tells of what
    the ledger does not; an erased one need not say any more which party it had.
    """
    signed = Checkpoint.objects.latest_size()
    return Listing.objects.released().filter(person=None, leaf__lt=signed)


def months(at: datetime) -> list[date]:
    """The first days of the months told, the oldest first."""
    today = day_of(at)
    newest = today.year * 12 + today.month - 1
    return [
        date(number // 12, number % 12 + 1, 1)
        for number in range(newest - MONTHS + 1, newest + 1)
    ]


def counted(rows: QuerySet[Listing], name: str) -> dict[Any, int]:
    found = rows.order_by().values(key=F(name)).annotate(n=Count("pk"))
    return {row["key"]: row["n"] for row in found}


COUNTED = {
    "lists": by_list,
    "regions": by_region,
    "kinds": by_kind,
    "begun": begun_by_month,
    "ended": ended_by_month,
    "reasons": by_reason,
}
