"""Signing: what was written becomes a signed head, and only then may it show.

One process at a time, the one that holds the journal. Stored bytes are read again,
hashed again and proven to continue what the journal says was signed last, by code that
shares nothing with the proving. The journal is safe on disk before the database knows.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.db import transaction

from registry.days import day_of
from registry.engines import engine
from registry.ledger import journal, keys, merkle
from registry.ledger.errors import LedgerError
from registry.ledger.journal import JournalBusyError, JournalHead, Signed
from registry.ledger.merkle import Edge
from registry.ledger.notes import Checkpoint as Head
from registry.ledger.notes import Signer, read_checkpoint, read_note
from registry.ledger.tiles import HEIGHT
from registry.logbook import tree
from registry.logbook.errors import RestoringError
from registry.models import Checkpoint, LedgerEntry, LedgerNode
from registry.vault.keys import KeyFileError

logger = logging.getLogger(__name__)

# Entries under one checkpoint: some hundred megabytes while it is made.
MOST = 250_000


def sign(at: datetime) -> int:
    """Sign whatever was written since the last checkpoint; the number of entries.

    Never inside a transaction: what could be taken back must not reach the journal.
    Raises LedgerError where the stored ledger is not what was signed, RestoringError
    where the database is behind the journal, KeyFileError where the key is missing.
    """
    try:
        with journal.held():
            return sign_what_is_new(at)
    except JournalBusyError:
        # Whoever holds it signs; what came too late for them waits for the next tick.
        return 0


def sign_soon(at: datetime) -> None:
    """Sign as soon as this act is committed, where this machine is the one that signs."""
    transaction.on_commit(partial(try_to_sign, at))


def try_to_sign(at: datetime) -> None:
    """The next tick signs anyway, and says aloud what is wrong."""
    try:
        sign(at)
    except (KeyFileError, LedgerError, OSError, RestoringError) as fault:
        logger.warning("ledger: not signed at once: %s", type(fault).__name__)


def sign_what_is_new(at: datetime) -> int:
    old, n_signed = last_signed(), 0
    while grown := sign_some(old, at):
        n_signed += grown.size - old.size
        old = grown
    return n_signed


def last_signed() -> JournalHead:
    """What journal and database agree on; RestoringError where they do not."""
    known, point = journal.head(), Checkpoint.objects.current()
    if known is None and point is None and not journal.exists():
        return JournalHead(0, merkle.EMPTY_ROOT, b"")
    if known is None or point is None or known.size != point.size:
        raise RestoringError
    return known


def sign_some(old: JournalHead, at: datetime) -> JournalHead | None:
    """One checkpoint more, over as many entries as memory holds; None without new ones."""
    size = min(LedgerEntry.objects.size(), old.size + MOST)
    if size == old.size:
        return None
    signer = key_for(old, at)
    nodes: dict[tuple[int, int], bytes] = {}
    edge = Edge.stored(old.size, tree.reader(old.size))
    contents = reread(edge, size, nodes)
    refuse_other_past(old, edge, nodes)
    head = Head(signer.name, edge.size, edge.root())
    note = bytes(head.signed_by(signer)).decode()
    journal.append(old.size, contents, note)
    store(head, note, nodes, at)
    return JournalHead(edge.size, edge.root(), b"")


def keep_checkpoints(points: Iterable[Signed], at: datetime) -> None:
    """Store checkpoints that the journal has and the database has not, oldest first."""
    current = Checkpoint.objects.current()
    signed = current.size if current else 0
    edge = Edge.stored(signed, tree.reader(signed))
    for found in points:
        nodes: dict[tuple[int, int], bytes] = {}
        reread(edge, found.size, nodes)
        if edge.root() != found.root:
            raise differ(found.size)
        head = read_checkpoint(read_note(found.note.encode()).text)
        store(head, found.note, nodes, at)


def differ(size: int) -> LedgerError:
    return LedgerError(f"the first {size} entries are not those that were signed")


def key_for(old: JournalHead, at: datetime) -> Signer:
    today = day_of(at)
    if not old.size:
        keys.make_first(today)
    return keys.signer(today)


def reread(edge: Edge, size: int, nodes: dict[tuple[int, int], bytes]) -> list[bytes]:
    """Hash the stored bytes anew, grow the edge by them; refuse a byte that changed."""
    contents = []
    for leaf, content, hash_ in tree.stored(edge.size, size):
        if leaf != edge.size or merkle.leaf_hash(content) != hash_:
            raise LedgerError(f"entry {edge.size} is not what was written")
        nodes.update(node for node in edge.append(hash_) if is_stored(*node.place))
        contents.append(content)
    if edge.size != size:
        raise LedgerError(f"entry {edge.size} is missing")
    return contents


def refuse_other_past(
    old: JournalHead, edge: Edge, nodes: dict[tuple[int, int], bytes]
) -> None:
    """Prove that the new tree continues what was signed, and let the verifier judge."""
    node = tree.reader(edge.size, nodes)
    proof = merkle.consistency_proof(old.size, edge.size, node)
    if not merkle.verify_consistency(old.size, edge.size, old.root, edge.root(), proof):
        raise differ(old.size)


def is_stored(level: int, _: int) -> bool:
    """The first of each tile above the entries; what lies between follows from these."""
    return level > 0 and level % HEIGHT == 0


def store(head: Head, note: str, nodes: dict[tuple[int, int], bytes], at: datetime) -> None:
    kept = [(level, place, hash_) for (level, place), hash_ in nodes.items()]
    with transaction.atomic():
        engine().bulk_insert(LedgerNode, ("level", "place", "hash"), kept)
        Checkpoint.objects.create(size=head.size, root=head.root, note=note, signed_at=at)
