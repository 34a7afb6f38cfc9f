"""Letters to who applied or objected: where it stands and what to do, never facts or a
person's data.
"""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from registry.models import Outbox
from repair import statements
from repair.models import Application, Filing, Matter, Objection
from repair.numbers import grouped

KINDS = {
    "repair.received",
    "repair.accepted",
    "repair.declined",
    "repair.returned",
    "repair.granted",
    "repair.refused",
    "repair.extended",
    "repair.revoked",
    "repair.shielded",
    "repair.prolonged",
}
OF_OBJECTION = {
    "objection.received",
    "objection.marked",
    "objection.returned",
    "objection.extended",
    "objection.corrected",
    "objection.ended",
    "objection.rejected",
}


class UnknownLetterError(Exception):
    """A kind of message for which no letter is written."""


def send(message: Outbox, at: datetime) -> None:
    """Write to the applicant, who may have given no address; then nothing is owed."""
    if message.kind not in KINDS | OF_OBJECTION:
        raise UnknownLetterError(message.kind)
    matter = matter_of(message)
    statement = statements.read(matter.filing)
    if statement is None or not statement.email:
        return
    letter(message, matter, to=statement.email).send()


def matter_of(message: Outbox) -> Matter:
    if message.kind in OF_OBJECTION:
        return Objection.objects.for_rows().get(public_id=message.row)
    return Application.objects.for_rows().get(public_id=message.row)


def letter(message: Outbox, matter: Matter, *, to: str) -> EmailMessage:
    filing = matter.filing
    with translation.override(filing.language):
        name = message.kind.replace(".", "_")
        if isinstance(matter, Objection):
            body = render_to_string(f"mail/{name}.txt", context_of_objection(matter))
            subject = _("异议 %(number)s") % {"number": grouped(filing.number)}
        else:
            body = render_to_string(f"mail/{name}.txt", context_of(matter))
            subject = subject_of(filing)
    return EmailMessage(subject, body, to=[to], headers={"Message-ID": id_of(message)})


def subject_of(filing: Filing) -> str:
    return _("信用修复申请 %(number)s") % {"number": grouped(filing.number)}


def context_of(application: Application) -> dict[str, object]:
    return {
        "application": application,
        "number": grouped(application.filing.number),
        "authority": application.listing.authority,
        "page": f"{settings.SITE_URL}{reverse('repair:track')}",
    }


def context_of_objection(objection: Objection) -> dict[str, object]:
    return {
        "objection": objection,
        "number": grouped(objection.filing.number),
        "authority": objection.authority,
        "page": f"{settings.SITE_URL}{reverse('repair:track')}",
    }


def id_of(message: Outbox) -> str:
    """The same for every try, so that a letter sent twice is recognised as one."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<outbox-{message.pk}@{host}>"
