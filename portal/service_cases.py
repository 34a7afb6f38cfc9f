"""The cases of which the service is told: which are counted, in which group, and how."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Case as CaseWhen
from django.db.models import Exists, OuterRef, Q, QuerySet, Value, When

from registry.days import CIVIL_TIME, day_of
from registry.models import Listing
from repair.models import Application, Objection

# Quarters told, the present one included.
QUARTERS = 8
FEWEST = 5

Status, Objected = Application.Status, Objection.Status
CLOSED = (Status.GRANTED, Status.REFUSED, Status.DECLINED, Status.WITHDRAWN)
ANSWERED = (Status.GRANTED, Status.REFUSED, Status.DECLINED)
TURNED_DOWN = (Status.REFUSED, Status.DECLINED)
UPHELD = (Objected.CORRECTED, Objected.ENDED)
# Where the authority has the next step: past its day, it is late.
WAITING = (Status.RECEIVED, Status.ACCEPTED, Status.PROPOSED)


@dataclass
class Tally:
    """Applications or objections of one group; `days` counts answers by their days."""

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

    @property
    def n_answered(self) -> int:
        return sum(self.days.values())

    def add(self, other: "Tally") -> None:
        self.statuses += other.statuses
        self.days += other.days
        self.n_on_time += other.n_on_time
        self.n_overdue += other.n_overdue
        self.n_reversed += other.n_reversed


@dataclass
class Cases:
    """What one row is about: the applications and the objections of its group."""

    repairs: Tally = field(default_factory=Tally)
    objections: Tally = field(default_factory=Tally)

    @property
    def n(self) -> int:
        return self.repairs.n + self.objections.n

    @property
    def is_told(self) -> bool:
        """Whether neither is so few that the row would not say how many."""
        return not any(0 < one.n < FEWEST for one in (self.repairs, self.objections))

    def add(self, other: "Cases") -> None:
        self.repairs.add(other.repairs)
        self.objections.add(other.objections)


class Group(NamedTuple):
    """What one tally is of: the first day of a quarter, an authority, a list."""

    quarter: date
    authority: int
    list_type: str


Tallies = dict[Group, Cases]


def tallied(at: datetime) -> Tallies:
    """One pass over the cases of each kind, each looked at once and none kept."""
    found: Tallies = {}
    for group, case in map(grouped, applications(at).iterator(chunk_size=2000)):
        count_in(found.setdefault(group, Cases()).repairs, case, ANSWERED)
    for group, case in map(grouped, objections(at).iterator(chunk_size=2000)):
        decided = Objection.DECIDED
        count_in(found.setdefault(group, Cases()).objections, case, decided)
    return found


class Case(NamedTuple):
    status: str
    received_on: date
    # None while it waits for an answer that is late.
    ended_on: date | None
    due_on: date
    is_reversed: bool


def grouped(row: tuple[Any, ...]) -> tuple[Group, Case]:
    authority, list_type, status, received_at, closed_at, due_on, is_reversed = row
    ended = day_of(closed_at) if closed_at else None
    case = Case(status, day_of(received_at), ended, due_on, is_reversed)
    return Group(quarter_of(ended or due_on), authority, list_type), case


def count_in(tally: Tally, case: Case, answered: Collection[str]) -> None:
    if case.ended_on is None:
        tally.n_overdue += 1
        return
    tally.statuses[case.status] += 1
    tally.n_reversed += case.is_reversed
    if case.status in answered:
        tally.days[(case.ended_on - case.received_on).days] += 1
        tally.n_on_time += case.ended_on <= case.due_on


def applications(at: datetime) -> QuerySet[Application, Any]:
    """Closed within the quarters, or waiting for an answer that was due within them.

    A grant was reversed where another listing restores the one it ended, a refusal where
    the superior found for whoever asked for a review of it.
    """
    closed, first = closed_since(CLOSED, at)
    late = Q(status__in=WAITING, answer_due_on__gte=first, answer_due_on__lt=day_of(at))
    restored = Listing.objects.released().filter(follows=OuterRef("listing"))
    overturned = Objection.objects.filter(
        reviews_application=OuterRef("pk"), status__in=UPHELD
    )
    is_reversed = CaseWhen(
        When(Q(status=Status.GRANTED) & Exists(restored), then=True),
        When(Q(status__in=TURNED_DOWN) & Exists(overturned), then=True),
        default=False,
    )
    return (
        Application.objects.filter(closed | late)
        .order_by()
        .values_list(
            *("listing__authority", "listing__list_type", "status", "received_at"),
            *("closed_at", "answer_due_on"),
            is_reversed,
        )
    )


def objections(at: datetime) -> QuerySet[Objection, Any]:
    """The same of objections, by the authority that decides; a review by the superior."""
    closed, first = closed_since((*Objection.DECIDED, Objected.WITHDRAWN), at)
    waiting = (Objected.RECEIVED, *Objection.MARKED)
    late = Q(status__in=waiting, decide_due_on__gte=first, decide_due_on__lt=day_of(at))
    return (
        Objection.objects.filter(closed | late)
        .order_by()
        .values_list(
            *("authority", "listing__list_type", "status", "received_at"),
            *("closed_at", "decide_due_on"),
            Value(False),
        )
    )


def closed_since(statuses: Iterable[str], at: datetime) -> tuple[Q, date]:
    """Closed within the quarters told, and the first day of these."""
    first = quarters(at)[-1]
    since = datetime.combine(first, datetime.min.time(), CIVIL_TIME)
    return Q(status__in=statuses, closed_at__gte=since, closed_at__lte=at), first


# --- Quarters ------------------------------------------------------------------------


def quarter_of(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def quarters(at: datetime) -> list[date]:
    """The first days of the quarters told, the newest first."""
    newest = quarter_of(day_of(at))
    number = newest.year * 4 + newest.month // 3
    return [date(n // 4, n % 4 * 3 + 1, 1) for n in range(number, number - QUARTERS, -1)]
