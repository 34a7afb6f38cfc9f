"""Letters to the desk: what is due soon, and what is overdue."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Q

from registry.days import day_of
from registry.models import CalendarDay, Outbox, User
from registry.workdays import Calendar
from repair import reminders
from repair.models import Application, Objection

BATCH = 200


def remind_due(at: datetime) -> int:
    """Owe a letter of each kind to everybody concerned, once a working day; the number.

    Which applications and objections it tells of is looked up when it is sent.
    """
    calendar, today = CalendarDay.objects.calendar(), day_of(at)
    if not calendar.is_working(today):
        return 0
    return sum(
        owe(kind, batch, at)
        for kind in reminders.KINDS
        for batch in receivers(kind, today, calendar)
    )


def receivers(kind: str, today: date, calendar: Calendar) -> Iterator[list[int]]:
    """Who has an address and something to be told, some at a time."""
    for role in reminders.TURN:
        due = reminders.told(kind, role, today, calendar)
        applications = Application.objects.filter(due).values("listing__authority")
        objections = Objection.objects.by_due().filter(due).order_by().values("authority")
        people = User.objects.filter(
            Q(authority__in=applications) | Q(authority__in=objections),
            groups__name=role,
            is_active=True,
        ).exclude(email="")
        after = 0
        while batch := list(
            people.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]
        ):
            yield batch
            after = batch[-1]


def owe(kind: str, people: list[int], at: datetime) -> int:
    """Those who have none of this day yet are owed one."""
    dedupe = {f"{kind}:{pk}:{day_of(at)}": pk for pk in people}
    known = Outbox.objects.filter(dedupe__in=dedupe).values_list("dedupe", flat=True)
    missing = dedupe.keys() - set(known)
    rows = [
        Outbox(kind=kind, row=f"{dedupe[name]}", dedupe=name, made_at=at, next_try_at=at)
        for name in sorted(missing)
    ]
    # Another tick may have come in between.
    Outbox.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
