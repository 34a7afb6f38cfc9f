"""Every part of the design in every state."""

from dataclasses import replace
from datetime import date

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.entity_sections import sections_of
from portal.entries import MARKS, Entry
from portal.freshness import shows_listings
from portal.marked import is_marked
from portal.narrowing import NarrowingForm
from portal.result_marks import ResultMark
from registry.models import (
    Entity,
    EntityName,
    Identifier,
    Instance,
    Listing,
    ListRule,
    ListType,
)
from registry.models.rule_codes import EarlyExit
from registry.search import Advice, Choice, Facets, Hit, Results, Why

TODAY = date(2026, 3, 16)
# First day, first day no longer shown, review, earliest repair: one bar for each.
SAMPLE_TERMS = (
    (date(2025, 3, 16), date(2028, 3, 17), None, date(2026, 9, 16)),
    (date(2026, 3, 1), date(2029, 3, 2), None, date(2026, 6, 1)),
    (date(2024, 3, 16), date(2026, 3, 17), None, None),
    (date(2026, 1, 5), None, date(2027, 1, 5), date(2026, 12, 15)),
)


SAMPLE_FACETS = Facets(
    kinds=[Choice("enterprise", 1420), Choice("individual_business", 31)],
    regions=[Choice("510100", 1058), Choice("511500", 8)],
    sections=[Choice("serious", 3), Choice("honour", 11)],
)


@require_safe
@shows_listings
def components(request: HttpRequest) -> HttpResponse:
    """No page of a real register."""
    if not (settings.DEBUG or is_marked(*Instance.Purpose)):
        raise Http404
    sample = Entity.objects.for_page().first()
    hits = [Hit(sample, why, spans=((0, 2),)) for why in Why] if sample else []
    hits += [replace(hit, matched_name=sample.name) for hit in hits[-1:] if sample]
    kind = Identifier.Kind.OTHER
    narrowing = sample_narrowing()
    context = {
        "entity": sample,
        "marks_of_result": [
            ResultMark(MARKS["serious"], TODAY),
            ResultMark(MARKS["abnormal"], None),
        ],
        "results": Results("", hits, total=len(hits), after="2"),
        "other_name": EntityName(kind=EntityName.Kind.FORMER),
        "narrowing": narrowing,
        "groups": narrowing.groups(SAMPLE_FACETS),
        "advice": Advice(_("提示：读者应当知道的一点"), reading="123456"),
        "numbers": [
            Identifier(kind=kind, value="123456", valid=not flaw, flaw=flaw)
            for flaw in ("", *Identifier.Flaw)
        ],
        "sections": sections_of([]),
        "marks": list(MARKS.values()),
        "entries": [sample_entry(term) for term in SAMPLE_TERMS],
    }
    return render(request, "portal/components.html", context)


def sample_narrowing() -> NarrowingForm:
    form = NarrowingForm(QueryDict("q=x&region=510000&listed=1"))
    form.full_clean()
    return form


def sample_entry(term: tuple[date, date | None, date | None, date | None]) -> Entry:
    kind = ListType(kind=ListType.Kind.BLACKLIST, section="serious")
    first, until, review, repair = term
    listing = Listing(
        list_type=kind,
        rule=ListRule(list_type=kind, early_exit=EarlyExit.PERIOD),
        displayed_from=first,
        displayed_until=until,
        review_by=review,
        repairable_from=repair,
    )
    return Entry(listing, TODAY)
