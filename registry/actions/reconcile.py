"""A database that was put back from a backup learns from the journal what came after.

Nothing is asked of anybody: the entries that are missing are written again, and what
they say happens again to the rows that are there. What cannot be known again is hidden.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import transaction

from registry.actions import replay
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
    n_missing = sum(take(found, at) for found in journal.read(after=signed))
    replay.hide_what_is_lost(at)
    return n_missing


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


def take(found: Signed, at: datetime) -> int:
    """The entries of one checkpoint, as far as they are missing, and then itself."""
    first, size = found.size - len(found.entries), LedgerEntry.objects.size()
    missing = list(found.entries[max(0, size - first) :])
    leaf = found.size - len(missing)
    for batch in in_batches(missing):
        write_again(leaf, batch, at)
        leaf += len(batch)
    signing.keep_checkpoint(found, first, at)
    return len(missing)


def in_batches(contents: list[bytes]) -> Iterator[list[bytes]]:
    for start in range(0, len(contents), BATCH):
        yield contents[start : start + BATCH]


@transaction.atomic
def write_again(leaf: int, contents: list[bytes], at: datetime) -> None:
    for content in contents:
        entry = entries.decode(content)
        append.insert(leaf, [append.Draft(replay.subject_of(entry), entry)])
        replay.apply(leaf, entry, at)
        leaf += 1
