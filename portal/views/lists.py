"""The catalogue of lists, and one list with its rule and what is on display."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal import candidates
from portal.catalogue import cards, shelves
from portal.entries import is_negative, mark_of, rows_of
from portal.filters import ListingFilter
from portal.forms import PageForm
from portal.freshness import shows_listings
from portal.list_rules import rule_in_force, versions_of
from portal.paging import page_of
from portal.person_totals import SMALLEST_CELL, person_totals
from registry import clock
from registry.models import Listing, ListType


@require_safe
@shows_listings
def lists(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    found = cards(at=at, today=clock.day_of(at))
    context = {"shelves": shelves(found), "n_lists": len(found)}
    return render(request, "portal/lists.html", context)


@require_safe
@shows_listings
def list_of_type(request: HttpRequest, code: str) -> HttpResponse:
    list_type = get_object_or_404(ListType, pk=code)
    at = clock.now()
    today = clock.day_of(at)
    shown = Listing.objects.on_display(at).filter(list_type=list_type).of_organisations()
    narrowed = ListingFilter(request.GET, queryset=shown.for_rows())
    valid = narrowed.is_valid()
    page = page_of(narrowed.qs if valid else shown.none(), PageForm(request.GET).number)
    rule = rule_in_force(versions := versions_of(list_type), today)
    about = {"list_type": list_type, "mark": mark_of(list_type), "rule": rule}
    rows = {"filter": narrowed, "page": page, "today": today}
    context: dict[str, object] = (
        about
        | rows
        | {
            "versions": versions,
            "is_negative": is_negative(list_type),
            "entries": rows_of(page, today),
            "smallest_cell": SMALLEST_CELL,
            "candidates": candidates.of_list(list_type, at),
        }
    )
    if rule and rule.words.looks_up_persons:
        context["person_totals"] = person_totals(list_type, at)
    return render(request, "portal/list.html", context, status=200 if valid else 400)
