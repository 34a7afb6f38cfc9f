"""The clocks of an objection: by the row for its list, in working or in plain days.

Marking and deciding count from the receipt, or from that of the last completion; what is
put off is counted from there as well. While something is missing, nothing counts.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from registry.days import day_of
from registry.terms import Duration
from registry.workdays import Calendar
from repair import facts
from repair.clocks import Deadline, Pause, deadline
from repair.deadlines import moved_days, pauses_in
from repair.models import Objection, Step

Status = Objection.Status
# Decided from the receipt on, unlike an application, which is from its acceptance on.
MARK, RESOLVE = "mark", "resolve"
# The column that keeps the last day of each.
COLUMNS = {MARK: "mark_due_on", RESOLVE: "decide_due_on"}
# Where the days of the authority run.
COUNTING = (Status.RECEIVED, *Objection.MARKED)


def running(
    objection: Objection, calendar: Calendar, *, steps: Iterable[Step] = ()
) -> tuple[Deadline, ...]:
    """What the authority owes now, the next step first; nothing while it may not act.

    A review marks nothing: of that only the decision is told.
    """
    if objection.status not in COUNTING:
        return ()
    pauses = pauses_in(steps)
    decide = deciding(objection, calendar, pauses)
    if objection.status != Status.RECEIVED or objection.is_review:
        return (decide,)
    return marking(objection, calendar, pauses), decide


def marking(
    objection: Objection, calendar: Calendar, pauses: tuple[Pause, ...] = ()
) -> Deadline:
    """Never after the decision, however few days that has."""
    terms = facts.terms_of(objection, day_of(objection.received_at))
    either = (terms.mark, decision_term(objection))
    found = (counted(MARK, objection, term, calendar, pauses) for term in either)
    return min(found, key=lambda one: one.due_on)


def deciding(
    objection: Objection, calendar: Calendar, pauses: tuple[Pause, ...] = ()
) -> Deadline:
    return counted(RESOLVE, objection, decision_term(objection), calendar, pauses)


def decision_term(objection: Objection) -> Duration:
    terms = facts.terms_of(objection, day_of(objection.received_at))
    is_put_off = objection.extended_at is not None and terms.extended is not None
    return terms.extended if is_put_off and terms.extended else terms.decide


def counted(
    what: str,
    objection: Objection,
    term: Duration,
    calendar: Calendar,
    pauses: tuple[Pause, ...],
) -> Deadline:
    start = day_of(objection.received_at)
    return deadline(what, term, start, calendar=calendar, pauses=pauses)


# --- What is stored -------------------------------------------------------------------


def count_days(objection: Objection, calendar: Calendar) -> dict[str, tuple[str, str]]:
    """Put the last days on the objection; which moved, from when to when."""
    return moved_days(objection, COLUMNS, last_days(objection, calendar))


def last_days(objection: Objection, calendar: Calendar) -> Iterator[tuple[str, date]]:
    yield MARK, marking(objection, calendar).due_on
    yield RESOLVE, deciding(objection, calendar).due_on
