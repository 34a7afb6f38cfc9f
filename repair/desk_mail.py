"""Letters to clerks and deciders: numbers and days, and where to look; no party."""

from datetime import datetime

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
from repair.models import Application

# A letter tells so many; the queue has all of them.
MOST = 30
SUBJECTS = {
    reminders.DUE_SOON: gettext_lazy("修复申请即将到期"),
    reminders.OVERDUE: gettext_lazy("修复申请已经逾期"),
}


def send(message: Outbox, at: datetime) -> None:
    """Write what is so when the letter leaves; nothing where all of it is done by then."""
    if message.kind not in SUBJECTS:
        raise UnknownLetterError(message.kind)
    user = User.objects.filter(pk=message.row, is_active=True).exclude(email="").first()
    if user is None:
        return
    calendar = CalendarDay.objects.calendar()
    rows = reminders.due_for(user, message.kind, day_of(at), calendar)
    if rows.exists():
        letter(message, user, rows).send()


def letter(message: Outbox, user: User, rows: QuerySet[Application]) -> EmailMessage:
    """In both languages, as to everybody at work."""
    shown = [(row.filing.shown_number, row.due_on) for row in rows[:MOST]]
    n = rows.count()
    context = {"shown": shown, "more": n - len(shown)}
    bodies = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            page = f"{settings.SITE_URL}{reverse('admin:repair_application_changelist')}"
            name = message.kind.replace(".", "_")
            bodies.append(render_to_string(f"mail/{name}.txt", {**context, "page": page}))
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("%(what)s：%(n)d 份") % {"what": SUBJECTS[message.kind], "n": n}
    headers = {"Message-ID": id_of(message)}
    return EmailMessage(subject, "\n".join(bodies), to=[user.email], headers=headers)
