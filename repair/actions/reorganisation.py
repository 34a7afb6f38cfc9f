"""A court approves a reorganisation plan or a settlement: the listing is held meanwhile.

The clerk proposes it, another person decides. What follows is proposed and decided as
any repair: granted when the plan is completed, refused when it has failed.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from registry.actions import hold_display
from registry.actions.trail import bars_to_acting
from registry.actions.trail import locked as locked_listing
from registry.days import day_of
from registry.errors import Bar
from registry.logbook import acts
from registry.models import Role, User
from repair import facts, rules
from repair.actions import trail
from repair.actions.decision import bars_to_deciding, is_held_for
from repair.actions.desk import proposed
from repair.deadlines import review_after
from repair.models import Application, Step

Act, Opinion, Status = Step.Act, Application.Opinion, Application.Status


@transaction.atomic
def propose_shield(
    application: Application,
    reason: str,
    *,
    court_document: str,
    ruled_on: date,
    by: User,
    at: datetime,
    key: str | None = None,
) -> Application:
    """The clerk has seen the ruling that approves the plan or the settlement."""
    application = trail.locked(application)
    if trail.done_before(key):
        return application
    trail.refuse_out_of_turn(application, Status.ACCEPTED)
    bars = bars_to_acting(by, application.listing, Role.REPAIR_CLERK)
    bars += trail.bars_to_words(reason)
    bars += bars_to_ruling(court_document, ruled_on, today=day_of(at))
    trail.refuse([*bars, *bars_to_shielding(application, at)])
    application.court_document = court_document.strip()
    application.ruled_on = ruled_on
    return proposed(application, Opinion.SHIELD, reason, by=by, at=at, key=key)


@transaction.atomic
def shield(
    application: Application, *, by: User, at: datetime, key: str | None = None
) -> Application:
    """As the second person: in the same transaction the listing leaves display."""
    listing = locked_listing(application.listing)
    application = trail.locked(application)
    if trail.done_before(key):
        return application
    trail.refuse_out_of_turn(application, Status.PROPOSED)
    bars = [*bars_to_deciding(application, by), *bars_to_shielding(application, at)]
    if application.opinion != Opinion.SHIELD:
        text = _("承办意见不是按法院裁定暂停公示。不同意的，请退回承办人并写明理由。")
        bars.append(Bar("other_opinion", text))
    trail.refuse(bars)
    hold_display(listing, ground_of(application), by=by, at=at)
    before, application.status = application.status, Status.SHIELDED
    application.opinion = ""
    application.shielded_at, application.shielded_by = at, by
    application.review_on = review_after(day_of(at))
    application.save()
    trail.note(application, Act.SHIELD, by=by, at=at, before=before, key=key)
    acts.log_answer(application.listing, on=day_of(at))
    return application


@transaction.atomic
def prolong_shield(
    application: Application,
    reason: str,
    *,
    by: User,
    at: datetime,
    key: str | None = None,
) -> Application:
    """The decider has looked: the plan still runs, and the next look has its day."""
    listing = locked_listing(application.listing)
    application = trail.locked(application)
    if trail.done_before(key):
        return application
    trail.refuse_out_of_turn(application, Status.SHIELDED)
    bars = bars_to_acting(by, application.listing, Role.REPAIR_DECIDER)
    bars += trail.bars_to_words(reason)
    if not is_held_for(application, listing):
        text = _("这条记录已经不再按这份裁定暂停公示。请提出准予或者不予修复的意见。")
        bars.append(Bar("not_held", text))
    trail.refuse(bars)
    application.review_on = review_after(day_of(at))
    application.save(update_fields=("review_on",))
    state = application.status
    trail.note(application, Act.PROLONG, by=by, at=at, before=state, words=reason, key=key)
    return application


def ground_of(application: Application) -> str:
    """What the register keeps as the reason of the hold."""
    text = _("法院裁定批准重整计划或者和解协议：%(document)s，%(day)s")
    return text % {"document": application.court_document, "day": application.ruled_on}


# --- Why not ------------------------------------------------------------------------------


def bars_to_ruling(document: str, ruled_on: date, *, today: date) -> list[Bar]:
    bars = []
    if not document.strip():
        text = _("没有填写法院裁定的文书号。请照裁定书填写。")
        bars.append(Bar("no_ruling", text))
    if ruled_on > today:
        text = _("裁定日期 %(day)s 在今天之后。请照裁定书填写。")
        bars.append(Bar("ruled_in_future", text % {"day": ruled_on}))
    return bars


def bars_to_shielding(application: Application, at: datetime) -> list[Bar]:
    """No minimum and no other condition: it is the court's ruling that counts."""
    case = facts.case_of_application(application, at=at)
    if application.shielded_at:
        text = _("已经按法院裁定暂停公示过，不能再次暂停。请提出准予或者不予修复的意见。")
        return [Bar("shielded_before", text)]
    return rules.bars_of_display(case)
