"""What the one box finds: organisations, never persons."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from portal.freshness import shows_listings
from portal.narrowing import NarrowingForm
from portal.personal_names import can_be_person, looks_like_person
from portal.result_marks import marked
from registry import clock
from registry.search import QueryError, Results
from registry.search import search as find

# Opening the page without a question is no mistake.
STATUS = {"empty": 200, "busy": 503}
# Seconds: whoever was too many for the moment is not by then.
BUSY_FOR = 5


@require_safe
@shows_listings
def search(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    text, after = request.GET.get("q", ""), request.GET.get("after", "")
    narrowing = NarrowingForm(request.GET)
    context: dict[str, Any] = {
        "query": text[:100].replace("\0", ""),
        "narrowing": narrowing,
        "is_continued": bool(after),
    }
    if not narrowing.is_valid():
        return render(request, "portal/search.html", context, status=400)
    filters = narrowing.filters(at)
    try:
        results = find(text, filters=filters, after=after, at=at, divide=True)
    except QueryError as refusal:
        return refused(request, refusal, context)
    shown, n = marked(results.shown, at=at), len(results.hits)
    context |= {
        "results": results,
        "hits": shown[:n],
        "others": shown[n:],
        "groups": narrowing.groups(results.facets),
        "may_be_person": may_be_person(results),
    }
    return answered(request, context)


def refused(
    request: HttpRequest, refusal: QueryError, context: dict[str, Any]
) -> HttpResponse:
    status = STATUS.get(refusal.code, 400)
    if status != 200:
        context |= {"refusal": refusal}
    response = render(request, "portal/search.html", context, status=status)
    if status == 503:
        response.headers["Retry-After"] = f"{BUSY_FOR}"
    return response


def answered(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    response = render(request, "portal/search.html", context)
    if context["may_be_person"]:
        # It holds a form with a token of this one visitor.
        patch_cache_control(response, private=True)
    return response


def may_be_person(results: Results) -> bool:
    """Whether somebody may be looking for a natural person; nothing is looked up."""
    if results.total:
        return looks_like_person(results.query)
    return can_be_person(results.query)
