"""What the actions have in common: the lock, the turn, the step, the message owed."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from registry.actions.trail import owe
from registry.errors import Bar, BarredError, OutOfTurnError
from registry.models import User
from repair import access, statements
from repair.models import Application, Step

Act, Status = Step.Act, Application.Status

# Acts after which the applicant hears from us.
MESSAGES = {
    Act.FILE: "repair.received",
    Act.COMPLETE: "repair.received",
    Act.ACCEPT: "repair.accepted",
    Act.DECLINE: "repair.declined",
    Act.RETURN: "repair.returned",
    Act.GRANT: "repair.granted",
    Act.REFUSE: "repair.refused",
    Act.EXTEND: "repair.extended",
}


def locked(application: Application) -> Application:
    """The application as it is now, ours until the transaction ends."""
    rows = Application.objects.for_rows().select_for_update(of=("self",), no_key=True)
    return rows.get(pk=application.pk)


def done_before(key: str | None) -> Step | None:
    """The step that a form with this idempotency key has left, if it came before."""
    return Step.objects.filter(key=access.key_hash(key)).first() if key else None


def refuse_out_of_turn(application: Application, *allowed: Application.Status) -> None:
    if application.status not in allowed:
        raise OutOfTurnError(application.get_status_display())


def bars_to_words(reason: str) -> list[Bar]:
    if reason.strip():
        return []
    return [Bar("no_reason", _("没有写明理由。请写明，申请人会看到。"))]


def refuse(bars: list[Bar]) -> None:
    if bars:
        raise BarredError(bars)


def note(
    application: Application,
    act: Step.Act,
    *,
    by: User | None,
    at: datetime,
    before: str,
    words: str = "",
    key: str | None = None,
    **more: Any,
) -> Step:
    """Leave the step, and owe the applicant a word where the act owes one.

    `more` is what an act says beside words: its `given_to` or its `moves`.
    """
    step = Step.objects.create(
        application=application,
        act=act,
        by=by,
        at=at,
        before=before,
        after=application.status,
        sealed=statements.seal_words(application.filing.case, words.strip()),
        key=access.key_hash(key) if key else None,
        **more,
    )
    if act in MESSAGES:
        owe(MESSAGES[act], f"{application.public_id}", f"{step.pk}", at=at)
    return step
