"""A database that was put back from a backup learns from the journal what came after.

Nothing is asked of anybody: the entries that are missing are written again, and what
they say happens again to the rows that are there. What cannot be known again is hidden.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from registry.actions.replay import Replay, hide_what_is_lost
from registry.actions.restored import subjects_of
from registry.ledger import entries, journal, keys, merkle
from registry.ledger.errors import LedgerError
from registry.ledger.journal import JournalBusyError, JournalError, Signed
from registry.ledger.merkle import Edge
from registry.ledger.notes import open_checkpoint
from registry.logbook import append, signing, standing, tree
from registry.models import Checkpoint, LedgerEntry

# Entries for one transaction: a kill loses at most so many, and the next run goes on.
BATCH = 2_000


def reconcile(at: datetime) -> int:
    """Bring the database up to the journal; the number of entries that were missing.

    Cheap where nothing is. Raises LedgerError, and changes nothing, where the journal is
    missing, damaged or of another past: then no listing shows until an operator acts.
    """
    standing.refuse_without_journal()
    if not journal.exists():
        return 0
    try:
        with journal.held():
            return catch_up(at)
    except JournalBusyError:
        # Whoever signs has reconciled before.
        return 0


def catch_up(at: datetime) -> int:
    known, point = journal.head(), Checkpoint.objects.current()
    if known is None:
        raise JournalError(f"{journal.folder()} holds no checkpoint; put the journal back.")
    signed = point.size if point else 0
    if (signed, bytes(point.root) if point else b"") == (known.size, known.root):
        return 0
    if signed >= known.size:
        raise JournalError(
            f"The journal goes to entry {known.size}, the database was signed up to"
            f" {signed}: {journal.folder()} holds an older copy. Put the newest one back."
        )
    refuse_other_past(signed)
    past = Replay(at)
    return sum(take(stretch, past, known.size) for stretch in stretches(signed))


# --- Does it fit --------------------------------------------------------------------------


def refuse_other_past(signed: int) -> None:
    """Read everything once before anything is changed: signatures, roots, what is there."""
    public, size = keys.public_keys(), LedgerEntry.objects.size()
    edge = Edge.stored(signed, tree.reader(signed))
    for found in journal.read(after=signed):
        open_checkpoint(found.note.encode(), public)
        refuse_other_entries(edge.size, found.entries, size)
        for content in found.entries:
            edge.append(merkle.leaf_hash(content))
        if edge.root() != found.root:
            raise LedgerError(
                f"The database is not the one whose journal this is: they differ before"
                f" entry {found.size}. Put back the right one of the two."
            )


def refuse_other_entries(first: int, contents: Sequence[bytes], size: int) -> None:
    """What the database has beyond its last checkpoint has to be what was signed later."""
    there = max(0, min(size - first, len(contents)))
    for leaf, content, _ in tree.stored(first, first + there):
        if content != contents[leaf - first]:
            raise LedgerError(
                f"Entry {leaf} of the database is not entry {leaf} of the journal."
                " Put back the database or the journal that belongs to the other."
            )


# --- Written again ------------------------------------------------------------------------


@dataclass(slots=True)
class Stretch:
    """Entries from leaf `first` on, and the checkpoints that end among them."""

    first: int
    contents: list[bytes] = field(default_factory=list)
    points: list[Signed] = field(default_factory=list)

    @property
    def until(self) -> int:
        return self.first + len(self.contents)

    def after(self, size: int) -> list[bytes]:
        """Those that a database of `size` entries lacks."""
        return self.contents[max(0, size - self.first) :]


def stretches(signed: int) -> Iterator[Stretch]:
    stretch = Stretch(signed)
    for found in journal.read(after=signed):
        for content in found.entries:
            if len(stretch.contents) == BATCH:
                yield stretch
                stretch = Stretch(stretch.first + BATCH)
            stretch.contents.append(content)
        stretch.points.append(found)
    yield stretch


@transaction.atomic
def take(stretch: Stretch, past: Replay, journaled: int) -> int:
    """Write what is missing and what it says; the number of entries.

    With the last of them, what is hidden by it: a kill in between would hide in secret.
    """
    size = LedgerEntry.objects.size()
    missing = [entries.decode(content) for content in stretch.after(size)]
    if missing:
        subjects = subjects_of(size, missing)
        append.insert(size, map(append.Draft, subjects, missing))
        past.apply(size, missing)
    signing.keep_checkpoints(stretch.points, past.at)
    if stretch.until == journaled:
        hide_what_is_lost()
    return len(missing)
