"""What a repair clerk does: accept, decline, ask for completion, propose."""

from datetime import date, datetime

from django.db import transaction

from registry.actions.trail import bars_to_acting
from registry.days import day_of
from registry.logbook import acts
from registry.models import CalendarDay, Role, User
from repair import deadlines, facts, rules
from repair.actions import trail
from repair.models import Application, Step

Act, Opinion, Status = Step.Act, Application.Opinion, Application.Status


@transaction.atomic
def accept_application(
    application: Application, *, by: User, at: datetime, key: str | None = None
) -> Application:
    """The file is complete: the days of the decision begin to count."""
    application = trail.locked(application)
    if trail.done_before(key):
        return application
    trail.refuse_out_of_turn(application, Status.RECEIVED)
    trail.refuse(bars_to_acting(by, application.listing, Role.REPAIR_CLERK))
    before, application.status = application.status, Status.ACCEPTED
    application.clerk, application.accepted_at = by, at
    # Whoever begins with it has it, unless it was given to somebody.
    application.assignee = application.assignee or by
    calendar = CalendarDay.objects.calendar()
    application.decide_due_on = deadlines.deciding(application, calendar).due_on
    application.save()
    trail.note(application, Act.ACCEPT, by=by, at=at, before=before, key=key)
    return application


@transaction.atomic
def decline_application(
    application: Application,
    reason: str,
    *,
    by: User,
    at: datetime,
    key: str | None = None,
) -> Application:
    """It cannot be dealt with, as when it is no matter for a repair; with the reason."""
    return moved(
        application,
        Act.DECLINE,
        Status.DECLINED,
        (Status.RECEIVED, Status.RETURNED),
        reason=reason,
        by=by,
        at=at,
        key=key,
    )


@transaction.atomic
def return_for_completion(
    application: Application,
    reason: str,
    *,
    by: User,
    at: datetime,
    key: str | None = None,
) -> Application:
    """Something is missing: the reason says what, and no day counts until it comes."""
    return moved(
        application,
        Act.RETURN,
        Status.RETURNED,
        (Status.RECEIVED, Status.ACCEPTED),
        reason=reason,
        by=by,
        at=at,
        key=key,
    )


def moved(  # noqa: PLR0913 -- one place for two acts that differ in nothing but their names
    application: Application,
    act: Step.Act,
    to: Application.Status,
    allowed: tuple[Application.Status, ...],
    *,
    reason: str,
    by: User,
    at: datetime,
    key: str | None,
) -> Application:
    application = trail.locked(application)
    if trail.done_before(key):
        return application
    trail.refuse_out_of_turn(application, *allowed)
    bars = bars_to_acting(by, application.listing, Role.REPAIR_CLERK)
    trail.refuse([*bars, *trail.bars_to_words(reason)])
    before, application.status = application.status, to
    application.clerk = by
    application.closed_at = None if application.is_open else at
    application.save()
    trail.note(application, act, by=by, at=at, before=before, words=reason, key=key)
    if before != Status.RETURNED:
        # What went back for completion was answered then; what comes back asks anew.
        acts.log_answer(application.listing, on=day_of(at))
    return application


# --- The proposal ---------------------------------------------------------------------


@transaction.atomic
def propose_grant(
    application: Application,
    reason: str,
    *,
    by: User,
    at: datetime,
    corrected_on: date | None = None,
    key: str | None = None,
) -> Application:
    """The clerk has checked that the duties are done, and finds nothing in the way.

    `corrected_on` where the papers show another day than the applicant named. Of one
    that is held on a court's ruling: the plan is completed.
    """
    application = trail.locked(application)
    if trail.done_before(key):
        return application
    trail.refuse_out_of_turn(application, Status.ACCEPTED, Status.SHIELDED)
    application.corrected_on = corrected_on or application.corrected_on
    application.found_done = True
    case = facts.case_of_application(application, at=at)
    bars = bars_to_acting(by, application.listing, Role.REPAIR_CLERK)
    bars += trail.bars_to_words(reason)
    trail.refuse([*bars, *rules.bars_to_grant(case, today=day_of(at))])
    return proposed(application, Opinion.GRANT, reason, by=by, at=at, key=key)


@transaction.atomic
def propose_refusal(
    application: Application,
    reason: str,
    *,
    by: User,
    at: datetime,
    key: str | None = None,
) -> Application:
    """The clerk finds that it cannot be granted; the reason says what is missing.

    Of one that is held on a court's ruling: the plan has failed.
    """
    application = trail.locked(application)
    if trail.done_before(key):
        return application
    trail.refuse_out_of_turn(application, Status.ACCEPTED, Status.SHIELDED)
    bars = bars_to_acting(by, application.listing, Role.REPAIR_CLERK)
    trail.refuse([*bars, *trail.bars_to_words(reason)])
    return proposed(application, Opinion.REFUSE, reason, by=by, at=at, key=key)


def proposed(
    application: Application,
    opinion: Application.Opinion,
    reason: str,
    *,
    by: User,
    at: datetime,
    key: str | None,
) -> Application:
    before, application.status = application.status, Status.PROPOSED
    application.clerk, application.opinion = by, opinion
    if before == Status.SHIELDED:
        take_up(application, at)
    application.save()
    trail.note(application, Act.PROPOSE, by=by, at=at, before=before, words=reason, key=key)
    if before == Status.SHIELDED:
        due = application.answer_due_on
        acts.log_ask(application.listing, "repair", on=day_of(at), due=due)
    return application


def take_up(application: Application, at: datetime) -> None:
    """The court's procedure is over, one way or the other: the days count anew."""
    application.received_at = application.accepted_at = at
    deadlines.count_days(application, CalendarDay.objects.calendar())
