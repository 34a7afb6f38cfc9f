"""How official files arrive: the last one of each list, its lag and its errors."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise
from statistics import median
from typing import Any

from django.db.models import Count, QuerySet, Window
from django.db.models.functions import RowNumber

from registry.days import day_of, start_of
from registry.intake.gate import FEWEST_GAPS, LOOKED_AT, SILENT
from registry.models import Delivery

# Who has delivered nothing for longer is no source any more.
LOOKED_BACK = timedelta(days=800)


@dataclass(frozen=True, slots=True)
class Source:
    """One authority's files of one list; days without a word, and days usual between."""

    last: Delivery
    n_deliveries: int
    silent_for: int
    usual_gap: int | None
    # From the upload to the release, of the last one of those that was released.
    lag: int | None
    error_percent: int

    @property
    def is_silent(self) -> bool:
        return self.usual_gap is not None and self.silent_for > SILENT * self.usual_gap


def health(rows: QuerySet[Delivery], today: date) -> list[Source]:
    """The longest silent first."""
    recent = rows.filter(made_at__gte=start_of(today - LOOKED_BACK))
    newest = by_age(recent.exclude(state=Delivery.State.WITHDRAWN))
    groups = groupby(newest, key=lambda one: (one.authority_id, one.list_code))
    found = [source(list(files), today) for _key, files in groups]
    return sorted(found, key=lambda one: (not one.is_silent, -one.silent_for))


def by_age(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Of each source as many as are looked at, the newest first, and how many there are."""
    source = ("authority", "list_code")
    numbered = rows.order_by().annotate(
        age=Window(RowNumber(), partition_by=source, order_by=("-made_at", "-pk")),
        n_of_source=Window(Count("pk"), partition_by=source),
    )
    few = numbered.filter(age__lte=LOOKED_AT + 1)
    return few.order_by("authority_id", "list_code", "age")


def source(files: list[Any], today: date) -> Source:
    last = files[0]
    days = [day_of(one.made_at) for one in files]
    gaps = [(later - earlier).days for later, earlier in pairwise(days)]
    usual = max(1, round(median(gaps))) if len(gaps) >= FEWEST_GAPS else None
    return Source(
        last=last,
        n_deliveries=last.n_of_source,
        silent_for=(today - days[0]).days,
        usual_gap=usual,
        lag=lag_of(files),
        error_percent=round(100 * last.n_in_error / max(last.position, 1)),
    )


def lag_of(files: Iterable[Any]) -> int | None:
    for one in files:
        if one.released_at is not None:
            return (day_of(one.released_at) - day_of(one.made_at)).days
    return None
