"""The only clock of the project.

Views, tasks and commands ask it; everything below them takes a day or an
instant as an argument. A test keeps every other clock out of the code.
"""

from datetime import date, datetime, timedelta

from django.utils import timezone

from registry.days import CIVIL_TIME, day_of
from registry.models import Instance

__all__ = ("CIVIL_TIME", "day_of", "now", "of_the_machine", "today")


def now() -> datetime:
    """This instant; moved by the offset that only demo and test databases have."""
    instance = Instance.objects.current()
    moved = timedelta(seconds=instance.clock_offset if instance else 0)
    return timezone.now() + moved


def of_the_machine() -> datetime:
    """This instant where no database may be asked; for nothing that a term hangs on."""
    return timezone.now()


def today() -> date:
    """Today's civil day in Asia/Shanghai."""
    return day_of(now())
