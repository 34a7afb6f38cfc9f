"""A new key of the ledger: announced under the old one, signing from the next day on.

Three things happen in this order, each found done or not by whoever comes next: the
private half is made; a `key` entry about it is signed by the old key; the public half is
published. When its day has come the new key signs that entry once more, as a sign that
it has taken over, and the old private half is destroyed.
"""

from datetime import date, datetime

from django.db import transaction

from registry.days import day_of
from registry.ledger import entries, keys
from registry.ledger.keys import LedgerKey
from registry.ledger.notes import PublicKey, read_note
from registry.logbook import append, signing
from registry.models import Checkpoint, LedgerEntry
from registry.rotation.work import RotationError, alone, by_hand
from registry.workdays import DAY

LEDGER = "ledger"


def begin_ledger_key(at: datetime) -> date:
    """Make the private half of the next key; the day from which it signs."""
    with by_hand(LEDGER):
        if unfinished := unfinished_change(day_of(at)):
            raise RotationError(unfinished)
        since = day_of(at) + DAY
        keys.prepare(since)
        return since


def unfinished_change(today: date) -> str:
    """What is still to happen before a key may follow; empty where nothing is."""
    if not (known := keys.known()):
        return "There is no key of the ledger yet; it is made with the first checkpoint."
    if since := keys.prepared():
        return f"The key that signs from {since} on waits to be announced by the tick."
    if known[-1].since > today:
        return f"The last new key signs from {known[-1].since} on; another one can follow."
    if not all(one.is_destroyed for one in known[:-1]):
        return "The tick has still to let the new key sign, and to destroy the old one."
    return ""


def change_ledger_key(at: datetime) -> bool:
    """Go on with a change that was begun; whether everything is announced by now.

    Safe to run twice and to be killed.
    """
    with alone(LEDGER) as ours:
        if not ours:
            return False
        if since := keys.prepared():
            announce(since, at)
        known = keys.known()
        if len(known) > 1 and known[-1].since <= day_of(at) and not known[-2].is_destroyed:
            take_over(known[-1], at)
        return keys.prepared() is None


# --- Before its day -----------------------------------------------------------------------


def announce(since: date, at: datetime) -> None:
    """Write the entry, let the old key sign it, and publish the new key."""
    # Without the old key nobody can vouch for the new one: said before anything moves.
    keys.known()[-1].signer()
    entry = LedgerEntry.objects.about("key", subject_of(since))
    if entry is None and since <= day_of(at):
        # Nobody was told in time, so nobody is told a day that is over.
        since = keys.postpone(since, day_of(at) + DAY)
        entry = LedgerEntry.objects.about("key", subject_of(since))
    leaf = write_entry(keys.public_of(since), since) if entry is None else entry.leaf
    signing.sign(at)
    if leaf < signed_size():
        keys.make_next(since)


def subject_of(since: date) -> str:
    return f"{LEDGER}/{since}"


@transaction.atomic
def write_entry(public: PublicKey, since: date) -> int:
    entry = entries.key({"purpose": LEDGER, "key": f"{public}", "from": since})
    return append.add(subject_of(since), entry)


def signed_size() -> int:
    point = Checkpoint.objects.current()
    return point.size if point else 0


# --- On its day ---------------------------------------------------------------------------


def take_over(new: LedgerKey, at: datetime) -> None:
    """Let the new key sign, even where nothing else is to be signed: two days later
    nobody accepts a checkpoint of the old one any more.
    """
    if not has_signed(new.public):
        if LedgerEntry.objects.size() == signed_size():
            write_entry(new.public, new.since)
        signing.sign(at)
    if has_signed(new.public):
        keys.destroy_old(day_of(at))


def has_signed(public: PublicKey) -> bool:
    """Whether the newest checkpoint is by this key."""
    point = Checkpoint.objects.current()
    return point is not None and any(
        map(public.made, read_note(point.note.encode()).signatures)
    )
