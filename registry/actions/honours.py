"""Redlist entries of who enters a list of those in serious breach, and those that lapse.

Nobody is praised meanwhile: what the register holds by itself waits for its owner, who
ends it or, when the breach is over, shows it again; two people, as always.
"""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from registry.actions import display
from registry.actions.sweep import WARNED_DAYS, nearest_mark
from registry.days import day_of
from registry.logbook import signing
from registry.models import Listing, ListType, Outbox
from registry.workdays import DAY

BATCH = 500
# As a person would have written it; the trail has no language.
REASON = "该主体被列入失信惩戒名单，等待认定单位确认。"


def hold_honours(at: datetime, because: Listing | None = None) -> int:
    """Hold what is on a redlist while its party is on a list of those in serious breach.

    All of it, or only what one new listing gives cause for. What somebody is just working
    on waits for the next tick: whoever has the turn of the ledger waits for nobody. The
    number of listings.
    """
    if because is not None and because.list_type.kind != ListType.Kind.BLACKLIST:
        return 0
    n_held = 0
    while batch := hold_some(at, because):
        n_held += batch
    return n_held


@transaction.atomic
def hold_some(at: datetime, because: Listing | None) -> int:
    found = to_hold(at, because).select_for_update(
        skip_locked=True, of=("self",), no_key=True
    )
    rows = list(found.order_by("pk")[:BATCH])
    for listing in rows:
        display.hold_now(listing, REASON, ground=Listing.HoldGround.REVIEW, by=None, at=at)
    if rows:
        signing.sign_soon(at)
    return len(rows)


def to_hold(at: datetime, because: Listing | None) -> QuerySet[Listing]:
    """A merged record speaks for the one that stays, on either side."""
    serious = Listing.objects.serious(day_of(at)).exclude(entity=None)
    if because is not None:
        serious = serious.filter(pk=because.pk)
    stays = Coalesce(F("entity__merged_into"), F("entity"))
    parties = serious.order_by().values_list(stays)
    praised = Listing.objects.released().filter(
        list_type__in=ListType.objects.redlists(), ended_at=None, held_since=None
    )
    return praised.alias(stays=stays).filter(stays__in=parties)


# --- Lapsing ------------------------------------------------------------------------------


def warn_of_lapses(at: datetime) -> int:
    """Owe the authority a word 60, 30 and 7 days before a redlist entry lapses: nothing
    prolongs it but a new decision on a new candidate.
    """
    today = day_of(at)
    soon = Listing.objects.released().filter(
        list_type__in=ListType.objects.redlists(),
        ended_at=None,
        displayed_until__gt=today,
        displayed_until__lte=today + max(WARNED_DAYS) * DAY,
    )
    owed = [
        warning(case, until, nearest_mark((until - today).days), at)
        for case, until in soon.values_list("case", "displayed_until")
        if until is not None
    ]
    known = set(
        Outbox.objects.filter(dedupe__among=[one.dedupe for one in owed]).values_list(
            "dedupe", flat=True
        )
    )
    fresh = [one for one in owed if one.dedupe not in known]
    # Another worker may owe the same in the same moment.
    Outbox.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def warning(case: str, until: date, days: int, at: datetime) -> Outbox:
    kind = "listing.lapses"
    dedupe = f"{kind}:{case}:{until}:{days}"
    return Outbox(kind=kind, row=case, dedupe=dedupe, made_at=at, next_try_at=at)
