"""Letters and papers of a case on its page: what there is, and each as a download."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse

from registry import attachments, counting, hearing
from registry.actions import letters, papers
from registry.counting import Day
from registry.models import CasePaper, Letter, Listing
from registry.workdays import Count


@dataclass(frozen=True, slots=True)
class Window:
    """The days for a defence, counted aloud. `is_stale` where the calendar has changed
    since the notice was recorded, and nothing is decided yet.
    """

    count: Count
    days: Sequence[Day]
    length: str
    is_stale: bool


def told(listing: Listing) -> dict[str, Any]:
    """What the page of the case says about its paper."""
    kept = list(listing.papers.select_related("recorded_by", "letter"))
    is_proven = any(paper.about == CasePaper.About.NOTICE for paper in kept)
    return {
        "letters": of_case(listing).select_related("made_by"),
        "papers": kept,
        "window": window_of(listing),
        # Filed with the day alone, it may still get the slip.
        "lacks_proof": listing.state == Listing.State.NOTIFIED and not is_proven,
    }


def of_case(listing: Listing) -> QuerySet[Letter]:
    """Without those of an application for repair, which are for its own desk."""
    return listing.letters.filter(kind__in=Letter.OF_CASE)


def window_of(listing: Listing) -> Window | None:
    if listing.noticed_on is None or listing.notice_closes_on is None:
        return None
    count = hearing.window(listing.rule, listing.noticed_on)
    if count is None:
        return None
    changed = count.last != listing.notice_closes_on and listing.released_at is None
    return Window(count, list(counting.days(count)), hearing.length(listing.rule), changed)


def letter(listing: Listing, pk: int, language: str) -> HttpResponse:
    """A letter as PDF. GoneError where it was erased."""
    found = of_case(listing).filter(pk=pk).first()
    if found is None or language not in papers.LANGUAGES:
        raise Http404
    name = f"{found.kind}-{listing.case[:8]}-{language}.pdf"
    return attachments.attached(letters.read(found, language), name, "application/pdf")


def paper(listing: Listing, pk: int) -> HttpResponse:
    """A paper as it came. GoneError where it was erased."""
    found = listing.papers.exclude(n_bytes=0).filter(pk=pk).first()
    if found is None:
        raise Http404
    name = f"{found.about}-{listing.case[:8]}-{found.pk}.{found.kind}"
    return attachments.from_outside(papers.read(found), name)
