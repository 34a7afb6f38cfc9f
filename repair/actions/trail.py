"""What the actions have in common: the lock, the turn, the step, the message owed."""

from datetime import datetime
from typing import Any, TypeVar, cast

from django.utils.translation import gettext as _

from registry.actions.trail import owe
from registry.errors import Bar, BarredError, OutOfTurnError
from registry.models import User
from repair import access, statements
from repair.models import Application, Matter, Objection, Step

M = TypeVar("M", bound=Matter)
Act = Step.Act

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
    Act.SHIELD: "repair.shielded",
    Act.PROLONG: "repair.prolonged",
}
OF_OBJECTION = {
    Act.OBJECT: "objection.received",
    Act.COMPLETE: "objection.received",
    Act.ACCEPT: "objection.marked",
    Act.RETURN: "objection.returned",
    Act.EXTEND: "objection.extended",
    Act.CORRECT: "objection.corrected",
    Act.END: "objection.ended",
    Act.REJECT: "objection.rejected",
}


def locked(matter: M) -> M:
    """The matter as it is now, ours until the transaction ends."""
    rows = type(matter).objects.for_rows()
    found = rows.select_for_update(of=("self",), no_key=True).get(pk=matter.pk)
    return cast("M", found)


def done_before(key: str | None) -> Step | None:
    """The step that a form with this idempotency key has left, if it came before."""
    return Step.objects.filter(key=access.key_hash(key)).first() if key else None


def refuse_out_of_turn(matter: Matter, *allowed: str) -> None:
    if matter.status not in allowed:
        raise OutOfTurnError(matter.get_status_display())


def bars_to_words(reason: str) -> list[Bar]:
    if reason.strip():
        return []
    return [Bar("no_reason", _("没有写明理由。请写明，申请人会看到。"))]


def refuse(bars: list[Bar]) -> None:
    if bars:
        raise BarredError(bars)


def note(
    matter: Matter,
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
        application=matter if isinstance(matter, Application) else None,
        objection=matter if isinstance(matter, Objection) else None,
        act=act,
        by=by,
        at=at,
        before=before,
        after=matter.status,
        sealed=statements.seal_words(matter.filing.case, words.strip()),
        key=access.key_hash(key) if key else None,
        **more,
    )
    messages = OF_OBJECTION if isinstance(matter, Objection) else MESSAGES
    if kind := messages.get(act):
        owe(kind, f"{matter.public_id}", f"{step.pk}", at=at)
    return step
