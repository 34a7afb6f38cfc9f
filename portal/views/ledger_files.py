"""The public files of the ledger: for programs, and for anybody from anywhere."""

import hashlib
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from portal.freshness import max_age
from registry import attachments, clock
from registry.ledger import verify, verify_letter
from registry.logbook import publishing, receipts
from registry.logbook.publishing import AbsentError
from registry.models import Listing

YEAR = 31_536_000
TEXT, LINES = "text/plain; charset=utf-8", "application/x-ndjson; charset=utf-8"
# By the first part of a name.
TYPES = {
    "checkpoint": TEXT,
    "active": TEXT,
    "keys": LINES,
    "entries": LINES,
    "tile": "application/octet-stream",
    "proof": "application/json",
}


@require_safe
def ledger_file(request: HttpRequest, name: str) -> HttpResponse:
    """One file; a full one is kept for ever, all others for a minute at most."""
    at = clock.now()
    try:
        content = publishing.read(name, at)
    except AbsentError as absent:
        return open_to_all(missing(f"{absent}"))
    response = HttpResponse(content, content_type=TYPES[name.partition("/")[0]])
    if publishing.never_changes(name, content):
        patch_cache_control(response, public=True, max_age=YEAR, immutable=True)
    else:
        patch_cache_control(response, public=True, max_age=max_age(at))
    return open_to_all(unless_known(request, response))


@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The stand-alone verifier, to be read before it is run."""
    return program(request, Path(verify.__file__))


@require_safe
def letter_verifier(request: HttpRequest) -> HttpResponse:
    """The same for a signed letter; it needs no network."""
    return program(request, Path(verify_letter.__file__))


def program(request: HttpRequest, script: Path) -> HttpResponse:
    kind = "text/x-python; charset=utf-8"
    response = attachments.attached(script.read_bytes(), script.name, kind)
    patch_cache_control(response, public=True, max_age=max_age(clock.now()))
    return open_to_all(unless_known(request, response))


@require_safe
def receipt(request: HttpRequest, case: str) -> HttpResponse:
    """Of an organisation's listing, while it is on display; anybody can open it."""
    at = clock.now()
    shown = Listing.objects.on_display(at).of_organisations().filter(case=case).first()
    found = receipts.of_publication(shown) if shown else None
    if found is None:
        return open_to_all(missing("no receipt for this case, or not now"))
    response = attachments.receipt(found)
    patch_cache_control(response, public=True, max_age=max_age(at))
    return open_to_all(unless_known(request, response))


def missing(hint: str) -> HttpResponse:
    text = f"404: {hint}\nWhat the files are: /ledger/\n"
    return HttpResponse(text, status=404, content_type=TEXT)


def unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response; 304 for whoever has these bytes already."""
    etag = quote_etag(hashlib.sha256(response.content).hexdigest()[:32])
    response.headers["ETag"] = etag
    known = get_conditional_response(request, etag=etag, response=response)
    return known if isinstance(known, HttpResponse) else response


def open_to_all(response: HttpResponse) -> HttpResponse:
    """A page of any other site may read it too: all of it is public."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
