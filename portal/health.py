"""Whether this process runs and can serve, and the numbers the register is judged by."""

from datetime import datetime, timedelta
from typing import Any

from django.db import Error, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal import maintenance
from portal.models import Heartbeat
from portal.register_state import on_display
from registry import clock
from registry.days import day_of
from registry.logbook import standing
from registry.models import Checkpoint, LedgerEntry, Listing, Outbox


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"live": True})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Database, vault and journal are there and of one time; 503 with the reasons else.

    `maintenance`: an operator has switched the site off. `migrations`: run manage.py
    migrate. `journal`: the database is behind the journal, as after a restore, or there is
    no journal; manage.py tick says what to do.
    """
    reasons = reasons_not_ready()
    status = 503 if reasons else 200
    return JsonResponse({"ready": not reasons, "reasons": reasons}, status=status)


def reasons_not_ready() -> list[str]:
    if maintenance.announced():
        return ["maintenance"]
    try:
        if any(has_migrations_to_run(alias) for alias in connections):
            return ["migrations"]
        return [] if standing.is_complete() else ["journal"]
    except Error:
        return ["database"]


def has_migrations_to_run(alias: str) -> bool:
    executor = MigrationExecutor(connections[alias])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


# --- The public numbers -------------------------------------------------------------------


@require_safe
@never_cache
def trust(request: HttpRequest) -> JsonResponse:
    """What anybody may hold the register to; the ledger proves the rest.

    Seconds are whole, and null where there is nothing to count from. `overdue` and
    `unlogged` are zero or the register is wrong; `unswept` has left display by itself.
    """
    return JsonResponse(numbers(clock.now()))


def numbers(at: datetime) -> dict[str, Any]:
    today = day_of(at)
    released = Listing.objects.released().filter(ended_at=None)
    signed = Checkpoint.objects.current()
    size = LedgerEntry.objects.size()
    owed = Outbox.objects.due(at).aggregate(first=Min("made_at"))["first"]
    tick = Heartbeat.objects.filter(name="tick").first()
    return {
        "at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        **on_display(at),
        "unswept": Listing.objects.due(at).count(),
        "review_overdue": released.filter(review_by__lt=today).count(),
        "ledger_size": size,
        "unsigned": size - (signed.size if signed else 0),
        "signed_age_s": age(at, signed.signed_at if signed else None),
        "heartbeat_age_s": age(at, tick.at if tick else None),
        "outbox_age_s": age(at, owed),
        # Nobody cosigns yet.
        "witnesses": [],
    }


def age(at: datetime, since: datetime | None) -> int | None:
    return None if since is None else (at - since) // timedelta(seconds=1)
