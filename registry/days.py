"""From an instant to the civil day it falls on; asks no clock."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

# The law counts days where the authority sits.
CIVIL_TIME = ZoneInfo("Asia/Shanghai")


def day_of(moment: datetime) -> date:
    """The civil day an instant falls on in Asia/Shanghai."""
    return moment.astimezone(CIVIL_TIME).date()
