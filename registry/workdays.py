"""Working days of China: weekends, the holidays of each year and their make-up days.

The State Council settles holidays year by year, and moves weekends to make longer
breaks. A year whose notice is not in the calendar can only be guessed at, so a
count that leaves the covered years says that it is provisional.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DAY = timedelta(days=1)
SATURDAY = 5
# Public holidays with a fixed date, by month and day, as they stand since 2025. The
# others follow the moon or the sun, and only the yearly notice is sure of them.
FIXED_HOLIDAYS = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (5, 2): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}


class Guards(StrEnum):
    """Whom a deadline protects where the calendar ends: in doubt the other side gives."""

    # The authority has less time: every Monday to Friday counts.
    AUTHORITY = "authority"
    # The party has more time: fixed holidays do not count.
    PARTY = "party"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Holidays and make-up working days by date, and the years they are known for."""

    holidays: Mapping[date, str]
    make_up_days: Mapping[date, str]
    covered_from: date
    covered_until: date

    def covers(self, day: date) -> bool:
        """Whether the notice for this day is known."""
        return self.covered_from <= day <= self.covered_until

    def holiday(self, day: date, guards: Guards) -> str:
        """Why a day that is no weekend does not count; empty where it does."""
        if self.covers(day):
            return self.holidays.get(day, "")
        if guards is Guards.PARTY:
            return FIXED_HOLIDAYS.get((day.month, day.day), "")
        return ""

    def is_working(self, day: date, guards: Guards = Guards.AUTHORITY) -> bool:
        if self.covers(day) and day in self.make_up_days:
            return True
        return day.weekday() < SATURDAY and not self.holiday(day, guards)

    def first_working_day(self, day: date, guards: Guards = Guards.AUTHORITY) -> date:
        """The first working day on or after `day`."""
        while not self.is_working(day, guards):
            day += DAY
        return day


@dataclass(frozen=True, slots=True)
class Count:
    """Some working days after a day, and how they were counted; prints itself.

    The day it starts from is not counted. `last` is the last day of the window.
    """

    start: date
    days: tuple[date, ...]
    holidays: tuple[tuple[date, str], ...]
    make_up_days: tuple[tuple[date, str], ...]
    provisional: bool

    @property
    def last(self) -> date:
        return self.days[-1] if self.days else self.start

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """One line a day, without a language but for the names of the holidays."""
        mark = " ?" if self.provisional else ""
        yield f"{self.start} + {len(self.days)} wd = {self.last}{mark}"
        skipped, made_up = dict(self.holidays), dict(self.make_up_days)
        numbers = {day: number for number, day in enumerate(self.days, start=1)}
        for day in sorted({*numbers, *skipped}):
            number = numbers.get(day, "-")
            name = made_up.get(day) or skipped.get(day, "")
            yield f"{number:>3} {day} {name}".rstrip()


def count(start: date, n: int, *, calendar: Calendar, guards: Guards) -> Count:
    """`n` working days after `start`."""
    days: list[date] = []
    seen: list[date] = []
    day = start
    while len(days) < n:
        day += DAY
        seen.append(day)
        if calendar.is_working(day, guards):
            days.append(day)
    skipped = ((one, calendar.holiday(one, guards)) for one in seen if one not in days)
    known = [one for one in days if calendar.covers(one)]
    return Count(
        start=start,
        days=tuple(days),
        holidays=tuple((one, name) for one, name in skipped if name),
        make_up_days=tuple(
            (one, calendar.make_up_days[one])
            for one in known
            if one in calendar.make_up_days
        ),
        provisional=not all(map(calendar.covers, (start, *seen))),
    )


def every_day(start: date, n: int) -> Count:
    """`n` days after `start`, whichever they are: a term in plain days skips none."""
    days = tuple(start + i * DAY for i in range(1, n + 1))
    return Count(start, days, holidays=(), make_up_days=(), provisional=False)
