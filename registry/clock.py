"""The only clock of the project.

Views, tasks and commands ask it; everything below them takes a day or an
instant as an argument. A test keeps every other clock out of the code.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from registry.models import Instance

# The law counts days where the authority sits.
CIVIL_TIME = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """This instant; moved by the offset that only demo and test databases have."""
    instance = Instance.objects.current()
    moved = timedelta(seconds=instance.clock_offset if instance else 0)
    return timezone.now() + moved


def today() -> date:
    """Today's civil day in Asia/Shanghai."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The civil day an instant falls on in Asia/Shanghai."""
    return moment.astimezone(CIVIL_TIME).date()
