"""Papers that an applicant downloads from the page of an opened filing, by POST only."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from registry import attachments, clock
from registry.actions import signed_letters
from registry.actions.signed_letters import NotSignedError
from registry.letters import PressError
from registry.models import SignedLetter
from registry.request_size import USUAL, takes_at_most
from registry.sealed_files import GoneError
from repair import views
from repair.actions import letters
from repair.models import Application, Matter
from repair.progress import lift_of

LANGUAGES = ("zh", "en")
# The file for machines, beside the two languages of the PDF.
JSON = "json"


class WhatForm(forms.Form):
    """Which paper: the letter of a step by its number, or the lift notice without one."""

    step = forms.IntegerField(required=False)
    kind = forms.ChoiceField(choices=[(one, one) for one in (*LANGUAGES, JSON)])


@takes_at_most(USUAL)
@require_POST
@never_cache
def paper(request: HttpRequest) -> HttpResponse:
    """A letter of the procedure or the lift notice, for whoever has opened the filing."""
    if (matter := views.opened(request)) is None:
        return views.expired(request)
    form = WhatForm(request.POST)
    if not form.is_valid():
        return views.status_page(request, matter.filing)
    try:
        handed = found(matter, form)
    except (GoneError, NotSignedError, PressError):
        handed = None
    return handed or views.status_page(request, matter.filing, done="no_paper")


def found(matter: Matter, form: WhatForm) -> HttpResponse | None:
    """As a download; None where there is no such paper.

    GoneError once it is erased, NotSignedError too early, PressError where it is too long.
    """
    step, kind = form.cleaned_data["step"], form.cleaned_data["kind"]
    if not step:
        return lift(matter, kind)
    return letter(matter, step, kind) if isinstance(matter, Application) else None


def letter(application: Application, pk: int, kind: str) -> HttpResponse | None:
    rows = application.steps.filter(pk=pk).select_related(
        "by",
        "application__filing",
        "application__listing__list_type",
        "application__listing__rule",
        "application__listing__authority__superior",
        "application__listing__entity",
        "application__listing__person",
    )
    step = rows.first()
    if step is None or not step.has_letter or kind not in LANGUAGES:
        return None
    content = letters.pdf_of(step, kind, at=clock.now())
    name = f"{step.act}-{application.filing.number}-{kind}.pdf"
    return attachments.attached(content, name, "application/pdf")


def lift(matter: Matter, kind: str) -> HttpResponse | None:
    issued = lift_of(matter)
    return signed(issued, kind) if issued and not issued.revoked_at else None


def signed(issued: SignedLetter, kind: str) -> HttpResponse:
    """As PDF or as the file for machines; its name is its number and nobody's."""
    name = f"{issued.kind}-{issued.number}"
    if kind == JSON:
        content = signed_letters.file_of(issued)
        return attachments.attached(content, f"{name}.json", "application/json")
    content = signed_letters.pdf_of(issued, kind)
    return attachments.attached(content, f"{name}-{kind}.pdf", "application/pdf")
