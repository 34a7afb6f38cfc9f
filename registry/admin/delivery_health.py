"""How official files arrive: the last one of each list, its lag and its errors."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise
from statistics import median
from typing import Any

from django.db.models import QuerySet

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
    # From the upload to the release, of the last one that was released.
    lag: int | None
    error_percent: int

    @property
    def is_silent(self) -> bool:
        return self.usual_gap is not None and self.silent_for > SILENT * self.usual_gap


def health(rows: QuerySet[Delivery], today: date) -> list[Source]:
    """The longest silent first."""
    recent = rows.filter(made_at__gte=start_of(today - LOOKED_BACK))
    ordered = recent.exclude(state=Delivery.State.WITHDRAWN).order_by(
        "authority_id", "list_code", "-made_at"
    )
    groups = groupby(ordered, key=lambda one: (one.authority_id, one.list_code))
    found = [source(list(files), today) for _key, files in groups]
    return sorted(found, key=lambda one: (not one.is_silent, -one.silent_for))


def source(files: list[Delivery], today: date) -> Source:
    last = files[0]
    days = [day_of(one.made_at) for one in files[: LOOKED_AT + 1]]
    gaps = [(later - earlier).days for later, earlier in pairwise(days)]
    usual = max(1, round(median(gaps))) if len(gaps) >= FEWEST_GAPS else None
    return Source(
        last=last,
        n_deliveries=len(files),
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
