"""核验: whether a letter that somebody shows was issued here and still holds; no names."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal import verifying
from portal.verifying import FileForm, NumberForm, Verdict
from registry import clock, limits
from registry.limits import Limit

# Questions by one subscriber in an hour; a letter holds more than anybody can guess.
MOST_QUESTIONS = 60


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def verify(request: HttpRequest) -> HttpResponse:
    """By its number, which has an address of its own, or by the file itself."""
    if request.method != "POST":
        return answered(request)
    if "number" in request.POST:
        by_number = NumberForm(request.POST)
        if not by_number.is_valid():
            return answered(request, by_number=by_number)
        return redirect("portal:verify_number", by_number.cleaned_data["number"])
    by_file, at = FileForm(request.POST, request.FILES), clock.now()
    if limit := exceeded(request, at):
        return too_often(request, limit, at)
    if not by_file.is_valid():
        return answered(request, by_file=by_file)
    return answered(request, verifying.of_file(by_file.cleaned_data["file"]))


@require_safe
@never_cache
def verify_number(request: HttpRequest, number: str) -> HttpResponse:
    at = clock.now()
    if limit := exceeded(request, at):
        return too_often(request, limit, at)
    return answered(request, verifying.of_number(number))


def exceeded(request: HttpRequest, at: datetime) -> Limit | None:
    asker = limits.subscriber_of(limits.address_of(request))
    limit = limits.hourly("verify", asker, MOST_QUESTIONS, at)
    return limits.exceeded([limit], at)


def too_often(request: HttpRequest, limit: Limit, at: datetime) -> HttpResponse:
    response = answered(request, status=429, again_at=limit.ends_at)
    response.headers["Retry-After"] = f"{limits.seconds_left(limit, at)}"
    return response


def answered(
    request: HttpRequest, verdict: Verdict | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"by_number": NumberForm(), "by_file": FileForm(), "verdict": verdict}
    return render(request, "portal/verify.html", context | more, status=status)
