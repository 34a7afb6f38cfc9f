"""The state of the register today, as the foot of every page tells it."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models import Count, Q
from redis.exceptions import RedisError

from portal.freshness import max_age
from registry.days import day_of
from registry.logbook import standing
from registry.models import Checkpoint, Listing

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RegisterState:
    """`n_overdue` shows although its term is over: zero, or the register is wrong.

    `sealed_at` is None before the ledger has been signed for the first time.
    """

    n_shown: int
    n_overdue: int
    sealed_at: datetime | None


def register_state(at: datetime) -> RegisterState | None:
    """One set of figures for all pages, at most a minute old, never of yesterday.

    None where nobody can tell: while the database is behind the journal and nothing is
    shown, or while the cache is out of reach, because no page may count for itself.
    """
    try:
        return cache.get_or_set(key_of(at), lambda: counted(at), max_age(at))
    except (OSError, RedisError) as fault:
        logger.warning("state of the register: not known: %s", type(fault).__name__)
        return None


def key_of(at: datetime) -> str:
    return f"register-state-{day_of(at)}"


def counted(at: datetime) -> RegisterState | None:
    """Three queries."""
    if not standing.is_complete():
        return None
    newest = Checkpoint.objects.current()
    counts = on_display(at)
    return RegisterState(
        n_shown=counts["on_display"],
        n_overdue=counts["overdue"],
        sealed_at=newest.signed_at if newest else None,
    )


def on_display(at: datetime) -> dict[str, int]:
    """How many show, and how many of them should not: asked apart from what hides them."""
    return Listing.objects.on_display(at).aggregate(
        on_display=Count("pk"),
        overdue=Count("pk", filter=Q(displayed_until__lte=day_of(at))),
        unlogged=Count("pk", filter=Q(leaf=None)),
    )
