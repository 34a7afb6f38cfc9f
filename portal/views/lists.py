"""The catalogue of lists, and one list with its rule and what is on display."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal import candidates, csv_files, list_file
from portal.catalogue import cards, shelves
from portal.entries import is_negative, mark_of, rows_of
from portal.filters import ListingFilter
from portal.forms import PageForm
from portal.freshness import shows_listings
from portal.list_rules import rule_in_force, versions_of
from portal.paging import page_of
from portal.person_totals import SMALLEST_CELL, person_totals
from registry import clock, limits
from registry.models import Listing, ListType
from registry.models.listing import ListingQuerySet


@require_safe
@shows_listings
def lists(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    found = cards(at=at, today=clock.day_of(at))
    context = {"shelves": shelves(found), "n_lists": len(found)}
    return render(request, "portal/lists.html", context)


@require_safe
@shows_listings
def list_of_type(request: HttpRequest, code: str) -> HttpResponseBase:
    """Its page, or with `format=csv` what the page counts as a file."""
    list_type = get_object_or_404(ListType, pk=code)
    at = clock.now()
    shown = Listing.objects.on_display(at).filter(list_type=list_type).of_organisations()
    narrowed = ListingFilter(request.GET, queryset=shown.for_rows())
    if not narrowed.is_valid():
        return page_of_list(request, list_type, narrowed, at, status=400)
    if request.GET.get("format") != "csv":
        return page_of_list(request, list_type, narrowed, at)
    if limit := limits.exceeded([list_file.limit_of(request, at)], at):
        response = page_of_list(request, list_type, narrowed, at, status=429)
        response.headers["Retry-After"] = f"{limits.seconds_left(limit, at)}"
        return response
    return file_of_list(list_type, narrowed.qs, at)


def page_of_list(
    request: HttpRequest,
    list_type: ListType,
    narrowed: ListingFilter,
    at: datetime,
    status: int = 200,
) -> HttpResponse:
    today = clock.day_of(at)
    shown = narrowed.qs if narrowed.is_valid() else narrowed.queryset.none()
    page = page_of(shown, PageForm(request.GET).number)
    rule = rule_in_force(versions := versions_of(list_type), today)
    context: dict[str, object] = {
        "list_type": list_type,
        "mark": mark_of(list_type),
        "is_negative": is_negative(list_type),
        "rule": rule,
        "versions": versions,
        "filter": narrowed,
        "page": page,
        "entries": rows_of(page, today),
        "today": today,
        "most_rows": list_file.MOST_ROWS,
        "is_too_often": status == 429,
        "smallest_cell": SMALLEST_CELL,
        "candidates": candidates.of_list(list_type, at),
    }
    if rule and rule.words.looks_up_persons:
        context["person_totals"] = person_totals(list_type, at)
    return render(request, "portal/list.html", context, status=status)


def file_of_list(
    list_type: ListType, listings: ListingQuerySet, at: datetime
) -> StreamingHttpResponse:
    pieces = list_file.pieces(listings)
    response = StreamingHttpResponse(pieces, content_type=csv_files.TYPE)
    csv_files.name_file(response, list_type.code, clock.day_of(at))
    response.headers["X-Robots-Tag"] = "noindex"
    return response
