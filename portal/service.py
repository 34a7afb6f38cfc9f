"""How repairs and objections are answered, by quarter, by authority and by list.

Counts of cases only, of organisations and persons together. A number below five is not
told, nor one more where the rest of its row would give it away.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.freshness import max_age
from portal.service_cases import (
    CLOSED,
    FEWEST,
    UPHELD,
    Cases,
    Group,
    Objected,
    Tallies,
    Tally,
    quarters,
    tallied,
)
from registry.days import day_of
from registry.models import Authority, ListType

NAME = "repair-service"
# Authorities and lists told on the page; the file has them all.
MOST_ROWS = 20

REPAIR_HEADS = (
    gettext_lazy("办结"),
    pgettext_lazy("counted", "准予修复"),
    pgettext_lazy("counted", "不予修复"),
    pgettext_lazy("counted", "不予受理"),
    gettext_lazy("申请人撤回"),
    gettext_lazy("决定后又改变"),
    gettext_lazy("半数答复用时（日）"),
    gettext_lazy("九成答复用时（日）"),
    gettext_lazy("按期答复"),
    gettext_lazy("逾期未答复"),
)
OBJECTION_HEADS = (
    gettext_lazy("异议办结"),
    gettext_lazy("异议成立"),
    gettext_lazy("异议不成立"),
    gettext_lazy("半数异议用时（日）"),
    gettext_lazy("九成异议用时（日）"),
    gettext_lazy("异议按期办结"),
)
HEADS = (*REPAIR_HEADS, *OBJECTION_HEADS)


class Row(NamedTuple):
    label: str
    cells: list[str]

    @property
    def told(self) -> list[tuple[str, str]]:
        """Each cell with its head, which stands beside it on a phone."""
        return list(zip(map(str, HEADS), self.cells, strict=True))


class Table(NamedTuple):
    name: str
    title: str
    by: str
    rows: list[Row]
    n_hidden: int


def tallies(at: datetime) -> Tallies:
    """Every case closed within the quarters told, or overdue; at most a minute old."""
    key = f"repair-service-{day_of(at)}"
    return cache.get_or_set(key, lambda: tallied(at), max_age(at)) or {}


# --- Tables ---------------------------------------------------------------------------


def tables(at: datetime) -> list[Table]:
    """By quarter, by authority and by list; none where no case was closed."""
    found = tallies(at)
    if not found:
        return []
    names, lists = names_of(found)
    return [
        by_quarter(found, at),
        ranked("authorities", found, lambda group: names[group.authority]),
        ranked("lists", found, lambda group: lists[group.list_type]),
    ]


def names_of(found: Iterable[Group]) -> tuple[dict[int, str], dict[str, str]]:
    groups = list(found)
    authorities = Authority.objects.in_bulk({one.authority for one in groups})
    lists = ListType.objects.in_bulk({one.list_type for one in groups})
    return (
        {pk: str(one) for pk, one in authorities.items()},
        {pk: str(one) for pk, one in lists.items()},
    )


def by_quarter(found: Tallies, at: datetime) -> Table:
    summed = grouped(found, lambda group: group.quarter)
    rows = [
        Row(spelt(quarter), cells(summed[quarter]))
        for quarter in quarters(at)
        if quarter in summed
    ]
    return Table("quarters", _("各季度"), _("季度"), rows, 0)


def ranked(name: str, found: Tallies, label: Callable[[Group], str]) -> Table:
    """Most cases first; groups with fewer than five of a kind are told together."""
    titles = {
        "authorities": (_("各认定单位"), _("认定单位")),
        "lists": (_("各名单"), _("名单")),
    }
    summed = grouped(found, label)
    told = {one: tally for one, tally in summed.items() if tally.is_told}
    rest = Cases()
    for one in summed.keys() - told.keys():
        rest.add(summed[one])
    rows = [
        Row(one, cells(tally))
        for one, tally in sorted(told.items(), key=lambda row: (-row[1].n, row[0]))
    ]
    if rest.n:
        rows.append(Row(_("其余（各少于5件）"), cells(rest)))
    shown = rows if len(rows) <= MOST_ROWS else rows[:MOST_ROWS]
    return Table(name, *titles[name], shown, len(rows) - len(shown))


def grouped(found: Tallies, key: Callable[[Group], Any]) -> dict[Any, Cases]:
    summed: dict[Any, Cases] = {}
    for group, tally in found.items():
        summed.setdefault(key(group), Cases()).add(tally)
    return summed


def file_rows(at: datetime) -> Iterator[list[str]]:
    """The data behind the tables: each quarter, authority and list that has a case."""
    found = tallies(at)
    names, lists = names_of(found)
    yield [_("季度"), _("认定单位"), _("名单"), *map(str, HEADS)]
    for group in sorted(found, key=lambda one: (-one.quarter.toordinal(), *one[1:])):
        labels = (spelt(group.quarter), names[group.authority], lists[group.list_type])
        yield [*labels, *cells(found[group])]


# --- Cells ----------------------------------------------------------------------------


def cells(cases: Cases) -> list[str]:
    """In the order of HEADS; of fewer than five cases of a kind nothing but that."""
    return [*repair_cells(cases.repairs), *objection_cells(cases.objections)]


def repair_cells(tally: Tally) -> list[str]:
    if 0 < tally.n < FEWEST:
        return [_("少于5件")] * len(REPAIR_HEADS)
    return [
        few_or(tally.n_closed),
        *parts([tally.statuses[status] for status in CLOSED]),
        few_or(tally.n_reversed),
        *times(tally),
        on_time(tally),
        few_or(tally.n_overdue),
    ]


def objection_cells(tally: Tally) -> list[str]:
    """Those taken back are told by no number, but would follow from the others."""
    if 0 < tally.n < FEWEST:
        return [_("少于5件")] * len(OBJECTION_HEADS)
    upheld = sum(tally.statuses[status] for status in UPHELD)
    others = (tally.statuses[one] for one in (Objected.REJECTED, Objected.WITHDRAWN))
    told = parts([upheld, *others])
    return [few_or(tally.n_closed), *told[:2], *times(tally), on_time(tally)]


def parts(counts: list[int]) -> list[str]:
    """What a sum is made of."""
    hidden = withheld(counts)
    return [_("少于5件") if n in hidden else str(n) for n in counts]


def times(tally: Tally) -> list[str]:
    """Median and ninth tenth."""
    if tally.n_answered < FEWEST:
        return [_("少于5件") if tally.n_answered else "–"] * 2
    return [told_days(tally.days, share) for share in (50, 90)]


def few_or(n: int) -> str:
    return _("少于5件") if 0 < n < FEWEST else str(n)


def withheld(counts: list[int]) -> set[int]:
    """The numbers of a sum that are not told: the small ones, and the next where only
    one is small, because it would follow from the sum.
    """
    small = [n for n in counts if 0 < n < FEWEST]
    others = sorted(n for n in counts if n >= FEWEST)
    return {*small, *(others[:1] if len(small) == 1 else ())}


def told_days(days: Counter[int], share: int) -> str:
    """So many days at most took this share of the answers; one of the real numbers."""
    wanted = -(-share * sum(days.values()) // 100)
    so_far = 0
    for day in sorted(days):
        so_far += days[day]
        if so_far >= wanted:
            return str(day)
    return "–"


def on_time(tally: Tally) -> str:
    """Of what was answered or should have been."""
    n_due = tally.n_answered + tally.n_overdue
    if n_due < FEWEST:
        return _("少于5件") if n_due else "–"
    return f"{100 * tally.n_on_time / n_due:.0f}%"


# --- Quarters -------------------------------------------------------------------------


def spelt(quarter: date) -> str:
    text = _("%(year)d年第%(n)d季度")
    return text % {"year": quarter.year, "n": quarter.month // 3 + 1}
