"""What the entries of the journal do to the rows of a database that missed them.

Only what hides or ends can be known again, because the ledger holds nobody's data. A
listing whose decision or content is lost is on hold until somebody enters it anew.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple, TypeAlias

from registry.actions.restored import Restored, told
from registry.days import day_of, start_of
from registry.ledger import entries
from registry.ledger.entries import Entry
from registry.logbook import acts, append, openings
from registry.logbook.append import Draft
from registry.models import Act, Head, LedgerEntry, Listing, LostListing
from registry.vault import VaultError
from registry.workdays import DAY

Ground = Listing.HoldGround
RESTORE = str(Ground.RESTORE)
# Where an entry says a day that had come when it was written.
DATED = {
    "notice": "on",
    "list": "decided",
    "review": "on",
    "ask": "on",
    "answer": "on",
    "end": "on",
    "manifest": "day",
}


class Then(NamedTuple):
    """Now, and the latest moment known to have come before an entry was written."""

    at: datetime
    since: datetime


Change: TypeAlias = Callable[[Listing, Entry, Then], Act | None]


class Replay:
    """Reads the journal on from what the database knows, a stretch at a time."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        head = Head.objects.current()
        self.reached = head.latest_on if head else date(1970, 1, 1)

    def apply(self, first: int, stretch: Sequence[Entry]) -> None:
        """Let happen to their rows what entries say, in order; nothing where it cannot."""
        rows = Restored(stretch, self.at)
        for leaf, entry in enumerate(stretch, start=first):
            self.note_day(entry)
            self.apply_one(leaf, entry, rows)
        rows.keep()

    def note_day(self, entry: Entry) -> None:
        if entry["t"] in DATED:
            said = day(entry[DATED[entry["t"]]])
            # A clock that was wrong once may have written any day.
            self.reached = min(max(self.reached, said), day_of(self.at))

    def apply_one(self, leaf: int, entry: Entry, rows: Restored) -> None:
        kind = entry["t"]
        then = Then(self.at, start_of(self.reached))
        if kind in BEFORE_RELEASE:
            listing = rows.cases.get(entry["case"])
            if listing is not None and listing.dropped_at is None:
                happen(BEFORE_RELEASE[kind], listing, entry, then, rows)
        if kind == "list":
            rows.lost[leaf] = LostListing(entry_id=leaf, until=over_from(entry))
        if kind in AFTER_RELEASE:
            listing = rows.listings.get(entry["list"])
            if listing is None:
                follow_lost(rows.lost.get(entry["list"]), entry, self.at)
            elif listing.ended_at is None:
                happen(AFTER_RELEASE[kind], listing, entry, then, rows)


def happen(
    change: Change, listing: Listing, entry: Entry, then: Then, rows: Restored
) -> None:
    before = listing.state
    if (act := change(listing, entry, then)) is not None:
        rows.note(listing, act, before=before)


# --- Before the release -------------------------------------------------------------------


def notice(listing: Listing, entry: Entry, then: Then) -> Act | None:
    if "prior" in entry:
        return None
    listing.noticed_on = day(entry["on"])
    listing.notice_closes_on = listing.noticed_on + (entry["days"] - 1) * DAY
    return Act.NOTICE


def drop(listing: Listing, entry: Entry, then: Then) -> Act:
    # Not now: what is kept of it afterwards counts from then.
    listing.dropped_at = max(then.since, listing.opened_at)
    return Act.DROP


BEFORE_RELEASE: dict[str, Change] = {"notice": notice, "drop": drop, "list": drop}


# --- On display ---------------------------------------------------------------------------


def amend(listing: Listing, entry: Entry, then: Then) -> Act:
    if "until" in entry:
        listing.displayed_until, listing.review_by = day(entry["until"]), None
    if says(listing) != entry["C"]:
        put_on_hold(listing, RESTORE, then.at)
    return Act.AMEND


def says(listing: Listing) -> str:
    """The commitment of what the row says; nothing where that cannot be read any more."""
    try:
        return openings.newest(listing).commitment
    except VaultError:
        return ""


def hold(listing: Listing, entry: Entry, then: Then) -> Act:
    put_on_hold(listing, entry["why"], then.at)
    return Act.HOLD


def put_on_hold(listing: Listing, ground: str, at: datetime) -> None:
    grounds = {*listing.held_ground.split(), ground}
    listing.held_since, listing.held_reason = at, told()
    # An order comes first, as the constraint wants it.
    listing.held_ground = " ".join(sorted(grounds, key=lambda one: one == Ground.RESTORE))


def unhold(listing: Listing, entry: Entry, then: Then) -> Act | None:
    """Lifts one ground; what was amended after the backup stays hidden all the same."""
    if entry["why"] == RESTORE and says(listing) != acts.committed(listing.case):
        # Put right after an earlier restore, and lost again by this one.
        return None
    left = [one for one in listing.held_ground.split() if one != entry["why"]]
    listing.held_ground = " ".join(left)
    if not left:
        listing.held_since, listing.held_reason = None, ""
    return Act.UNHOLD


def review(listing: Listing, entry: Entry, then: Then) -> Act:
    listing.reviewed_on, listing.review_by = day(entry["on"]), day(entry["review_by"])
    return Act.REVIEW


def end(listing: Listing, entry: Entry, then: Then) -> Act:
    # Not now: what is kept after the end counts from then.
    assert listing.released_at is not None
    listing.ended_at = max(start_of(day(entry["on"])), listing.released_at)
    listing.end_reason = entry["why"]
    return Act.END


AFTER_RELEASE: dict[str, Change] = {
    "amend": amend,
    "hold": hold,
    "unhold": unhold,
    "review": review,
    "end": end,
}


def day(text: str) -> date:
    return date.fromisoformat(text)


# --- Lost ---------------------------------------------------------------------------------


def over_from(entry: Entry) -> date | None:
    """The first day on which it does not show anyway."""
    if "until" in entry:
        return day(entry["until"])
    return day(entry["review_by"]) + DAY if "review_by" in entry else None


def follow_lost(lost: LostListing | None, entry: Entry, at: datetime) -> None:
    """A decision that is in the ledger and nowhere else."""
    if lost is None:
        return
    if entry["t"] == "end":
        lost.ended_at = at
    else:
        lost.until = over_from(entry) or lost.until


def hide_what_is_lost() -> None:
    """Say in the ledger what is hidden here, so that it is not hidden in secret."""
    held = Listing.objects.filter(held_ground__endswith=Ground.RESTORE, ended_at=None)
    lost = LostListing.objects.filter(ended_at=None)
    hidden: dict[int, str] = dict(held.values_list("leaf", "case"))
    hidden |= dict(lost.values_list("entry", "entry__subject"))
    known = held_by_restore(hidden.values())
    fresh = [
        Draft(case, entries.hold({"list": leaf, "why": RESTORE}))
        for leaf, case in sorted(hidden.items())
        if case not in known
    ]
    if fresh:
        append.insert(append.next_leaf(), fresh)


def held_by_restore(cases: Collection[str]) -> set[str]:
    """Those of the cases whose newest word about a restore is that it holds them."""
    turns = LedgerEntry.objects.filter(
        subject__among=list(cases), kind__in=("hold", "unhold")
    )
    held: set[str] = set()
    for case, content in turns.order_by("leaf").values_list("subject", "content"):
        entry = entries.decode(bytes(content))
        if entry["why"] == RESTORE:
            (held.add if entry["t"] == "hold" else held.discard)(case)
    return held
