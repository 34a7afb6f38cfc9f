"""What a visitor sees where there is nothing to see."""

import logging
import sys
from datetime import timedelta
from typing import Any, cast

from axes.helpers import get_cool_off
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control

from portal.api import problems
from portal.context_processors import ENGLISH, same_page, site_name
from portal.maintenance import Work
from portal.outage import is_away

logger = logging.getLogger(__name__)

# What has a number of its own: such a number may be wrong, or nothing shows under it.
NUMBERED = ("listings/", "entities/", "candidates/")
# Seconds: a database is away for the length of a restart, mostly.
BACK_WITHIN = 60


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if problems.is_of_the_interface(request):
        return problems.problem(problems.BAD_REQUEST)
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """By the address alone: what has ended answers like what there never was."""
    inner = request.path_info.removeprefix(ENGLISH).lstrip("/")
    context = {"is_numbered": inner.startswith(NUMBERED)}
    return render(request, "404.html", context, status=404)


def gone(request: HttpRequest) -> HttpResponse:
    """Of what the editors published under an address and took down; of nothing else."""
    return render(request, "410.html", status=410)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that came without its token, mostly because it lay open too long."""
    return render(request, "403_csrf.html", status=403)


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """What axes answers whoever failed too often; the page adds no question of its own."""
    wait = get_cool_off(request) or timedelta()
    minutes = wait // timedelta(minutes=1)
    answer = plain(request, "portal/locked_out.html", 429, minutes=minutes)
    answer.headers["Retry-After"] = f"{wait // timedelta(seconds=1)}"
    return answer


# --- Where nothing can be asked -----------------------------------------------------------


def server_error(request: HttpRequest) -> HttpResponse:
    """Needs neither database nor context, because either may be what failed."""
    fault = sys.exc_info()[1]
    if is_away(fault):
        # Its first line names the server; no page and no person has to do with it.
        told = f"{fault}".partition("\n")[0]
        logger.error("the database does not answer: %s", told)
        return out_of_service(request, BACK_WITHIN)
    if problems.is_of_the_interface(request):
        return problems.problem(problems.SERVER_ERROR)
    return plain(request, "500.html", 500)


def out_of_service(
    request: HttpRequest, seconds: int, *, work: Work | None = None
) -> HttpResponse:
    """While the operator works on the site, or by itself while the database is away."""
    if problems.is_of_the_interface(request) or request.path_info.startswith("/healthz/"):
        response: HttpResponse = problems.problem(problems.UNAVAILABLE)
    else:
        response = plain(request, "503.html", 503, work=work)
    response.headers["Retry-After"] = f"{seconds}"
    patch_cache_control(response, no_store=True)
    # See portal.logs.WithoutOutage.
    cast(Any, request).is_out_of_service = True
    return response


def plain(request: HttpRequest, name: str, status: int, **told: object) -> HttpResponse:
    """A page of the path's language without what other pages ask the database for."""
    is_english = request.path_info.startswith(ENGLISH)
    head = {"site_name": site_name(), "home": ENGLISH if is_english else "/"}
    words = {**head, **same_page(request), **told}
    return HttpResponse(render_to_string(name, words), status=status)
