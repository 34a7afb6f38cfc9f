"""Pages that only read."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from portal.changes import changes_of
from portal.demo.fictitious import EXAMPLES
from portal.forms import PageForm
from portal.holdings import holdings
from registry import clock
from registry.models import Entity, Identifier, Instance
from registry.search import Hit, QueryError, Results, Why
from registry.search import search as find
from registry.sections import SECTIONS

# A name of a natural person in Chinese; longer ones exist and are rare.
PERSONAL_NAME = range(2, 5)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    held = holdings()
    context = {
        "holdings": held,
        "n_entities": sum(holding.n_entities for holding in held),
        "examples": EXAMPLES if is_marked(Instance.Purpose.DEMO) else (),
    }
    return render(request, "portal/home.html", context)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "")
    context: dict[str, Any] = {"query": text[:100].replace("\0", "")}
    try:
        results = find(text, page=PageForm(request.GET).number)
    except QueryError as refusal:
        # Opening the page without a question is no mistake.
        status = 200 if refusal.code == "empty" else 400
        context["refusal"] = "" if status == 200 else str(refusal)
        return render(request, "portal/search.html", context, status=status)
    context |= {"results": results, "may_be_person": may_be_person(results)}
    return render(request, "portal/search.html", context)


def may_be_person(results: Results) -> bool:
    """Whether somebody may be looking for a natural person; nothing is looked up."""
    text = results.query
    return not results.total and len(text) in PERSONAL_NAME and not text.isascii()


@require_safe
def entity(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = get_object_or_404(Entity.objects.for_page(), public_id=public_id)
    if found.merged_into:
        return redirect(found.merged_into, permanent=True)
    context = {
        "entity": found,
        "sections": SECTIONS,
        "other_names": found.other_names.order_by("kind", "-until", "name"),
        "changes": changes_of(found),
        "today": clock.today(),
        "shows_address": found.kind != Entity.Kind.INDIVIDUAL_BUSINESS,
    }
    return render(request, "portal/entity.html", context)


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every part of the design in every state; no page of a real register."""
    if not (settings.DEBUG or is_marked(*Instance.Purpose)):
        raise Http404
    sample = Entity.objects.for_page().first()
    hits = [Hit(sample, why, span=(0, 2)) for why in Why] if sample else []
    kind = Identifier.Kind.OTHER
    context = {
        "entity": sample,
        "results": Results("", hits, total=len(hits), page=2, n_pages=3),
        "numbers": [
            Identifier(kind=kind, value="123456", valid=not flaw, flaw=flaw)
            for flaw in ("", *Identifier.Flaw)
        ],
        "sections": SECTIONS,
    }
    return render(request, "portal/components.html", context)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/robots.txt", content_type="text/plain; charset=utf-8")


def is_marked(*purposes: Instance.Purpose) -> bool:
    instance = Instance.objects.current()
    return instance is not None and instance.purpose in purposes


# --- Errors ------------------------------------------------------------------------------


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that came without its token, mostly because it lay open too long."""
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Needs neither database nor context, because either may be what failed."""
    return HttpResponse(render_to_string("500.html"), status=500)
