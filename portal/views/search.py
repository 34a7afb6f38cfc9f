"""What the one box finds: organisations, never persons."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.forms import PageForm
from portal.freshness import shows_listings
from portal.personal_names import can_be_person, looks_like_person
from portal.result_marks import marked
from registry import clock
from registry.search import QueryError, Results
from registry.search import search as find


@require_safe
@shows_listings
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
    context |= {
        "results": results,
        "hits": marked(results.hits, at=clock.now()),
        "may_be_person": may_be_person(results),
    }
    return render(request, "portal/search.html", context)


def may_be_person(results: Results) -> bool:
    """Whether somebody may be looking for a natural person; nothing is looked up."""
    if results.total:
        return looks_like_person(results.query)
    return can_be_person(results.query)
