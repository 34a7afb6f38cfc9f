"""The clocks of an application: which of them run, from where, by whose numbers.

Accepting and answering count from the receipt, or from that of the last completion;
deciding counts from the acceptance. While something is missing, nothing counts.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import pairwise

from registry import terms
from registry.days import day_of
from registry.workdays import Calendar
from repair import rules
from repair.clocks import Deadline, Extension, Pause, deadline, working
from repair.models import Application, Matter, Step

Act, Status = Step.Act, Application.Status
ACCEPT, DECIDE, ANSWER = "accept", "decide", "answer"
# The column that keeps the last day of each, so that a queue can be in their order.
COLUMNS = {ACCEPT: "accept_due_on", DECIDE: "decide_due_on", ANSWER: "answer_due_on"}
DECIDING = (Status.ACCEPTED, Status.PROPOSED)
# Where the days of the authority run.
COUNTING = (Status.RECEIVED, *DECIDING)
# Nothing is held for longer without somebody looking whether the plan still runs.
REVIEWED_WITHIN = terms.Duration(12, terms.Unit.MONTHS)


def running(
    application: Application,
    calendar: Calendar,
    *,
    steps: Iterable[Step] = (),
    ground: str = "",
) -> tuple[Deadline, ...]:
    """What the authority owes now, the next step first; nothing while it may not act.

    With the steps of the application its pauses are told, and the ground of an
    extension where the reader may know it.
    """
    steps = list(steps)
    if application.status == Status.RECEIVED:
        first = accepting(application, calendar, pauses_in(steps))
    elif application.status in DECIDING:
        first = deciding(application, calendar, ground)
    else:
        return ()
    return first, answering(application, calendar, pauses_in(steps))


def accepting(
    application: Application, calendar: Calendar, pauses: tuple[Pause, ...] = ()
) -> Deadline:
    n = rules.accept_wd(application.listing.rule.accept_wd)
    start = day_of(application.received_at)
    return deadline(ACCEPT, working(n), start, calendar=calendar, pauses=pauses)


def deciding(application: Application, calendar: Calendar, ground: str = "") -> Deadline:
    n = rules.decide_wd(application.listing.rule.decide_wd)
    start = day_of(application.accepted_at or application.received_at)
    extension = extension_of(application, ground)
    return deadline(DECIDE, working(n), start, calendar=calendar, extension=extension)


def answering(
    application: Application, calendar: Calendar, pauses: tuple[Pause, ...] = ()
) -> Deadline:
    rule = application.listing.rule
    return deadline(
        ANSWER,
        working(rules.answer_wd(rule.accept_wd, rule.decide_wd)),
        day_of(application.received_at),
        calendar=calendar,
        extension=extension_of(application),
        pauses=pauses,
    )


def extension_of(application: Application, ground: str = "") -> Extension | None:
    """The extension, as long as the decision it was given for is still awaited.

    What was sent back and accepted anew is counted anew, without it.
    """
    given, since = application.extended_at, application.accepted_at
    if application.status not in DECIDING or not given or not since or given < since:
        return None
    return Extension(day_of(given), application.extended_wd or 0, ground)


def pauses_in(steps: Iterable[Step]) -> tuple[Pause, ...]:
    """Each time it was sent back and came again."""
    turns = [step for step in steps if step.act in (Act.RETURN, Act.COMPLETE)]
    return tuple(
        Pause(day_of(sent.at), day_of(came.at))
        for sent, came in pairwise(turns)
        if (sent.act, came.act) == (Act.RETURN, Act.COMPLETE)
    )


def review_after(day: date) -> date:
    """The last day for the next look; counted anew from each one."""
    return terms.add(day, REVIEWED_WITHIN)


# --- What is stored -------------------------------------------------------------------


def count_days(application: Application, calendar: Calendar) -> dict[str, tuple[str, str]]:
    """Put the last days of what runs on the application; which moved, from when to when."""
    return moved_days(application, COLUMNS, last_days(application, calendar))


def moved_days(
    matter: Matter, columns: Mapping[str, str], days: Iterable[tuple[str, date]]
) -> dict[str, tuple[str, str]]:
    """Put these last days on a matter; which of them are others than before."""
    moved = {}
    for name, day in days:
        before = getattr(matter, columns[name])
        if before != day:
            moved[name] = (f"{before or ''}", f"{day}")
            setattr(matter, columns[name], day)
    return moved


def last_days(application: Application, calendar: Calendar) -> Iterator[tuple[str, date]]:
    yield ACCEPT, accepting(application, calendar).due_on
    if application.status in DECIDING:
        yield DECIDE, deciding(application, calendar).due_on
    yield ANSWER, answering(application, calendar).due_on
