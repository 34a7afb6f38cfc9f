"""What an entry of the journal does to the rows of a database that missed it.

Only what hides or ends can be known again, because the ledger holds nobody's data. A
listing whose decision or content is lost is on hold until somebody enters it anew.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from registry.actions import trail
from registry.days import CIVIL_TIME
from registry.ledger import entries
from registry.ledger.entries import Entry
from registry.logbook import append, openings
from registry.models import Act, LedgerEntry, Listing, LostListing
from registry.vault import VaultError
from registry.workdays import DAY

State, Ground = Listing.State, Listing.HoldGround
RESTORE = str(Ground.RESTORE)


def subject_of(entry: Entry) -> str:
    """What an entry is about, as it was written down with it."""
    if entry["t"] == "rule":
        return f"{entry['code']}/{entry['in_force']}"
    if "case" in entry:
        return str(entry["case"])
    cited = entry.get("list", entry.get("ask"))
    return LedgerEntry.objects.get(leaf=cited).subject if cited is not None else ""


def apply(leaf: int, entry: Entry, at: datetime) -> None:
    """Let happen to its row what the entry says, as of `at`; nothing where it cannot."""
    kind = entry["t"]
    if kind in BEFORE_RELEASE:
        listing = Listing.objects.filter(case=entry["case"], released_at=None).first()
        if listing is not None and listing.dropped_at is None:
            BEFORE_RELEASE[kind](listing, entry, at)
    if kind == "list":
        lose(leaf, entry)
    if kind in AFTER_RELEASE:
        listing = Listing.objects.filter(leaf=entry["list"]).first()
        if listing is None:
            follow_lost(entry, at)
        elif listing.ended_at is None:
            AFTER_RELEASE[kind](listing, entry, at)


# --- Before the release -------------------------------------------------------------------


def notice(listing: Listing, entry: Entry, at: datetime) -> None:
    if "prior" in entry:
        return
    listing.noticed_on = day(entry["on"])
    listing.notice_closes_on = listing.noticed_on + (entry["days"] - 1) * DAY
    kept(listing, Act.NOTICE, at)


def drop(listing: Listing, entry: Entry, at: datetime) -> None:
    listing.dropped_at = at
    kept(listing, Act.DROP, at)


BEFORE_RELEASE = {"notice": notice, "drop": drop, "list": drop}


# --- On display ---------------------------------------------------------------------------


def amend(listing: Listing, entry: Entry, at: datetime) -> None:
    if "until" in entry:
        listing.displayed_until, listing.review_by = day(entry["until"]), None
    if says(listing) != entry["C"]:
        put_on_hold(listing, RESTORE, at)
    kept(listing, Act.AMEND, at)


def says(listing: Listing) -> str:
    """The commitment of what the row says; nothing where that cannot be read any more."""
    try:
        return openings.newest(listing).commitment
    except VaultError:
        return ""


def hold(listing: Listing, entry: Entry, at: datetime) -> None:
    put_on_hold(listing, entry["why"], at)
    kept(listing, Act.HOLD, at)


def put_on_hold(listing: Listing, ground: str, at: datetime) -> None:
    grounds = {*listing.held_ground.split(), ground}
    listing.held_since, listing.held_reason = at, told()
    # An order comes first, as the constraint wants it.
    listing.held_ground = " ".join(sorted(grounds, key=lambda one: one == Ground.RESTORE))


def unhold(listing: Listing, entry: Entry, at: datetime) -> None:
    """Lifts one ground; what was amended after the backup stays hidden all the same."""
    left = [one for one in listing.held_ground.split() if one != entry["why"]]
    listing.held_ground = " ".join(left)
    if not left:
        listing.held_since, listing.held_reason = None, ""
    kept(listing, Act.UNHOLD, at)


def review(listing: Listing, entry: Entry, at: datetime) -> None:
    listing.reviewed_on, listing.review_by = day(entry["on"]), day(entry["review_by"])
    kept(listing, Act.REVIEW, at)


def end(listing: Listing, entry: Entry, at: datetime) -> None:
    # Not now: what is kept after the end counts from then.
    then = datetime.combine(day(entry["on"]), datetime.min.time(), CIVIL_TIME)
    assert listing.released_at is not None
    listing.ended_at = max(then, listing.released_at)
    listing.end_reason = entry["why"]
    kept(listing, Act.END, at)


AFTER_RELEASE = {
    "amend": amend,
    "hold": hold,
    "unhold": unhold,
    "review": review,
    "end": end,
}


def kept(listing: Listing, act: Act, at: datetime) -> None:
    before = Listing.objects.get(pk=listing.pk).state
    trail.keep(listing)
    trail.note(listing, act, by=None, at=at, before=before, reason=told())


def told() -> str:
    return _("数据库由备份恢复，按公开台账补记")


def day(text: str) -> date:
    return date.fromisoformat(text)


# --- Lost ---------------------------------------------------------------------------------


def lose(leaf: int, entry: Entry) -> None:
    """A decision that is in the ledger and nowhere else."""
    LostListing.objects.create(entry_id=leaf, until=over_from(entry))


def over_from(entry: Entry) -> date | None:
    """The first day on which it does not show anyway."""
    if "until" in entry:
        return day(entry["until"])
    return day(entry["review_by"]) + DAY if "review_by" in entry else None


def follow_lost(entry: Entry, at: datetime) -> None:
    lost = LostListing.objects.filter(entry=entry["list"])
    if entry["t"] == "end":
        lost.update(ended_at=at)
    elif (until := over_from(entry)) is not None:
        lost.update(until=until)


@transaction.atomic
def hide_what_is_lost(at: datetime) -> None:
    """Say in the ledger what is hidden here, so that it is not hidden in secret.

    Idempotent: after a kill the next run finds the same rows without their entry.
    """
    held = Listing.objects.filter(held_ground__endswith=Ground.RESTORE, ended_at=None)
    lost = LostListing.objects.filter(ended_at=None)
    hidden: dict[int, str] = dict(held.values_list("leaf", "case"))
    hidden |= dict(lost.values_list("entry", "entry__subject"))
    for leaf, case in sorted(hidden.items()):
        if not is_held_by_restore(case):
            entry = entries.hold({"list": leaf, "why": RESTORE})
            append.add(case, entry)


def is_held_by_restore(case: str) -> bool:
    turns = LedgerEntry.objects.filter(subject=case, kind__in=("hold", "unhold"))
    for content in turns.order_by("-leaf").values_list("content", flat=True):
        entry: Entry = entries.decode(bytes(content))
        if entry["why"] == RESTORE:
            return bool(entry["t"] == "hold")
    return False
