"""The pages by which anybody objects to a listing, without an account."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from registry import clock
from registry.days import day_of
from registry.errors import RegistryError
from registry.models import Listing
from repair import actions, facts, receipts
from repair.applying import listing_for
from repair.numbers import grouped
from repair.objecting import is_too_often
from repair.objection_forms import OFFERED, ObjectionForm
from repair.progress import papers_of


@require_safe
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """What an objection is, who decides, how long it takes."""
    context = {"terms": facts.terms_by_scope(clock.today()), "kinds": OFFERED}
    return render(request, "repair/objections.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def object_(request: HttpRequest, case: str) -> HttpResponse:
    """A person's listing answers as one that does not exist, without a pass."""
    at = clock.now()
    listing = listing_for(request, case, at)
    sent, status = "key" in request.POST, 200
    form = ObjectionForm(
        request.POST if sent else None, request.FILES if sent else None, listing=listing
    )
    if form.is_valid() and is_too_often(request, at):
        form.add_error(None, _("提交的次数太多。请一小时后再试，或者直接联系认定单位。"))
        status = 429
    if form.is_valid():
        try:
            filed = actions.file_objection(form.draft(), at=at, key=form.once)
        except RegistryError as refusal:
            form.show(refusal)
        else:
            receipts.remember(request.session, filed, at=at, key=receipts.OF_LISTING)
            return redirect("objections:receipt")
    context = page_of(request, listing, form, at)
    return render(request, "repair/objection_form.html", context, status=status)


def page_of(
    request: HttpRequest, listing: Listing, form: ObjectionForm, at: datetime
) -> dict[str, Any]:
    return {
        "listing": listing,
        "form": form,
        "terms": facts.objection_terms(listing, day_of(at)),
        "pass": request.POST.get("pass", ""),
    }


@require_safe
@never_cache
def receipt(request: HttpRequest) -> HttpResponse:
    """Number and secret, in the browser that filed and nowhere else."""
    found = receipts.recall(request.session, at=clock.now(), key=receipts.OF_LISTING)
    if found is None:
        return redirect("repair:track")
    context = {
        "filing": found.filing,
        "secret": grouped(found.secret),
        "objections": found.filing.objections.for_rows(),
        "papers": papers_of(found.filing),
    }
    return render(request, "repair/filed_objection.html", context)
