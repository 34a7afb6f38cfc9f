"""Deadlines that can print themselves: what is due, counted from where, day by day.

One object for every clock of a procedure. Applications, objections and requests to a
court differ in the numbers of their rule: what is due, how many days, of which kind.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from registry.terms import Duration, Unit, counted
from registry.workdays import Calendar, Count, Guards, count


@dataclass(frozen=True, slots=True)
class Pause:
    """Sent back for completion: no day counts until it comes, and from then on anew."""

    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Extension:
    """So many working days more, given on a day; the ground where one may know it."""

    on: date
    n_wd: int
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """`what` names what is due, in the words of the procedure that counts.

    `more` are the days of the extension. Pauses lie before the day it starts from:
    they are told, not counted.
    """

    what: str
    term: Duration
    count: Count
    extension: Extension | None = None
    more: Count | None = None
    pauses: tuple[Pause, ...] = ()

    @property
    def start(self) -> date:
        """The day of the cause, which is not counted itself."""
        return self.count.start

    @property
    def due_on(self) -> date:
        """The last day on which it can be done in time."""
        return self.counts[-1].last

    @property
    def counts(self) -> tuple[Count, ...]:
        return (self.count, self.more) if self.more else (self.count,)

    @property
    def is_provisional(self) -> bool:
        return any(one.provisional for one in self.counts)

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """Without a language but for the names of holidays; people read `clock_words`."""
        yield f"{self.what} {self.due_on}"
        for pause in self.pauses:
            yield f"pause {pause.since} - {pause.until}"
        yield from self.count.lines()
        if self.more and self.extension:
            yield f"extension {self.extension.on} {self.extension.ground}".rstrip()
            yield from self.more.lines()


def deadline(
    what: str,
    term: Duration,
    start: date,
    *,
    calendar: Calendar,
    guards: Guards = Guards.AUTHORITY,
    extension: Extension | None = None,
    pauses: tuple[Pause, ...] = (),
) -> Deadline:
    """So long after `start`, and after that as long as it was extended by.

    Where the calendar ends, the side that has to act gives: for authorities no holiday
    is assumed.
    """
    first = counted(start, term, calendar, guards)
    more = None
    if extension:
        more = count(first.last, extension.n_wd, calendar=calendar, guards=guards)
    return Deadline(what, term, first, extension, more, pauses)


def working(n: int) -> Duration:
    return Duration(n, Unit.WORKDAYS)
