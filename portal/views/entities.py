"""One organisation and everything published about it."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from portal import candidates
from portal.changes import changes_of
from portal.entity_sections import published_about, sections_of, summary
from portal.forms import PageForm
from portal.freshness import shows_listings
from portal.paging import page_of
from portal.timeline import timeline_of
from registry import clock
from registry.models import Entity
from registry.sections import SECTIONS
from repair.published import promises_of


@require_safe
@shows_listings
def entity(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = get_object_or_404(Entity.objects.for_page(), public_id=public_id)
    if found.merged_into:
        return redirect(found.merged_into, permanent=True)
    at = clock.now()
    today = clock.day_of(at)
    entries = published_about(found, at=at, today=today)
    sections = sections_of(entries)
    promises = promises_of(found, at=at)
    context = {
        "entity": found,
        "sections": sections,
        "promises": promises,
        "summary": summary(sections, entries, today, n_promises=len(promises)),
        "timeline": timeline_of(entries, today),
        "is_published": bool(entries or promises),
        "candidacies": candidates.about(found, at),
        "is_adverse": any(entry.is_negative for entry in entries),
        "other_names": found.other_names.order_by("kind", "-until", "name"),
        "changes": changes_of(found),
        "today": today,
        "shows_address": found.kind != Entity.Kind.INDIVIDUAL_BUSINESS,
    }
    return render(request, "portal/entity.html", context)


@require_safe
@shows_listings
def section_of_entity(request: HttpRequest, public_id: UUID, key: str) -> HttpResponse:
    """One section of it, in full and in pages."""
    section = next((one for one in SECTIONS if one.key == key), None)
    if section is None:
        raise Http404
    found = get_object_or_404(Entity.objects.for_page(), public_id=public_id)
    if found.merged_into:
        return redirect(found.merged_into, permanent=True)
    at = clock.now()
    entries = published_about(found, at=at, today=clock.day_of(at), section=key)
    page = page_of(entries, PageForm(request.GET).number)
    context = {"entity": found, "section": section, "page": page, "today": clock.day_of(at)}
    return render(request, "portal/entity_section.html", context)
