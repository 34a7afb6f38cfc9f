"""The ledger for people: what it proves, where it stands, and each entry in words."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from portal.forms import LookUpForm
from portal.freshness import shows_listings
from portal.ledger_fields import fields_of
from portal.ledger_leaves import Leaf, content_of, leaves_of, listing_of, opening_of
from portal.ledger_state import newest, numbered, of_case, state
from portal.ledger_words import sentence_of, title_of
from registry import clock
from registry.logbook import publishing
from registry.models import Checkpoint, LedgerEntry

# A longer entry, as a manifest of a large register is, stands in its file only.
LONGEST_SHOWN = 8_000


@require_safe
@shows_listings
def ledger(request: HttpRequest) -> HttpResponse:
    """With `?q=` what the ledger holds under a number or a case; nothing looks the same."""
    if text := LookUpForm(request.GET).typed:
        return looked_up(request, text)
    context = {
        "state": state(),
        "newest": [row(leaf) for leaf in newest()],
        "command": f"python3 verify.py {settings.SITE_URL}",
    }
    return render(request, "portal/ledger.html", context)


def looked_up(request: HttpRequest, text: str) -> HttpResponse:
    number = numbered(text)
    if number is not None:
        return redirect("portal:leaf", number)
    context = {"query": text, "found": [row(leaf) for leaf in of_case(text)]}
    return render(request, "portal/ledger_found.html", context)


def row(leaf: Leaf) -> dict[str, object]:
    return {"leaf": leaf, "title": title_of(leaf), "sentence": sentence_of(leaf)}


@require_safe
@shows_listings
def leaf(request: HttpRequest, leaf: int) -> HttpResponse:
    """One entry. What is not signed yet does not exist."""
    head = Checkpoint.objects.current()
    if head is None or leaf >= head.size:
        raise Http404
    stored = LedgerEntry.objects.get(pk=leaf)
    (found,) = leaves_of([stored])
    context = {
        **row(found),
        "fields": fields_of(found),
        "is_short": len(found.content) <= LONGEST_SHOWN,
        "proof": publishing.proven(leaf, head)["proof"],
        "head": head,
        "next": leaf + 1 if leaf + 1 < head.size else None,
        **on_display(found, stored.subject, head.size),
    }
    return render(request, "portal/leaf.html", context)


def on_display(found: Leaf, case: str, size: int) -> dict[str, object]:
    """The organisation's listing while the public sees it, and what opens its promise.

    Of a person's entry never anything, so that its page is the same whatever becomes of
    the case.
    """
    listing = listing_of(found, case, clock.now())
    opening = opening_of(listing, size) if listing and "C" in found.entry else None
    return {
        "listing": listing,
        "content": content_of(found, opening) if opening else None,
        "opening": opening,
    }
