"""Where everybody comes in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.catalogue import cards
from portal.demo.fictitious import EXAMPLES
from portal.entries import rows_of
from portal.freshness import shows_listings
from portal.holdings import holdings
from portal.lifts import DAYS, lifts
from portal.marked import is_marked
from registry import clock
from registry.models import Instance, Listing

N_LATEST = 6
N_LISTS = 8


@require_safe
@shows_listings
def home(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    today = clock.day_of(at)
    held, lists = holdings(), cards(at=at, today=today)
    shown = Listing.objects.on_display(at).of_organisations().for_rows()
    context = {
        "holdings": held,
        "n_entities": sum(holding.n_entities for holding in held),
        "n_listings": sum(card.n for card in lists),
        "n_lists": len(lists),
        "lists": sorted(lists, key=lambda card: -card.n)[:N_LISTS],
        "latest": rows_of(shown[:N_LATEST], today),
        "lifts": lifts(at, (card.list_type for card in lists)),
        "n_days": DAYS,
        "examples": EXAMPLES if is_marked(Instance.Purpose.DEMO) else (),
    }
    return render(request, "portal/home.html", context)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/robots.txt", content_type="text/plain; charset=utf-8")
