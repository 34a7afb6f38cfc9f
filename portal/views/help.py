"""What the site says about itself; its foot counts listings, as everywhere."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import help as texts
from portal.freshness import shows_listings


@require_safe
@shows_listings
def help_index(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/help.html", {"topics": texts.topics()})


@require_safe
@shows_listings
def help_topic(request: HttpRequest, slug: str) -> HttpResponse:
    if slug not in texts.TOPICS:
        raise Http404
    return render(request, "portal/help_topic.html", {"text": texts.topic(slug).text})


@require_safe
@shows_listings
def glossary(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/glossary.html", {"words": texts.glossary()})
