"""The pages by which anybody objects to a candidate, and hears what came of it."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from registry import clock, limits, objections
from registry.errors import RegistryError
from registry.models import Candidacy, CandidateObjection
from registry.request_size import USUAL, takes_at_most
from repair import actions, receipts
from repair.forms import ObjectForm
from repair.numbers import grouped

# Objections by one subscriber in an hour.
MOST_OBJECTIONS = 10


@takes_at_most(USUAL)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def object_(request: HttpRequest, case: str) -> HttpResponse:
    at = clock.now()
    shown = Candidacy.objects.on_display(at).for_rows()
    candidacy = get_object_or_404(shown, listing__case=case)
    form, status = ObjectForm(request.POST or None), 200
    if form.is_valid() and is_too_often(request, at):
        form.add_error(None, _("提交的次数太多。请一小时后再试，或者直接联系认定单位。"))
        status = 429
    if form.is_valid() and filed(request, form, candidacy, at):
        return redirect("repair:objection_receipt")
    context = {"candidacy": candidacy, "listing": candidacy.listing, "form": form}
    return render(request, "repair/object.html", context, status=status)


def is_too_often(request: HttpRequest, at: datetime) -> bool:
    asker = limits.subscriber_of(limits.address_of(request))
    limit = limits.hourly("objection", asker, MOST_OBJECTIONS, at)
    return limits.exceeded([limit], at) is not None


def filed(
    request: HttpRequest, form: ObjectForm, candidacy: Candidacy, at: datetime
) -> bool:
    try:
        done = actions.object_to_candidate(candidacy, form.said(), at=at, key=form.once)
    except RegistryError as refusal:
        form.show(refusal)
        return False
    receipts.remember_objection(request.session, done, at=at)
    return True


@require_safe
@never_cache
def receipt(request: HttpRequest) -> HttpResponse:
    """Number and secret, in the browser that filed and nowhere else."""
    found = receipts.recall_objection(request.session, at=clock.now())
    if found is None:
        return redirect("repair:track")
    objection = found.objection
    context = {
        "objection": objection,
        "secret": grouped(found.secret),
        "listing": objection.candidacy.listing,
    }
    return render(request, "repair/objection_receipt.html", context)


def status_page(request: HttpRequest, objection: CandidateObjection) -> HttpResponse:
    """Where it stands and what was answered, for whoever has number and secret."""
    context = {
        "objection": objection,
        "said": objections.read(objection),
        "answer": objections.answer_of(objection),
        "listing": objection.candidacy.listing,
    }
    return render(request, "repair/objection_status.html", context)
