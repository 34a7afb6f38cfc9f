"""Candidates of redlists while their notice runs: not listed yet, and marked as that."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal.entries import CANDIDATE, measures_on
from portal.forms import PageForm
from portal.freshness import shows_listings
from portal.paging import page_of
from registry import clock
from registry.models import Candidacy, ListType
from registry.rule_words import RuleWords


@require_safe
@shows_listings
def candidate(request: HttpRequest, case: str) -> HttpResponse:
    """One candidate, what being listed would bring, and how to object."""
    at = clock.now()
    today = clock.day_of(at)
    shown = Candidacy.objects.on_display(at).for_rows()
    in_full = shown.prefetch_related("listing__measures__legal_basis")
    found = get_object_or_404(in_full, listing__case=case)
    listing = found.listing
    context = {
        "candidacy": found,
        "listing": listing,
        "mark": CANDIDATE,
        "benefits": measures_on(listing, today),
        "bases": [listing.rule.legal_basis, *listing.rule.further_bases.all()],
        "words": RuleWords(listing.rule),
    }
    return render(request, "portal/candidate.html", context)


@require_safe
@shows_listings
def candidates_of_list(request: HttpRequest, code: str) -> HttpResponse:
    """All candidates of one list, in pages."""
    list_type = get_object_or_404(ListType, pk=code)
    if not list_type.is_redlist:
        raise Http404
    at = clock.now()
    shown = Candidacy.objects.on_display(at).filter(listing__list_type=list_type)
    page = page_of(shown.for_rows(), PageForm(request.GET).number)
    context = {"list_type": list_type, "page": page, "today": clock.day_of(at)}
    return render(request, "portal/candidates.html", context)
