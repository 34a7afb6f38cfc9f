"""One listing of an organisation while it is on display, and not a day longer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal.entries import entries_of
from portal.freshness import shows_listings
from portal.objections import objected_in_full
from registry import clock
from registry.models import Listing
from repair.ways import way_of


@require_safe
@shows_listings
def listing(request: HttpRequest, case: str) -> HttpResponse:
    """A person's case answers as one that does not exist: it opens in the check only."""
    at = clock.now()
    shown = Listing.objects.on_display(at).of_organisations().for_rows()
    in_full = shown.select_related("authority__superior").prefetch_related(
        "measures__legal_basis"
    )
    found = get_object_or_404(in_full, case=case)
    (entry,) = entries_of([found], at=at, today=clock.day_of(at))
    entry.way = way_of(found, at=at) if entry.is_negative else None
    entry.objected = objected_in_full(found)
    context = {
        "listing": found,
        "entry": entry,
        "bases": [found.rule.legal_basis, *found.rule.further_bases.all()],
        "today": clock.day_of(at),
    }
    return render(request, "portal/listing.html", context)
