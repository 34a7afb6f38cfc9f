"""The exact check of a natural person: asked by POST, answered once, kept nowhere."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from portal.forms import PersonForm
from portal.person_check import Question, answer, asked
from registry import attachments, clock, limits, passes
from registry.limits import Limit
from registry.logbook import receipts
from registry.models import Listing

# An hour's and a day's worth of questions, for somebody who checks a few people.
PER_ADDRESS, PER_BLOCK, PER_NAME = 10, 30, 20


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def check_person(request: HttpRequest) -> HttpResponse:
    """GET shows the form, POST answers; what was asked is in no address and in no log."""
    response = answered(request) if request.method == "POST" else asked_for(request)
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    patch_cache_control(response, no_store=True)
    return response


def asked_for(request: HttpRequest) -> HttpResponse:
    if request.GET:
        # Whoever wrote a name into the address is led away from it.
        return redirect("portal:check_person")
    return render(request, "portal/check_person.html", {"form": PersonForm()})


@sensitive_variables()
def answered(request: HttpRequest) -> HttpResponse:
    form = PersonForm(request.POST)
    if "carried" in request.POST:
        # Brought here from the search box: it fills the form and asks nothing.
        name = request.POST.get("name", "")[:60]
        form = PersonForm(initial={"name": name.replace("\0", "")})
        return render(request, "portal/check_person.html", {"form": form})
    if not form.is_valid():
        return render(request, "portal/check_person.html", {"form": form}, status=400)
    question = asked(*map(form.typed, ("name", "document", "number", "decision_no")))
    at = clock.now()
    if limit := limits.exceeded(limits_of(request, question, at), at):
        return too_often(request, limit, at)
    found = answer(question, at=at, today=clock.day_of(at))
    opened = [(one, passes.issue(one.entry.listing.case)) for one in found.opened]
    context = {"answer": found, "opened": opened, "today": clock.day_of(at)}
    return render(request, "portal/person_answer.html", context)


def limits_of(request: HttpRequest, question: Question, at: datetime) -> tuple[Limit, ...]:
    """The name last: a visitor who is over a limit uses up nobody's name."""
    address = limits.address_of(request)
    return (
        limits.hourly("check-address", address, PER_ADDRESS, at),
        limits.daily("check-block", limits.block_of(address), PER_BLOCK, at),
        limits.daily("check-name", question.name, PER_NAME, at),
    )


def too_often(request: HttpRequest, limit: Limit, at: datetime) -> HttpResponse:
    context = {"again_at": limit.ends_at}
    response = render(request, "portal/too_often.html", context, status=429)
    response.headers["Retry-After"] = str(limits.seconds_left(limit, at))
    return response


@require_POST
@sensitive_post_parameters()
def receipt_of_person(request: HttpRequest) -> HttpResponse:
    """For the bearer of a pass while the listing is on display; else a 404."""
    case, at = passes.case_of(request.POST.get("pass", "")), clock.now()
    shown = Listing.objects.on_display(at).filter(person__isnull=False, case=case or "")
    listing = shown.select_related("person").first()
    found = receipts.of_publication(listing) if listing else None
    if found is None:
        raise Http404
    response = attachments.receipt(found)
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    patch_cache_control(response, no_store=True)
    return response
