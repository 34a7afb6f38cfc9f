"""The pages by which an applicant moves a case, without an account."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registry import attachments, clock, limits
from registry.errors import RegistryError
from registry.logbook import receipts as receipts_of_ledger
from registry.request_size import USUAL, takes_at_most
from repair import access, actions, objecting, objection_progress, receipts, rules
from repair.forms import (
    CompletionForm,
    ReviewForm,
    TrackForm,
    WhichForm,
    WithdrawForm,
)
from repair.models import Application, Filing, Matter, Objection
from repair.numbers import grouped
from repair.progress import papers_of, progress_of

# After which a receipt of the end can be had.
ENDING = (Application.Status.GRANTED, Objection.Status.ENDED)
# Tries of number and secret by one address in an hour.
MOST_TRIES = 20


@require_safe
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    context = {"accept_wd": rules.ACCEPT_WD, "answer_wd": rules.ANSWER_WD}
    return render(request, "repair/index.html", context)


# --- The receipt ----------------------------------------------------------------------


@require_safe
@never_cache
def receipt(request: HttpRequest) -> HttpResponse:
    """Number and secret, in the browser that filed and nowhere else."""
    filed = receipts.recall(request.session, at=clock.now())
    if filed is None:
        return redirect("repair:track")
    context = {
        "filing": filed.filing,
        "secret": grouped(filed.secret),
        "applications": filed.filing.applications.for_rows(),
        "papers": papers_of(filed.filing),
    }
    return render(request, "repair/receipt.html", context)


# --- Following ------------------------------------------------------------------------


@takes_at_most(USUAL)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def track(request: HttpRequest) -> HttpResponse:
    form = TrackForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "repair/track.html", {"form": form})
    at, address = clock.now(), limits.address_of(request)
    if limits.exceeded([limits.hourly("track", address, MOST_TRIES, at)], at):
        context = {"form": form, "problem": "limit"}
        return render(request, "repair/track.html", context, status=429)
    number, secret = form.cleaned_data["number"], form.cleaned_data["secret"]
    filing = access.filing_by(number, secret)
    if filing is None and (objection := access.objection_by(number, secret)):
        return objecting.status_page(request, objection)
    if filing is None:
        return render(request, "repair/track.html", {"form": form, "problem": "wrong"})
    return status_page(request, filing)


def status_page(
    request: HttpRequest,
    filing: Filing,
    *,
    done: str = "",
    completion: CompletionForm | None = None,
    review: ReviewForm | None = None,
) -> HttpResponse:
    at = clock.now()
    context = {
        "filing": filing,
        "progress": progress_of(filing, at),
        "objections": objection_progress.progress_of(filing, at),
        "review": review or ReviewForm(),
        "papers": papers_of(filing),
        "pass": access.issue_pass(filing),
        "completion": completion or CompletionForm(),
        "done": done,
    }
    return render(request, "repair/status.html", context)


@takes_at_most(USUAL)
@require_POST
@never_cache
def complete(request: HttpRequest) -> HttpResponse:
    if (matter := opened(request)) is None:
        return expired(request)
    form = CompletionForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            completed(matter, form)
        except RegistryError as refusal:
            form.show(refusal)
    if form.errors:
        return status_page(request, matter.filing, completion=form)
    return status_page(request, matter.filing, done="completed")


def completed(matter: Matter, form: CompletionForm) -> Matter:
    at, key = clock.now(), form.once
    if isinstance(matter, Objection):
        return actions.complete_objection(matter, form.words, form.papers, at=at, key=key)
    return actions.complete_application(matter, form.words, form.papers, at=at, key=key)


@takes_at_most(USUAL)
@require_POST
@never_cache
def withdraw(request: HttpRequest) -> HttpResponse:
    if (matter := opened(request)) is None:
        return expired(request)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return status_page(request, matter.filing, done="unsure")
    try:
        withdrawn(matter, form)
    except RegistryError:
        # It was decided in the meantime, and the page says how.
        return status_page(request, matter.filing, done="too_late")
    return status_page(request, matter.filing, done="withdrawn")


def withdrawn(matter: Matter, form: WithdrawForm) -> Matter:
    if isinstance(matter, Objection):
        return actions.withdraw_objection(matter, at=clock.now(), key=form.once)
    return actions.withdraw_application(matter, at=clock.now(), key=form.once)


@takes_at_most(USUAL)
@require_POST
@never_cache
def review(request: HttpRequest) -> HttpResponse:
    """A refusal is brought before the superior of who refused."""
    if (matter := opened(request)) is None:
        return expired(request)
    form = ReviewForm(request.POST)
    if form.is_valid():
        reason, at = form.cleaned_data["reason"], clock.now()
        try:
            actions.ask_for_review(matter, reason, at=at, key=form.once)
        except RegistryError as refusal:
            form.show(refusal)
    if form.errors:
        return status_page(request, matter.filing, review=form)
    return status_page(request, matter.filing, done="asked")


@takes_at_most(USUAL)
@require_POST
@never_cache
def receipt_of_end(request: HttpRequest) -> HttpResponse:
    """That the listing has ended, once a granted repair or an objection has ended it; it
    names nobody.
    """
    if (matter := opened(request)) is None:
        return expired(request)
    found = receipts_of_ledger.of_end(matter.listing) if matter.status in ENDING else None
    if found is None:
        return status_page(request, matter.filing)
    return attachments.receipt(found)


def opened(request: HttpRequest) -> Matter | None:
    """What is meant, of the filing that the pass opens."""
    filing, form = access.filing_of(request.POST.get("pass", "")), WhichForm(request.POST)
    if filing is None or not form.is_valid():
        return None
    found: tuple[QuerySet[Any], ...] = (filing.applications.all(), filing.objections.all())
    public_id = form.cleaned_data["application"]
    rows = (one.select_related("filing", "listing") for one in found)
    matters = (one.filter(public_id=public_id).first() for one in rows)
    return next((one for one in matters if one is not None), None)


def expired(request: HttpRequest) -> HttpResponse:
    context = {"form": TrackForm(), "problem": "expired"}
    return render(request, "repair/track.html", context, status=403)
