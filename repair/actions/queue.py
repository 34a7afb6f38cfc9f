"""How the work is divided: who has an application, notes among colleagues, many at once."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from registry.actions.trail import bars_to_acting
from registry.errors import Bar, RegistryError
from registry.models import Role, User
from repair import reminders
from repair.actions import trail
from repair.actions.desk import accept_application
from repair.models import Application, Step

Act = Step.Act
AT_DESK = (Role.REPAIR_CLERK, Role.REPAIR_DECIDER)


@transaction.atomic
def assign_application(
    application: Application,
    to: User,
    *,
    by: User,
    at: datetime,
    key: str | None = None,
) -> Application:
    """Put it on the desk of a clerk of the authority; taking it is giving it to oneself."""
    application = trail.locked(application)
    if trail.done_before(key):
        return application
    trail.refuse_out_of_turn(application, *Application.OPEN)
    bars = bars_to_acting(by, application.listing, *AT_DESK)
    trail.refuse([*bars, *bars_to_receiving(application, to)])
    application.assignee = to
    application.save(update_fields=("assignee",))
    before = application.status
    trail.note(application, Act.ASSIGN, by=by, at=at, before=before, key=key, given_to=to)
    return application


def bars_to_receiving(application: Application, to: User) -> list[Bar]:
    bars = []
    if not reminders.clerks_of(application.listing.authority_id).filter(pk=to.pk).exists():
        text = _("%(name)s 不是本单位的修复受理人。请交给本单位的修复受理人。")
        bars.append(Bar("no_clerk", text % {"name": to}))
    if application.assignee_id == to.pk:
        text = _("这份申请已经由 %(name)s 承办，不需要再交办。")
        bars.append(Bar("has_it", text % {"name": to}))
    return bars


@transaction.atomic
def note_application(
    application: Application,
    words: str,
    *,
    by: User,
    at: datetime,
    key: str | None = None,
) -> Application:
    """Leave a note for colleagues, sealed like all that is said; no party ever sees it."""
    application = trail.locked(application)
    if trail.done_before(key):
        return application
    bars = bars_to_acting(by, application.listing, *AT_DESK)
    if not words.strip():
        bars.append(Bar("no_words", _("没有填写备注。请填写要告诉同事的内容。")))
    if application.filing.erased_at:
        text = _("保存期已过，资料已经清除，不能再写备注。")
        bars.append(Bar("erased", text))
    trail.refuse(bars)
    before = application.status
    trail.note(application, Act.NOTE, by=by, at=at, before=before, words=words, key=key)
    return application


# --- Many at once ---------------------------------------------------------------------


class Batch(NamedTuple):
    """What became of each: done, or refused with the words for whoever asked."""

    done: list[Application]
    refused: list[tuple[Application, str]]


def accept_many(
    chosen: Iterable[Application], *, by: User, at: datetime, key: str
) -> Batch:
    """Accept each by itself, as if one had gone from one to the next: no refusal stops
    the others, and a list sent twice accepts nothing twice.
    """
    batch = Batch([], [])
    for application in chosen:
        own = f"{key}-{application.pk}"
        try:
            done = accept_application(application, by=by, at=at, key=own)
        except RegistryError as refusal:
            batch.refused.append((application, f"{refusal}"))
        else:
            batch.done.append(done)
    return batch
