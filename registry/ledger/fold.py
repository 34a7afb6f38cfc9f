"""From the entries to what is on display: the reading that everybody can repeat.

Total on every sequence of entries, and in doubt it hides: nothing brings back what has
ended, no end moves later, an entry about nothing changes nothing. Whether such entries
may be there at all is for those who verify to say.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from registry.ledger.entries import Entry

# A day in its written form sorts as the days do.
NEVER = "9999-12-31"


@dataclass(slots=True)
class Shown:
    """What the ledger says of one listing that has not ended."""

    first: str
    # Excluded; the last day of a review, included.
    until: str
    review_by: str
    # Why it is held: each hold is lifted by the `unhold` that says the same.
    held: frozenset[str] = frozenset()

    def on(self, day: str) -> bool:
        running = self.first <= day < self.until
        return running and not self.held and day <= self.review_by


class Fold:
    """The ledger read so far. Entries come in order; None for one reduced to its hash."""

    def __init__(self) -> None:
        self.size = 0
        # By the index of the list entry, without those that have ended.
        self.running: dict[int, Shown] = {}

    def add(self, entry: Entry | None) -> None:
        if entry is not None:
            self.read(entry)
        self.size += 1

    def read(self, entry: Entry) -> None:
        kind = entry["t"]
        if kind == "list":
            self.running[self.size] = Shown(
                entry["from"], entry.get("until", NEVER), entry.get("review_by", NEVER)
            )
        elif kind == "end":
            self.running.pop(entry["list"], None)
        elif kind in CHANGES and (shown := self.running.get(entry["list"])):
            CHANGES[kind](shown, entry)

    def active(self, day: date) -> set[int]:
        """The leaves of the listings on display on a day."""
        text = day.isoformat()
        return {index for index, shown in self.running.items() if shown.on(text)}


def amend(shown: Shown, entry: Entry) -> None:
    shown.until = min(shown.until, entry.get("until", NEVER))


def hold(shown: Shown, entry: Entry) -> None:
    shown.held |= {entry["why"]}


def unhold(shown: Shown, entry: Entry) -> None:
    shown.held -= {entry["why"]}


def review(shown: Shown, entry: Entry) -> None:
    # What is not open to review has no day that could move.
    if shown.review_by != NEVER:
        shown.review_by = entry["review_by"]


CHANGES = {"amend": amend, "hold": hold, "unhold": unhold, "review": review}


def fold(entries: Iterable[Entry | None], day: date) -> set[int]:
    """The leaves on display on a day, by the whole of the ledger."""
    read = Fold()
    for entry in entries:
        read.add(entry)
    return read.active(day)


def active_file(size: int, active: Iterable[int]) -> bytes:
    """The file `active`: the size of the ledger, then the leaves, ascending."""
    return "".join(f"{number}\n" for number in (size, *sorted(active))).encode()
