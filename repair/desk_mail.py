"""Letters to clerks and deciders: numbers and days, and where to look; no party."""

from datetime import date, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.days import day_of
from registry.models import CalendarDay, Outbox, User
from repair import reminders
from repair.mail import UnknownLetterError, id_of
from repair.models import Objection

# A letter tells so many; the queue has all of them.
MOST = 30
SUBJECTS = {
    reminders.DUE_SOON: gettext_lazy("修复申请和异议即将到期"),
    reminders.OVERDUE: gettext_lazy("修复申请和异议已经逾期"),
}


def send(message: Outbox, at: datetime) -> None:
    """Write what is so when the letter leaves; nothing where all of it is done by then."""
    if message.kind not in SUBJECTS:
        raise UnknownLetterError(message.kind)
    user = User.objects.filter(pk=message.row, is_active=True).exclude(email="").first()
    if user is None:
        return
    calendar = CalendarDay.objects.calendar()
    asked = (user, message.kind, day_of(at), calendar)
    found = reminders.due_for(*asked), reminders.objections_for(*asked)
    parts = [part_of(rows) for rows in found if rows.exists()]
    if parts:
        letter(message, user, parts).send()


class Part(NamedTuple):
    """What of one kind is told: the first numbers with their days, and how many more."""

    is_of_objections: bool
    shown: list[tuple[str, date]]
    more: int
    page: str

    @property
    def n(self) -> int:
        return len(self.shown) + self.more


def part_of(rows: QuerySet[Any]) -> Part:
    shown = [(row.filing.shown_number, row.due_on) for row in rows[:MOST]]
    page = reverse(f"admin:{rows.model._meta.label_lower.replace('.', '_')}_changelist")
    return Part(
        rows.model is Objection,
        shown,
        rows.count() - len(shown),
        f"{settings.SITE_URL}{page}",
    )


def letter(message: Outbox, user: User, parts: list[Part]) -> EmailMessage:
    """In both languages, as to everybody at work."""
    bodies = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            name = message.kind.replace(".", "_")
            bodies.append(render_to_string(f"mail/{name}.txt", {"parts": parts}))
    with translation.override(settings.LANGUAGE_CODE):
        n = sum(part.n for part in parts)
        subject = _("%(what)s：%(n)d 份") % {"what": SUBJECTS[message.kind], "n": n}
    headers = {"Message-ID": id_of(message)}
    return EmailMessage(subject, "\n".join(bodies), to=[user.email], headers=headers)
