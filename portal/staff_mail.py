"""Letters to members of staff: the link into a new account."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from registry import invitations
from registry.models import Outbox, StaffAct, StaffStep
from repair.mail import UnknownLetterError, id_of

KIND = "staff.invited"
# Steps after which there is a link, or another one.
MAKE_LINKS = (StaffAct.INVITE, StaffAct.LINK, StaffAct.RESET)


def send(message: Outbox, at: datetime) -> None:
    """Hand over the link of a step; nothing is owed once there is a newer one, or none.

    It ends when the step said so, however late the letter leaves.
    """
    if message.kind != KIND:
        raise UnknownLetterError(message.kind)
    step = StaffStep.objects.select_related("account").get(pk=message.row)
    newer = step.account.staff_steps.filter(act__in=MAKE_LINKS, pk__gt=step.pk)
    key = invitations.issue(step.account, step.at)
    if newer.exists() or invitations.read(key, at) is None:
        return
    letter(message, step, f"{settings.SITE_URL}{invitations.path(key)}").send()


def letter(message: Outbox, step: StaffStep, link: str) -> EmailMessage:
    """In both languages: nobody knows yet which one is read."""
    context = {
        "account": step.account,
        "link": link,
        "until": step.at + invitations.LASTS,
    }
    bodies = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            bodies.append(render_to_string("mail/staff_invited.txt", context))
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("启用您的工作台账号")
    headers = {"Message-ID": id_of(message)}
    return EmailMessage(
        subject, "\n".join(bodies), to=[step.account.email], headers=headers
    )
