"""What time itself does: ends what is over, and warns before a review falls due.

Set-based and safe to run twice, late, or never: the public sees none of it, because
what is over has left display by itself.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from registry.days import day_of
from registry.engines import engine
from registry.errors import RegistryError
from registry.logbook import acts
from registry.models import Act, Head, Listing, LostListing, Outbox, Step
from registry.workdays import DAY

# Rows for one transaction: short enough that a decision never waits long for it.
BATCH = 2_000
# Beyond this the clock is in doubt, and an end cannot be taken back.
FURTHEST_STEP = timedelta(hours=36)
# Days before a review falls due on which the authority is told.
WARNED_DAYS = (60, 30, 7)


class SweepError(RegistryError):
    """Nothing was ended, because the clock is in doubt; display hides meanwhile."""


def confirm_clock(at: datetime) -> None:
    """An operator says that the clock is right: what is over may end."""
    Head.objects.raise_to(at, day_of(at))


def refuse_doubtful_clock(at: datetime) -> None:
    """A clock that leaps ends nobody until an operator says that it is right."""
    head = Head.objects.current()
    if head is not None and at - head.latest_at > FURTHEST_STEP:
        text = _(
            "时钟比上次运行快了 %(hours)d 小时以上，没有终止任何记录。"
            "时钟无误的，请运行 manage.py tick --confirm-clock。"
        )
        raise SweepError(text % {"hours": FURTHEST_STEP.total_seconds() // 3600})


def note_moment(at: datetime) -> None:
    """Remember how far time has come; only steps that are not in doubt count."""
    refuse_doubtful_clock(at)
    Head.objects.raise_to(at, day_of(at))


def end_due(at: datetime) -> int:
    """End everything whose term is over at `at`; the number of listings."""
    refuse_doubtful_clock(at)
    n_ended = 0
    while batch := end_some(at):
        n_ended += batch
    end_lost(at)
    return n_ended


@transaction.atomic
def end_lost(at: datetime) -> None:
    """What a restore has lost ends with its term in the ledger, too."""
    due = LostListing.objects.filter(ended_at=None, until__lte=day_of(at))
    locked = due.select_for_update(of=("self",), no_key=True)
    lost = dict(locked.values_list("pk", "entry__subject"))
    LostListing.objects.filter(pk__in=lost).update(ended_at=at)
    acts.log_expiries(lost.items(), on=day_of(at))


@transaction.atomic
def end_some(at: datetime) -> int:
    """One batch with its steps and outbox rows: all of it or nothing."""
    due = Listing.objects.due(at)
    # Two workers share the work instead of waiting for each other.
    rows = list(
        due.select_for_update(skip_locked=True, of=("self",), no_key=True)
        .only(
            *("case", "authority", "leaf", "version"),
            *("dropped_at", "ended_at", "held_since", "released_at"),
        )
        .order_by("pk")[:BATCH]
    )
    Listing.objects.filter(pk__in=[row.pk for row in rows]).update(
        ended_at=at, end_reason=Listing.EndReason.EXPIRED, version=F("version") + 1
    )
    leave_traces(rows, at)
    logged = [(row.leaf_id, row.case) for row in rows if row.leaf_id is not None]
    acts.log_expiries(logged, on=day_of(at))
    return len(rows)


def leave_traces(rows: list[Listing], at: datetime) -> None:
    ended, act = Listing.State.ENDED.value, Act.END.value
    kind = "listing.ended"
    engine().bulk_insert(
        Step,
        ("listing_id", "authority_id", "act", "about", "at", "before", "after", "reason"),
        [
            (row.pk, row.authority_id, act, "", at, row.state.value, ended, "")
            for row in rows
        ],
    )
    engine().bulk_insert(
        Outbox,
        ("kind", "row", "dedupe", "made_at", "tries", "next_try_at", "fault"),
        [
            (kind, row.case, f"{kind}:{row.case}:{row.version + 1}", at, 0, at, "")
            for row in rows
        ],
    )


def warn_of_reviews(at: datetime) -> int:
    """Owe the authority a word before a listing without end leaves display unreviewed."""
    today = day_of(at)
    running = Listing.objects.released().filter(ended_at=None, review_by__gte=today)
    soon = running.filter(review_by__lte=today + max(WARNED_DAYS) * DAY)
    owed = [
        warning(case, review_by, days, at)
        for case, review_by in soon.values_list("case", "review_by")
        if review_by is not None
        # The nearest mark only: whoever listed it late is not told three times at once.
        and (days := nearest_mark((review_by - today).days))
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


def nearest_mark(days_left: int) -> int:
    return min((mark for mark in WARNED_DAYS if days_left <= mark), default=0)


def warning(case: str, review_by: date, days: int, at: datetime) -> Outbox:
    kind = "review.due"
    dedupe = f"{kind}:{case}:{review_by}:{days}"
    return Outbox(kind=kind, row=case, dedupe=dedupe, made_at=at, next_try_at=at)
