"""The pages by which an applicant moves a case, without an account."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registry import attachments, clock, limits
from registry.errors import RegistryError
from registry.logbook import receipts as receipts_of_ledger
from registry.request_size import USUAL, takes_at_most
from repair import access, actions, objecting, receipts, rules
from repair.forms import CompletionForm, TrackForm, WhichForm, WithdrawForm
from repair.models import Application, Filing
from repair.numbers import grouped
from repair.progress import papers_of, progress_of

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
) -> HttpResponse:
    context = {
        "filing": filing,
        "progress": progress_of(filing),
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
    if (application := opened(request)) is None:
        return expired(request)
    form = CompletionForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            actions.complete_application(
                application, form.words, form.papers, at=clock.now(), key=form.once
            )
        except RegistryError as refusal:
            form.show(refusal)
    if form.errors:
        return status_page(request, application.filing, completion=form)
    return status_page(request, application.filing, done="completed")


@takes_at_most(USUAL)
@require_POST
@never_cache
def withdraw(request: HttpRequest) -> HttpResponse:
    if (application := opened(request)) is None:
        return expired(request)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return status_page(request, application.filing, done="unsure")
    try:
        actions.withdraw_application(application, at=clock.now(), key=form.once)
    except RegistryError:
        # It was decided in the meantime, and the page says how.
        return status_page(request, application.filing, done="too_late")
    return status_page(request, application.filing, done="withdrawn")


@takes_at_most(USUAL)
@require_POST
@never_cache
def receipt_of_end(request: HttpRequest) -> HttpResponse:
    """That the listing has ended, once a granted repair has ended it; it names nobody."""
    if (application := opened(request)) is None:
        return expired(request)
    granted = application.status == Application.Status.GRANTED
    found = receipts_of_ledger.of_end(application.listing) if granted else None
    if found is None:
        return status_page(request, application.filing)
    return attachments.receipt(found)


def opened(request: HttpRequest) -> Application | None:
    """The application that is meant, of the filing that the pass opens."""
    filing, form = access.filing_of(request.POST.get("pass", "")), WhichForm(request.POST)
    if filing is None or not form.is_valid():
        return None
    public_id = form.cleaned_data["application"]
    found = filing.applications.filter(public_id=public_id)
    return found.select_related("filing", "listing").first()


def expired(request: HttpRequest) -> HttpResponse:
    context = {"form": TrackForm(), "problem": "expired"}
    return render(request, "repair/track.html", context, status=403)
