"""What the decider does: grant, refuse, or send back to the clerk."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from registry.actions import end_display, signed_letters, unhold_display
from registry.actions.trail import bars_to_acting
from registry.actions.trail import locked as locked_listing
from registry.days import day_of
from registry.errors import Bar
from registry.logbook import acts
from registry.models import Listing, Role, User
from repair import facts, numbers, rules
from repair.actions import trail
from repair.models import Application, Step

Act, Opinion, Status = Step.Act, Application.Opinion, Application.Status


@transaction.atomic
def grant_repair(
    application: Application,
    document: str,
    *,
    by: User,
    at: datetime,
    key: str | None = None,
) -> Application:
    """Grant what the clerk proposed: in the same transaction the listing leaves display."""
    # The listing first, as whoever files an application locks it first.
    listing = locked_listing(application.listing)
    application = trail.locked(application)
    if trail.done_before(key):
        return application
    trail.refuse_out_of_turn(application, Status.PROPOSED)
    case = facts.case_of_application(application, at=at)
    bars = [
        *bars_to_deciding(application, by),
        *rules.bars_to_grant(case, today=day_of(at)),
    ]
    if application.opinion != Opinion.GRANT:
        text = _("承办意见是不予修复。不同意的，请退回承办人并写明理由。")
        bars.append(Bar("other_opinion", text))
    if not document.strip():
        bars.append(Bar("no_document", _("没有填写决定文书号。请照决定文书填写。")))
    trail.refuse(bars)
    decided(application, Status.GRANTED, document, by=by, at=at)
    reason = facts.end_reason_of(listing)
    ended = end_display(listing, reason, document=document, by=by, at=at)
    number = numbers.new_number(day_of(at).year)
    signed_letters.issue_lift(ended, number=number, at=at)
    before = Status.PROPOSED
    trail.note(application, Act.GRANT, by=by, at=at, before=before, key=key)
    return application


@transaction.atomic
def refuse_repair(
    application: Application,
    reason: str,
    *,
    by: User,
    at: datetime,
    document: str = "",
    key: str | None = None,
) -> Application:
    """Refuse it, whatever was proposed; the reason says what to put right.

    What was held for it is shown again in the same transaction.
    """
    listing = locked_listing(application.listing)
    application = trail.locked(application)
    if trail.done_before(key):
        return application
    trail.refuse_out_of_turn(application, Status.PROPOSED)
    trail.refuse([*bars_to_deciding(application, by), *trail.bars_to_words(reason)])
    if is_held_for(application, listing):
        unhold_display(listing, by=by, at=at)
    decided(application, Status.REFUSED, document, by=by, at=at)
    before = Status.PROPOSED
    trail.note(application, Act.REFUSE, by=by, at=at, before=before, words=reason, key=key)
    acts.log_answer(application.listing, on=day_of(at))
    return application


@transaction.atomic
def send_back(
    application: Application,
    reason: str,
    *,
    by: User,
    at: datetime,
    key: str | None = None,
) -> Application:
    """The decider does not follow the clerk, and says why; the clerk looks again.

    What is held on a court's ruling stays held.
    """
    application = trail.locked(application)
    if trail.done_before(key):
        return application
    trail.refuse_out_of_turn(application, Status.PROPOSED)
    trail.refuse([*bars_to_deciding(application, by), *trail.bars_to_words(reason)])
    back = Status.SHIELDED if application.shielded_at else Status.ACCEPTED
    before, application.status = application.status, back
    application.opinion, application.found_done = "", None
    application.save()
    trail.note(
        application, Act.SEND_BACK, by=by, at=at, before=before, words=reason, key=key
    )
    return application


def bars_to_deciding(application: Application, by: User) -> list[Bar]:
    """A decider of the same authority, and another person than the clerk."""
    bars = bars_to_acting(by, application.listing, Role.REPAIR_DECIDER)
    if application.clerk_id == by.pk:
        text = _("提出意见的人不得作出决定。请由另一人决定。")
        bars.append(Bar("own_opinion", text))
    return bars


def is_held_for(application: Application, listing: Listing) -> bool:
    """By the ruling that the application rests on; another hold is not ours to lift."""
    since = application.shielded_at
    return since is not None and listing.held_since == since and not listing.ended_at


def decided(
    application: Application,
    to: Application.Status,
    document: str,
    *,
    by: User,
    at: datetime,
) -> None:
    application.status, application.decider = to, by
    application.document, application.closed_at = document.strip(), at
    application.save()
