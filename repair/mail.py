"""Letters to applicants: where it stands and what to do, never facts or a person's data."""

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
from repair.models import Application, Filing
from repair.numbers import grouped

KINDS = {
    "repair.received",
    "repair.accepted",
    "repair.declined",
    "repair.returned",
    "repair.granted",
    "repair.refused",
    "repair.revoked",
}


class UnknownLetterError(Exception):
    """A kind of message for which no letter is written."""


def send(message: Outbox, at: datetime) -> None:
    """Write to the applicant, who may have given no address; then nothing is owed."""
    if message.kind not in KINDS:
        raise UnknownLetterError(message.kind)
    application = Application.objects.for_rows().get(public_id=message.row)
    statement = statements.read(application.filing)
    if statement is None or not statement.email:
        return
    letter(message, application, to=statement.email).send()


def letter(message: Outbox, application: Application, *, to: str) -> EmailMessage:
    filing = application.filing
    with translation.override(filing.language):
        name = message.kind.replace(".", "_")
        body = render_to_string(f"mail/{name}.txt", context_of(application))
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


def id_of(message: Outbox) -> str:
    """The same for every try, so that a letter sent twice is recognised as one."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<outbox-{message.pk}@{host}>"
