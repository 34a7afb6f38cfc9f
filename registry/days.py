"""From an instant to the civil day it falls on; asks no clock."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# The law counts days where the authority sits.
CIVIL_TIME = ZoneInfo("Asia/Shanghai")


def day_of(moment: datetime) -> date:
    """The civil day an instant falls on in Asia/Shanghai."""
    return moment.astimezone(CIVIL_TIME).date()


def day_in(text: str) -> date | None:
    """The day that a text such as 2027-03-31 is; None where it is none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def start_of(day: date) -> datetime:
    """The first instant of a civil day."""
    return datetime.combine(day, time.min, CIVIL_TIME)


def next_midnight(moment: datetime) -> datetime:
    """When the civil day after that of `moment` begins."""
    local = moment.astimezone(CIVIL_TIME)
    return local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
