"""Days found by walking: a foot on every one, no arithmetic of months."""

from datetime import date, timedelta
from functools import cache

from tests.oracle.tables import HOLIDAYS, MADE_UP, YEARS

ONE = timedelta(days=1)
# Where no notice is known yet, the party is given the holidays that have a fixed date.
SURE = ("01-01", "05-01", "05-02", "10-01", "10-02", "10-03")


def is_settled(day: date) -> bool:
    return day.year in YEARS


@cache
def is_working(day: date) -> bool:
    """For a window that protects the party."""
    written = day.isoformat()
    if is_settled(day):
        weekday = day.strftime("%a") not in ("Sat", "Sun")
        return written in MADE_UP or (weekday and written not in HOLIDAYS)
    return day.strftime("%a") not in ("Sat", "Sun") and written[5:] not in SURE


def working_days_after(day: date, n: int) -> list[date]:
    """The next `n` working days; the day itself does not count."""
    found: list[date] = []
    while len(found) < n:
        day += ONE
        if is_working(day):
            found.append(day)
    return found


def is_first_working_day_of_month(day: date) -> bool:
    earlier = [day - n * ONE for n in range(1, day.day)]
    return is_working(day) and not any(map(is_working, earlier))


@cache
def last_day(start: date, length: str) -> date:
    """The last day of a term: the day of the same number, or the month's last one."""
    n, unit = int(length[1:-1]), length[-1]
    day = start
    if unit == "D":
        for _ in range(n):
            day += ONE
        return day
    months = 12 * n if unit == "Y" else n
    while months:
        day += ONE
        months -= day.day == 1
    while day.day < start.day and (day + ONE).day != 1:
        day += ONE
    return day
