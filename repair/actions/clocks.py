"""What moves a last day: an extension with its ground, and another calendar."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from registry.days import day_of
from registry.errors import Bar
from registry.logbook import acts
from registry.models import CalendarDay, User
from registry.workdays import Calendar
from repair import deadlines, objection_deadlines, rules
from repair.actions import trail
from repair.actions.decision import bars_to_deciding
from repair.actions.objection_filing import answer, ask
from repair.deadlines import ANSWER, COUNTING, DECIDING
from repair.models import Application, CountedCalendar, Matter, Objection, Step

Act = Step.Act
BATCH = 200
# A day of the calendar, and what it was before and is now: as a step keeps it.
CalendarChange = tuple[str, str, str]


@transaction.atomic
def extend_decision(
    application: Application,
    n_wd: int,
    ground: str,
    *,
    by: User,
    at: datetime,
    key: str | None = None,
) -> Application:
    """Put the decision off, once, for a ground that the applicant reads."""
    application = trail.locked(application)
    if trail.done_before(key):
        return application
    trail.refuse_out_of_turn(application, *DECIDING)
    bars = [*bars_to_deciding(application, by), *trail.bars_to_words(ground)]
    trail.refuse([*bars, *bars_to_extending(application, n_wd, today=day_of(at))])
    application.extended_at, application.extended_wd = at, n_wd
    moved = deadlines.count_days(application, CalendarDay.objects.calendar())
    application.save()
    trail.note(
        application,
        Act.EXTEND,
        by=by,
        at=at,
        before=application.status,
        words=ground,
        key=key,
        moves={"days": moved, "wd": n_wd},
    )
    ask_anew(application, moved, at)
    return application


def bars_to_extending(application: Application, n_wd: int, *, today: date) -> list[Bar]:
    bars = []
    if application.extended_at:
        text = _("决定期限已经延长过一次，不能再延长。最迟在 %(day)s 作出决定。")
        bars.append(Bar("extended", text % {"day": application.decide_due_on}))
    if application.decide_due_on and application.decide_due_on < today:
        text = _("决定期限 %(day)s 已过，不能再延长。请尽快作出决定。")
        bars.append(Bar("overdue", text % {"day": application.decide_due_on}))
    if not 1 <= n_wd <= rules.EXTEND_WD:
        text = _("延长的天数不在 1 至 %(most)d 个工作日之间。请改正。")
        bars.append(Bar("too_long", text % {"most": rules.EXTEND_WD}))
    return bars


def ask_anew(
    application: Application, moved: Mapping[str, tuple[str, str]], at: datetime
) -> None:
    """Tell the public the other day; in the ledger what was asked is answered and asked.

    A day that is over already cannot be announced: then the one that was told stays. An
    entry that has ended has answered by that.
    """
    today, listing = day_of(at), application.listing
    if listing.ended_at is None and ANSWER in moved and application.answer_due_on >= today:
        acts.log_answer(listing, on=today)
        acts.log_ask(listing, "repair", on=today, due=application.answer_due_on)


def ask_anew_of_objection(
    objection: Objection, moved: Mapping[str, tuple[str, str]], at: datetime
) -> None:
    """The same for an objection, of which the last day is told that it may come to have."""
    if objection.listing.ended_at is None and objection.decide_due_on >= day_of(at):
        answer(objection, at)
        ask(objection, at)


# --- Another calendar -----------------------------------------------------------------


class Counted(NamedTuple):
    """One kind of matter whose days are counted anew."""

    rows: Any
    counting: tuple[str, ...]
    columns: Mapping[str, str]
    count_days: Callable[[Any, Calendar], dict[str, tuple[str, str]]]
    ask_anew: Callable[[Any, Mapping[str, tuple[str, str]], datetime], None]


OF_APPLICATIONS = Counted(
    Application.objects, COUNTING, deadlines.COLUMNS, deadlines.count_days, ask_anew
)
OF_OBJECTIONS = Counted(
    Objection.objects,
    objection_deadlines.COUNTING,
    objection_deadlines.COLUMNS,
    objection_deadlines.count_days,
    ask_anew_of_objection,
)


class Recounted(NamedTuple):
    """How many matters were looked at, and the days of how many of them moved."""

    looked_at: int
    moved: int


def recount_open(at: datetime) -> Recounted:
    """Count all that is open by the calendar as it is now, where it has changed.

    Each that moves keeps a step with its days before and after, and with the days of
    the calendar that were changed. Killed half-way it is done again from the first one:
    what has moved does not move twice.
    """
    calendar = CalendarDay.objects.calendar()
    days, last = days_of(calendar), CountedCalendar.objects.order_by("pk").last()
    digest = digest_of(days)
    if last and last.digest == digest:
        return Recounted(0, 0)
    changes = changes_between(last.days if last else days, days)
    looked_at = moved = 0
    for counted in (OF_APPLICATIONS, OF_OBJECTIONS):
        after = 0
        while keys := next_keys(counted, after):
            moved += recount_some(counted, keys, calendar, changes, at)
            looked_at, after = looked_at + len(keys), keys[-1]
    CountedCalendar.objects.create(at=at, digest=digest, days=days)
    return Recounted(looked_at, moved)


def next_keys(counted: Counted, after: int) -> list[int]:
    """What waits for completion, or for a plan to be completed, has no day that counts."""
    rows = counted.rows.filter(status__in=counted.counting, pk__gt=after)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def recount_some(
    counted: Counted,
    keys: list[int],
    calendar: Calendar,
    changes: list[CalendarChange],
    at: datetime,
) -> int:
    """Those that moved among these; the ledger last, whose turn waits for nobody."""
    rows = counted.rows.for_rows().select_for_update(of=("self",), no_key=True)
    moved = []
    for matter in rows.filter(pk__in=keys).order_by("pk"):
        # It may have been answered since its key was read.
        if matter.status in counted.counting:
            days = counted.count_days(matter, calendar)
            if days:
                matter.save(update_fields=tuple(counted.columns.values()))
                recounted(matter, days, changes, at)
                moved.append((matter, days))
    for matter, days in moved:
        counted.ask_anew(matter, days, at)
    return len(moved)


def recounted(
    matter: Matter,
    days: Mapping[str, tuple[str, str]],
    changes: list[CalendarChange],
    at: datetime,
) -> None:
    first = f"{day_of(matter.received_at)}"
    last = max(day for pair in days.values() for day in pair)
    trail.note(
        matter,
        Act.RECOUNT,
        by=None,
        at=at,
        before=matter.status,
        moves={
            "days": days,
            "calendar": [change for change in changes if first < change[0] <= last],
        },
    )


def days_of(calendar: Calendar) -> dict[str, str]:
    """Each special day and its kind, as it is kept and compared."""
    kinds = CalendarDay.Kind
    days = {f"{day}": f"{kinds.HOLIDAY}" for day in calendar.holidays}
    return days | {f"{day}": f"{kinds.MAKE_UP}" for day in calendar.make_up_days}


def digest_of(days: Mapping[str, str]) -> str:
    return sha256(json.dumps(days, sort_keys=True).encode()).hexdigest()


def changes_between(
    before: Mapping[str, str], after: Mapping[str, str]
) -> list[CalendarChange]:
    changed = sorted({*before.items()} ^ {*after.items()})
    days = dict.fromkeys(day for day, _kind in changed)
    return [(day, before.get(day, ""), after.get(day, "")) for day in days]
