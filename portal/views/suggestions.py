"""Organisations that whoever types may mean: the box asks here while it is filled."""

import logging
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from portal.highlights import matched, pieces
from portal.views.search import BUSY_FOR
from registry import clock, limits
from registry.limits import Limit
from registry.search import Hit, QueryError
from registry.search import search as find

logger = logging.getLogger(__name__)

MOST = 8
# Two calls a second, all the time: more than one person types, and room for an office.
CALLS, MINUTES = 600, 5
# Seconds a browser may show the same ones again, as when a letter is taken back.
KEPT_FOR = 60


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """JSON; empty for a text that cannot be searched, which half a word often is."""
    at = clock.now()
    if limit := used_up(request, at):
        return refused(429, limits.seconds_left(limit, at))
    try:
        hits = find(request.GET.get("q", ""), limit=MOST).shown
    except QueryError as refusal:
        if refusal.code == "busy":
            return refused(503, BUSY_FOR)
        hits = []
    response = sent(hits)
    # Private: no cache on the way collects what people type.
    patch_cache_control(response, private=True, max_age=KEPT_FOR)
    return response


def used_up(request: HttpRequest, at: datetime) -> Limit | None:
    who = limits.subscriber_of(limits.address_of(request))
    try:
        return limits.exceeded((limits.spell("suggest", who, CALLS, at, MINUTES),), at)
    except (OSError, RedisError) as fault:
        # What is public stays so while the counters are out of reach.
        logger.warning("suggestions: calls are not counted: %s", type(fault).__name__)
        return None


def refused(status: int, seconds: int) -> HttpResponse:
    response = sent([], status)
    response.headers["Retry-After"] = f"{seconds}"
    patch_cache_control(response, no_store=True)
    return response


def sent(hits: list[Hit], status: int = 200) -> HttpResponse:
    """`said` is the sentence for whoever hears the page; none where there is nothing."""
    n = len(hits)
    said = ngettext("%(n)d 条建议，用上下键选择。", "%(n)d 条建议，用上下键选择。", n) % {
        "n": n
    }
    body = {"suggestions": [shown(hit) for hit in hits], "said": said if n else ""}
    response = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def shown(hit: Hit) -> dict[str, Any]:
    """Names in pieces, each with whether it matched; `other` where another name did."""
    entity = hit.entity
    return {
        "url": entity.get_absolute_url(),
        "name": pieces(entity.name, ()) if hit.matched_name else matched(hit),
        "other": matched(hit) if hit.matched_name else [],
        "region": entity.region.full_name if entity.region else "",
    }
