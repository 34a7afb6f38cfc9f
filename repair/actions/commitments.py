"""What the authority finds of a commitment it has received with a repair."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from registry.actions.trail import bars_to_acting
from registry.days import day_of
from registry.errors import Bar
from registry.models import Role, User
from repair import access, published
from repair.actions import trail
from repair.models import Application, CommitmentFinding

State = CommitmentFinding.State


@transaction.atomic
def record_performance(
    application: Application,
    state: str,
    *,
    found_on: date,
    document: str = "",
    by: User,
    at: datetime,
    key: str | None = None,
) -> Application:
    """Add a finding; from this moment the page of the organisation says so."""
    application = trail.locked(application)
    key_hash = access.key_hash(key) if key else None
    if key_hash and CommitmentFinding.objects.filter(key=key_hash).exists():
        return application
    trail.refuse_out_of_turn(application, Application.Status.GRANTED)
    trail.refuse(
        [
            *bars_to_acting(by, application.listing, Role.REPAIR_CLERK),
            *bars_to_finding(application, state, found_on, document, today=day_of(at)),
        ]
    )
    CommitmentFinding.objects.create(
        application=application,
        state=state,
        document=document.strip(),
        found_on=found_on,
        by=by,
        at=at,
        key=key_hash,
    )
    return application


def bars_to_finding(
    application: Application, state: str, found_on: date, document: str, *, today: date
) -> list[Bar]:
    bars = []
    if not published.is_published(application):
        text = _("这份申请没有公示的信用承诺，不能登记履行状态。")
        bars.append(Bar("no_commitment", text))
    if state != State.FULL and not document.strip():
        text = _("认定没有全部履行的，必须写明认定文书号。请照认定文书填写。")
        bars.append(Bar("no_document", text))
    if found_on > today:
        text = _("认定日期 %(day)s 在今天之后。请照认定文书填写。")
        bars.append(Bar("in_future", text % {"day": found_on}))
    return bars
