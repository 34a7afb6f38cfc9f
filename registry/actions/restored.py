"""The rows that a stretch of the journal speaks of: read at once, written at once."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from registry.actions.trail import PUBLIC_ACTS
from registry.engines import engine
from registry.ledger.entries import Entry
from registry.models import Act, LedgerEntry, Listing, LostListing, Outbox, Step

# Entries that speak of a case by its name, before its decision, and of a listing by its
# leaf. The `list` of a rule is the name of a list.
OF_CASE = ("notice", "drop", "list")
OF_LISTING = ("amend", "hold", "unhold", "review", "end")
# All that an entry can change.
FIELDS = (
    *("noticed_on", "notice_closes_on", "dropped_at", "displayed_until", "review_by"),
    *("reviewed_on", "held_since", "held_reason", "held_ground"),
    *("ended_at", "end_reason", "version"),
)


class Restored:
    """Open cases, running listings and lost ones, by the names that entries use.

    What happens to them stays in memory until `keep`, with a step for each act and the
    message it owes.
    """

    def __init__(self, entries: Sequence[Entry], at: datetime) -> None:
        self.at = at
        cases = {entry["case"] for entry in entries if entry["t"] in OF_CASE}
        leaves = {entry["list"] for entry in entries if entry["t"] in OF_LISTING}
        open_ = Listing.objects.filter(released_at=None, dropped_at=None)
        running = Listing.objects.filter(ended_at=None)
        self.cases = {row.case: row for row in open_.filter(case__in=cases)}
        self.listings = {row.leaf_id: row for row in running.filter(leaf__in=leaves)}
        self.lost = {row.pk: row for row in LostListing.objects.filter(pk__in=leaves)}
        # By primary key the first change of each listing, then the second of each.
        self.changes: list[dict[int, tuple[Any, ...]]] = []
        self.steps: list[Step] = []
        self.owed: list[Outbox] = []

    def note(self, listing: Listing, act: Act, *, before: str) -> None:
        """As `trail.keep` and `trail.note` do it for one."""
        listing.version += 1
        self.change(listing)
        self.steps.append(
            Step(
                listing=listing,
                authority_id=listing.authority_id,
                act=act,
                at=self.at,
                before=before,
                after=listing.state,
                reason=told(),
            )
        )
        if act in PUBLIC_ACTS:
            self.owed.append(message(listing, PUBLIC_ACTS[act], self.at))

    def change(self, listing: Listing) -> None:
        """One after the other: a review before an end that comes earlier than the next
        one, or a guard would find the end too late.
        """
        values = tuple(getattr(listing, name) for name in FIELDS)
        for turn in self.changes:
            if listing.pk not in turn:
                turn[listing.pk] = values
                return
        self.changes.append({listing.pk: values})

    def keep(self) -> None:
        for turn in self.changes:
            rows = [(*values, pk) for pk, values in turn.items()]
            engine().bulk_update(Listing, FIELDS, rows)
        Step.objects.bulk_create(self.steps)
        # The same was owed before, where the backup is of a moment after it.
        Outbox.objects.bulk_create(self.owed, ignore_conflicts=True)
        LostListing.objects.bulk_create(
            self.lost.values(),
            update_conflicts=True,
            unique_fields=["entry"],
            update_fields=["until", "ended_at"],
        )


def message(listing: Listing, kind: str, at: datetime) -> Outbox:
    dedupe = f"{kind}:{listing.case}:{listing.version}"
    return Outbox(kind=kind, row=listing.case, dedupe=dedupe, made_at=at, next_try_at=at)


def told() -> str:
    return _("数据库由备份恢复，按公开台账补记")


# --- What entries are about ---------------------------------------------------------------


def subjects_of(first: int, entries: Iterable[Entry]) -> list[str]:
    """What each is about, as it was written down with it."""
    entries = list(entries)
    cited = {leaf for entry in entries if isinstance(leaf := cited_by(entry), int)}
    known = LedgerEntry.objects.filter(pk__in=cited).values_list("leaf", "subject")
    subjects: dict[int | None, str] = dict(known)
    found = []
    for leaf, entry in enumerate(entries, start=first):
        if entry["t"] == "rule":
            subject = f"{entry['code']}/{entry['in_force']}"
        else:
            subject = entry.get("case") or subjects.get(cited_by(entry), "")
        subjects[leaf] = subject
        found.append(subject)
    return found


def cited_by(entry: Entry) -> int | None:
    """The entry about the same case that it names, where it does not name the case."""
    if entry["t"] in OF_LISTING:
        return int(entry["list"])
    return int(entry["ask"]) if entry["t"] == "answer" else None
