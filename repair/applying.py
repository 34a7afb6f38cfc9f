"""The pages by which an applicant files, one small step after another, without an account.

What is filled in is kept between the steps, see `actions.drafts`. An address names the
draft and opens nothing: only the browser that began it does.
"""

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from registry import clock, limits, passes
from registry.days import day_of
from registry.errors import BarredError, RegistryError
from registry.models import Listing
from registry.request_size import USUAL, takes_at_most
from repair import actions, facts, journey, receipts, rules
from repair.forms import OnceForm
from repair.journey import STEP_OF, TITLES, Journey
from repair.journey_forms import FORMS, PapersForm, StepForm
from repair.models import ApplicationDraft
from repair.ways import way_of

# The mark of a browser in its session; the drafts keep a keyed hash of it.
BROWSER = "repair_browser"
# Of one address in an hour; offices and villages share one.
MOST_BEGUN, MOST_SENT = 60, 120


# --- Before the first step ----------------------------------------------------------------


@takes_at_most(USUAL)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def apply(request: HttpRequest, case: str) -> HttpResponse:
    """What to know before, and the way to the first step or back to where one was."""
    at = clock.now()
    listing = listing_for(request, case, at)
    form = OnceForm(request.POST if "key" in request.POST else None)
    if form.is_valid():
        try:
            return begun(request, listing, form.once or "", at)
        except RegistryError as refusal:
            form.show(refusal)
    return render(request, "repair/apply.html", page_of(request, listing, form, at))


def listing_for(request: HttpRequest, case: str, at: datetime) -> Listing:
    """The listing on display; a person's only for the bearer of a pass, else unknown."""
    found = Listing.objects.on_display(at).for_rows().filter(case=case).first()
    if found is None:
        raise Http404
    if found.person_id is not None and passes.case_of(request.POST.get("pass", "")) != case:
        raise Http404
    return found


def begun(request: HttpRequest, listing: Listing, key: str, at: datetime) -> HttpResponse:
    """The first step of a new draft. BarredError where it makes no sense to begin."""
    case = facts.case_of(listing, at=at)
    if bars := rules.bars_to_asking(case, today=day_of(at)):
        raise BarredError(bars)
    address = limits.address_of(request)
    if limits.exceeded([limits.hourly("apply", address, MOST_BEGUN, at)], at):
        raise RegistryError(
            _("从这里开始的申请太多。请一小时后再试，或者直接联系认定单位。")
        )
    browser = request.session.setdefault(BROWSER, secrets.token_hex(16))
    draft = actions.begin_application(listing, browser=browser, key=key, at=at)
    found = journey.journey_of(draft, at)
    return to_step(draft, found.reached if found else "who")


def page_of(
    request: HttpRequest, listing: Listing, form: OnceForm, at: datetime
) -> dict[str, Any]:
    way = way_of(listing, at=at)
    return {
        "listing": listing,
        "form": form,
        "way": way,
        "bars": way.bars,
        "earliest": way.opens_on,
        "counts_from_correction": way.case.counts_from_correction,
        "papers_asked": facts.papers_asked(listing),
        "answer_wd": way.answer_wd,
        "pass": request.POST.get("pass", ""),
        "drafts": drafts_about(request, listing, at),
    }


def drafts_about(
    request: HttpRequest, listing: Listing, at: datetime
) -> list[ApplicationDraft]:
    """What this browser has begun about the same decision and not filed."""
    drafts = actions.drafts_of(browser_of(request.session), at=at)
    if not drafts:
        return []
    together = journey.of_decision(listing, at)
    return [one for one in drafts if journey.is_about(one, together)]


def browser_of(session: SessionBase) -> str:
    return str(session.get(BROWSER, ""))


def to_step(draft: ApplicationDraft, step: str) -> HttpResponse:
    return redirect("repair:step", draft.public_id, step)


# --- One step after another ---------------------------------------------------------------


@takes_at_most(USUAL)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def step(request: HttpRequest, draft: UUID, step: str) -> HttpResponse:
    """One step: shown, or kept and followed by the next one."""
    at = clock.now()
    found = journey_for(request, draft, at)
    if found is None:
        return without_draft(request, draft, step, at)
    if not found.may_open(step):
        return to_step(found.draft, found.reached)
    if request.method != "POST":
        form = FORMS[step](journey=found, initial=initial_of(found, step))
        return shown(request, found, step, form)
    # A session ends some hours after it was last written.
    request.session.modified = True
    return SENT.get(step, plain_step)(request, found, step, at)


def plain_step(
    request: HttpRequest, found: Journey, step: str, at: datetime
) -> HttpResponse:
    form = FORMS[step](request.POST, journey=found)
    if not form.is_valid():
        return shown(request, found, step, form)
    actions.keep_step(found.draft, step, form.said(), at=at)
    return go_on(request, found.draft, step, at)


def journey_for(request: HttpRequest, draft: UUID, at: datetime) -> Journey | None:
    own = actions.draft_of(browser_of(request.session), draft, at=at)
    return journey.journey_of(own, at) if own else None


def go_on(
    request: HttpRequest, draft: ApplicationDraft, step: str, at: datetime
) -> HttpResponse:
    """With what was just kept: another choice of listings may ask for other steps."""
    fresh = journey_for(request, draft.public_id, at)
    return to_step(draft, fresh.after(step) if fresh else step)


def initial_of(found: Journey, step: str) -> dict[str, Any]:
    said = found.said.get(step)
    if step == "commitment":
        return {"committed": found.is_said(step)}
    return said if isinstance(said, dict) else {}


def shown(
    request: HttpRequest, found: Journey, step: str, form: StepForm, bars: Any = ()
) -> HttpResponse:
    context = {
        "journey": found,
        "step": step,
        "title": TITLES[step],
        "n": found.steps.index(step) + 1,
        "n_steps": len(found.steps),
        "back": found.before(step),
        "form": form,
        "bars": bars,
        "listings": found.listings,
        "listing": found.listings[0],
    }
    return render(request, f"repair/step_{step}.html", context)


def without_draft(
    request: HttpRequest, draft: UUID, step: str, at: datetime
) -> HttpResponse:
    """Filed already, by this browser: the receipt. All else is unknown, however it went."""
    browser = browser_of(request.session)
    sends = request.method == "POST" and step == "review" and bool(browser)
    if sends and (filed := actions.filed_before(key_of(browser, draft), at=at)):
        receipts.remember(request.session, filed, at=at)
    if receipts.recall(request.session, at=at):
        return redirect("repair:receipt")
    return render(request, "repair/draft_gone.html", status=404)


# --- Papers -------------------------------------------------------------------------------


def papers_step(
    request: HttpRequest, found: Journey, step: str, at: datetime
) -> HttpResponse:
    """Take one paper back, add one, or go on; whoever goes on with a file adds it, too."""
    wanted = request.POST.get("do", "next")
    if wanted.startswith("remove-"):
        pk = wanted.removeprefix("remove-")
        if pk.isdecimal() and len(pk) < 18:
            actions.remove_paper(found.draft, int(pk), at=at)
        return to_step(found.draft, "papers")
    if request.FILES and is_too_often(request, at):
        form = PapersForm(request.POST, journey=found)
        form.add_error("paper", _("从这里上传的文件太多。请一小时后再试。"))
        return shown(request, found, "papers", form)
    form = PapersForm(request.POST, request.FILES, journey=found)
    if not form.is_valid() or not added(found, form, at):
        return shown(request, found, "papers", form)
    if wanted == "add":
        return missing_file(request, found, form)
    return with_papers(request, found, form, at)


def is_too_often(request: HttpRequest, at: datetime) -> bool:
    address = limits.address_of(request)
    return bool(limits.exceeded([limits.hourly("papers", address, MOST_SENT, at)], at))


def added(found: Journey, form: PapersForm, at: datetime) -> bool:
    """Whether the paper is kept, where there is one."""
    if (paper := form.sent) is None:
        return True
    try:
        actions.add_paper(found.draft, paper, at=at)
    except RegistryError as refusal:
        form.show(refusal)
        return False
    return True


def missing_file(request: HttpRequest, found: Journey, form: PapersForm) -> HttpResponse:
    if form.sent is not None:
        return to_step(found.draft, "papers")
    form.add_error("paper", _("没有选择文件。请先选择文件，再按“添加”。"))
    return shown(request, found, "papers", form)


def with_papers(
    request: HttpRequest, found: Journey, form: PapersForm, at: datetime
) -> HttpResponse:
    """Go on where nothing is missing, or where it is said why."""
    fresh = journey_for(request, found.draft.public_id, at)
    if fresh and fresh.papers_missing and not form.cleaned_data["gaps"]:
        names = _("、").join(str(one.label) for one in fresh.papers_missing)
        text = _("还缺：%(papers)s。请添加；合在别的文件里或者现在交不出来的，请勾选说明。")
        again = PapersForm(journey=fresh, initial={"gaps": False})
        again.errors["gaps"] = again.error_class([text % {"papers": names}])
        return shown(request, fresh, "papers", again)
    actions.keep_step(found.draft, "papers", form.said(), at=at)
    return go_on(request, found.draft, "papers", at)


# --- The end ------------------------------------------------------------------------------


def key_of(browser: str, draft: UUID) -> str:
    """Of the one effect that sending the review may have, however often it is sent."""
    return f"{browser}/{draft}"


def submitted(
    request: HttpRequest, found: Journey, step: str, at: datetime
) -> HttpResponse:
    form = FORMS[step](request.POST, journey=found)
    if found.reached != "review":
        return to_step(found.draft, found.reached)
    key = key_of(browser_of(request.session), found.draft.public_id)
    try:
        filed = actions.file_application(found.filing_draft(), at=at, key=key)
    except BarredError as refusal:
        bars = [(bar.text, STEP_OF.get(bar.code, found.steps[0])) for bar in refusal.bars]
        return shown(request, found, "review", form, bars)
    except RegistryError:
        # It was given up in another tab.
        return without_draft(request, found.draft.public_id, "", at)
    receipts.remember(request.session, filed, at=at)
    return redirect("repair:receipt")


# What is done with what is sent, where it is more than to keep it.
SENT = {"papers": papers_step, "review": submitted}


@takes_at_most(USUAL)
@require_POST
@never_cache
def drop(request: HttpRequest, draft: UUID) -> HttpResponse:
    """The applicant gives it up; said again, there is nothing more to give up."""
    at = clock.now()
    if own := actions.draft_of(browser_of(request.session), draft, at=at):
        actions.drop_application_draft(own, at=at)
    return render(request, "repair/draft_dropped.html")
