"""How repairs are answered, counted from the cases themselves: by quarter, authority, list.

Counts of cases only, of organisations and persons together. A number below five is not
told, nor one more where the rest of its row would give it away.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.freshness import max_age
from registry.days import CIVIL_TIME, day_of
from registry.models import Authority, Listing, ListType
from repair.models import Application

NAME = "repair-service"
# Quarters told, the present one included.
QUARTERS = 8
FEWEST = 5
# Authorities and lists told on the page; the file has them all.
MOST_ROWS = 20

Status = Application.Status
HEADS = (
    gettext_lazy("办结"),
    gettext_lazy("准予修复"),
    gettext_lazy("不予修复"),
    gettext_lazy("不予受理"),
    gettext_lazy("申请人撤回"),
    gettext_lazy("准予后又恢复公示"),
    gettext_lazy("半数答复用时（日）"),
    gettext_lazy("九成答复用时（日）"),
    gettext_lazy("按期答复"),
    gettext_lazy("逾期未答复"),
)
CLOSED = (Status.GRANTED, Status.REFUSED, Status.DECLINED, Status.WITHDRAWN)
ANSWERED = (Status.GRANTED, Status.REFUSED, Status.DECLINED)
# Where the authority has the next step: past its day, it is late.
WAITING = (Status.RECEIVED, Status.ACCEPTED, Status.PROPOSED)


@dataclass
class Tally:
    """Cases of one group; `days` counts answers by the days they took."""

    statuses: Counter[str] = field(default_factory=Counter)
    days: Counter[int] = field(default_factory=Counter)
    n_on_time: int = 0
    n_overdue: int = 0
    n_reversed: int = 0

    @property
    def n_closed(self) -> int:
        return sum(self.statuses.values())

    @property
    def n(self) -> int:
        return self.n_closed + self.n_overdue

    def add(self, other: "Tally") -> None:
        self.statuses += other.statuses
        self.days += other.days
        self.n_on_time += other.n_on_time
        self.n_overdue += other.n_overdue
        self.n_reversed += other.n_reversed


class Group(NamedTuple):
    """What one tally is of: the first day of a quarter, an authority, a list."""

    quarter: date
    authority: int
    list_type: str


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


Tallies = dict[Group, Tally]


def tallies(at: datetime) -> Tallies:
    """Every case closed within the quarters told, or overdue; at most a minute old."""
    key = f"repair-service-{day_of(at)}"
    return cache.get_or_set(key, lambda: tallied(at), max_age(at)) or {}


def tallied(at: datetime) -> Tallies:
    """One pass over the cases, each looked at once and none kept."""
    found: Tallies = {}
    for case in cases(at).iterator(chunk_size=2000):
        authority, list_type, status, received_at, closed_at, due_on, is_back = case
        ended = day_of(closed_at) if closed_at else due_on
        group = Group(quarter_of(ended), authority, list_type)
        tally = found.setdefault(group, Tally())
        if closed_at is None:
            tally.n_overdue += 1
            continue
        tally.statuses[status] += 1
        tally.n_reversed += status == Status.GRANTED and is_back
        if status in ANSWERED:
            tally.days[(ended - day_of(received_at)).days] += 1
            tally.n_on_time += ended <= due_on
    return found


def cases(at: datetime) -> QuerySet[Application, Any]:
    """Closed within the quarters, or waiting for an answer that was due within them.

    A grant was taken back where another listing restores the one it ended.
    """
    first = quarters(at)[-1]
    since = datetime.combine(first, datetime.min.time(), CIVIL_TIME)
    closed = Q(status__in=CLOSED, closed_at__gte=since, closed_at__lte=at)
    late = Q(status__in=WAITING, answer_due_on__gte=first, answer_due_on__lt=day_of(at))
    restored = Listing.objects.released().filter(follows=OuterRef("listing"))
    return (
        Application.objects.filter(closed | late)
        .order_by()
        .values_list(
            *("listing__authority", "listing__list_type", "status", "received_at"),
            *("closed_at", "answer_due_on"),
            Exists(restored),
        )
    )


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
    """Most cases first; the groups of fewer than five are told together."""
    titles = {
        "authorities": (_("各认定单位"), _("认定单位")),
        "lists": (_("各名单"), _("名单")),
    }
    summed = grouped(found, label)
    told = {one: tally for one, tally in summed.items() if tally.n >= FEWEST}
    rest = Tally()
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


def grouped(found: Tallies, key: Callable[[Group], Any]) -> dict[Any, Tally]:
    summed: dict[Any, Tally] = {}
    for group, tally in found.items():
        summed.setdefault(key(group), Tally()).add(tally)
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


def cells(tally: Tally) -> list[str]:
    """In the order of HEADS; of fewer than five cases nothing but that."""
    few = _("少于5件")
    if 0 < tally.n < FEWEST:
        return [few] * len(HEADS)
    counts = [tally.statuses[status] for status in CLOSED]
    hidden = withheld(counts)
    parts = [few if n in hidden else str(n) for n in counts]
    n_answered = sum(tally.days.values())
    times = [told_days(tally.days, share) for share in (50, 90)]
    return [
        few_or(tally.n_closed),
        *parts,
        few_or(tally.n_reversed),
        *(times if n_answered >= FEWEST else [few if n_answered else "–"] * 2),
        on_time(tally, n_answered),
        few_or(tally.n_overdue),
    ]


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


def on_time(tally: Tally, n_answered: int) -> str:
    """Of what was answered or should have been."""
    n_due = n_answered + tally.n_overdue
    if n_due < FEWEST:
        return _("少于5件") if n_due else "–"
    return f"{100 * tally.n_on_time / n_due:.0f}%"


# --- Quarters -------------------------------------------------------------------------


def quarter_of(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def quarters(at: datetime) -> list[date]:
    """The first days of the quarters told, the newest first."""
    newest = quarter_of(day_of(at))
    number = newest.year * 4 + newest.month // 3
    return [date(n // 4, n % 4 * 3 + 1, 1) for n in range(number, number - QUARTERS, -1)]


def spelt(quarter: date) -> str:
    text = _("%(year)d年第%(n)d季度")
    return text % {"year": quarter.year, "n": quarter.month // 3 + 1}
