"""How long a copy of a page may live: never into a day on which it is wrong."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control

from registry import clock
from registry.days import next_midnight

# Who is taken down in the middle of a day is gone everywhere a minute later.
LONGEST = 60

Given = ParamSpec("Given")
View = Callable[Concatenate[HttpRequest, Given], HttpResponseBase]


def shows_listings(view: View[Given]) -> View[Given]:
    """Mark a page that reads listings: no cache keeps it beyond the day or a minute."""

    @wraps(view)
    def marked(
        request: HttpRequest, /, *args: Given.args, **kwargs: Given.kwargs
    ) -> HttpResponseBase:
        # Before the page is made: one that midnight overtakes is not kept at all.
        seconds = max_age(clock.now())
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            patch_cache_control(response, max_age=seconds)
        return response

    return marked


def max_age(at: datetime) -> int:
    """Whole seconds a page of this moment stays right, a minute at most."""
    return min(LONGEST, int((next_midnight(at) - at).total_seconds()))
