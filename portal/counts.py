"""How many listings are on display, list by list."""

from datetime import datetime

from django.core.cache import cache
from django.db.models import Count

from portal.freshness import max_age
from registry.days import day_of
from registry.models import Listing


def n_on_display(at: datetime) -> dict[str, int]:
    """Of organisations, by the code of the list; at most a minute old, never of yesterday.

    Persons are in no count by list: a small one would tell that somebody was listed.
    """
    key = f"on-display-{day_of(at)}"
    return cache.get_or_set(key, lambda: counted(at), max_age(at)) or {}


def counted(at: datetime) -> dict[str, int]:
    shown = Listing.objects.on_display(at).of_organisations().order_by()
    return dict(shown.values_list("list_type").annotate(n=Count("pk")))
