"""Entries go to the end of the ledger, one writer after the other, and stay."""

from collections.abc import Iterable
from typing import NamedTuple

from registry.engines import BusyError, engine
from registry.ledger import entries, journal
from registry.ledger.entries import Entry
from registry.ledger.merkle import leaf_hash
from registry.logbook.errors import CrowdedError, RestoringError
from registry.models import Checkpoint, LedgerEntry


class Draft(NamedTuple):
    """An entry and what it is about, for those who look for it."""

    subject: str
    entry: Entry


def add(subject: str, entry: Entry) -> int:
    """Write one entry; its leaf. Inside the transaction of the act it speaks of."""
    leaf = next_leaf()
    insert(leaf, [Draft(subject, entry)])
    return leaf


def next_leaf() -> int:
    """The leaf of the next entry, nobody else's until this transaction ends.

    Taken last, after every row the act changes, so that no two writers wait in a circle.
    """
    try:
        engine().take_turn("ledger")
    except BusyError as busy:
        raise CrowdedError from busy
    size = LedgerEntry.objects.size()
    refuse_while_restoring(size)
    return size


def refuse_while_restoring(size: int) -> None:
    """What is written over a gap would be another ledger."""
    known = journal.head()
    behind = Checkpoint.objects.exists() if known is None else size < known.size
    if behind:
        raise RestoringError


class Ready(NamedTuple):
    """An entry in the bytes that will be hashed."""

    kind: str
    subject: str
    content: bytes


def insert(first: int, drafts: Iterable[Draft]) -> None:
    """Write entries from a leaf on that `next_leaf` gave."""
    insert_ready(
        first,
        (Ready(entry["t"], about, entries.encode(entry)) for about, entry in drafts),
    )


def insert_ready(first: int, ready: Iterable[Ready]) -> None:
    rows = (
        (leaf, *one, leaf_hash(one.content)) for leaf, one in enumerate(ready, start=first)
    )
    engine().bulk_insert(LedgerEntry, ("leaf", "kind", "subject", "content", "hash"), rows)
