"""How many natural persons a list shows in the check: totals that point to nobody."""

from collections import Counter
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Count
from django.db.models.functions import TruncMonth

from registry.models import Listing, ListType, Region
from registry.models.rule_codes import PersonLookup

# A smaller cell could point to somebody.
SMALLEST_CELL = 10
MOST_MONTHS = 24


class Cell(NamedTuple):
    province: str
    n: int


class MonthTotal(NamedTuple):
    """One month by province."""

    month: date
    cells: list[Cell]


def person_totals(list_type: ListType, at: datetime) -> list[MonthTotal]:
    """By the month of the first day shown, newest first, and the authority's province.

    No sum anywhere: whoever subtracts the cells from a sum would have the small ones. No
    month without a cell: that one or nine were listed in it, and not none, stays unsaid.
    """
    counts = counts_by_month(list_type, at)
    provinces = {code for _month, code in counts}
    names = {
        region.code[:2]: region.name
        for region in Region.objects.filter(code__in=[f"{code}0000" for code in provinces])
    }
    months = sorted({month for month, _code in counts}, reverse=True)[:MOST_MONTHS]
    totals = [MonthTotal(month, cells_of(month, counts, names)) for month in months]
    return [total for total in totals if total.cells]


def counts_by_month(list_type: ListType, at: datetime) -> Counter[tuple[date, str]]:
    shown = Listing.objects.on_display(at).filter(list_type=list_type, entity=None)
    rows = (
        shown.exclude(rule__person_lookup=PersonLookup.NONE)
        .order_by()
        .annotate(month=TruncMonth("displayed_from"))
        .values_list("month", "authority__region")
        .annotate(n=Count("pk"))
    )
    counts: Counter[tuple[date, str]] = Counter()
    for month, region, n in rows:
        counts[month, region[:2]] += n
    return counts


def cells_of(
    month: date, counts: Counter[tuple[date, str]], names: dict[str, str]
) -> list[Cell]:
    here = {code: n for (one, code), n in sorted(counts.items()) if one == month}
    return [
        Cell(names.get(code, code), n) for code, n in here.items() if n >= SMALLEST_CELL
    ]
