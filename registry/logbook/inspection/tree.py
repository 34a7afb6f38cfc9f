"""Every stored byte of the tree: hashes, nodes, and each head that was ever signed."""

from collections.abc import Iterator

from registry.ledger import keys
from registry.ledger.errors import NoteError
from registry.ledger.merkle import Edge, Node, leaf_hash
from registry.ledger.notes import PublicKey, open_checkpoint
from registry.ledger.tiles import HEIGHT
from registry.logbook import tree
from registry.logbook.inspection.finding import Finding, Progress
from registry.logbook.inspection.log import Log
from registry.models import Checkpoint, LedgerNode

CODE, STAGE = "root-mismatch", "entries"
# Entries between two words of progress.
STEP = 1_000
Nodes = dict[tuple[int, int], bytes]


def findings(newest: Checkpoint, log: Log, progress: Progress) -> Iterator[Finding]:
    """Read every entry once, into `log` as well."""
    edge, nodes, public = Edge(), Nodes(), keys.public_keys()
    heads = Checkpoint.objects.filter(size__lte=newest.size).order_by("size").iterator()
    head = next(heads, None)
    for leaf, content, stored in tree.stored(0, newest.size):
        if leaf != edge.size:
            yield Finding(CODE, edge.size, "an entry", "none")
            return
        hash_ = leaf_hash(content)
        if hash_ != stored:
            yield Finding(CODE, leaf, "the stored hash to be that of the entry", "another")
        keep(nodes, edge.append(hash_))
        log.take(leaf, content)
        if head and head.size == edge.size:
            yield from of_head(head, edge.root(), public)
            head = next(heads, None)
        if leaf % STEP == 0 or edge.size == newest.size:
            progress(STAGE, edge.size, newest.size)
    yield from of_nodes(nodes)


def keep(nodes: Nodes, made: list[Node]) -> None:
    """Only what is stored: the nodes over 256, 65,536 … leaves."""
    for place, hash_ in made:
        if place[0] and place[0] % HEIGHT == 0:
            nodes[place] = hash_


def of_head(head: Checkpoint, root: bytes, public: list[PublicKey]) -> Iterator[Finding]:
    last = head.size - 1
    if bytes(head.root) != root:
        yield Finding(CODE, last, f"the root of {head.size} entries", "another stored")
    try:
        signed = open_checkpoint(head.note.encode(), public)
    except NoteError:
        yield Finding("bad-signature", last, "a head signed by the register", "another")
        return
    if (signed.size, signed.root) != (head.size, root):
        yield Finding(CODE, last, f"the root of {head.size} entries", "another signed")


def of_nodes(nodes: Nodes) -> Iterator[Finding]:
    """The tiles above the entries are made from these."""
    stored = {(one.level, one.place): bytes(one.hash) for one in LedgerNode.objects.all()}
    for level, place in sorted(nodes.keys() | stored.keys()):
        expected, found = nodes.get((level, place)), stored.get((level, place))
        # What was signed meanwhile is above what was read.
        if expected is not None and expected != found:
            yield Finding(CODE, None, f"the node {level}/{place}", "another or none")
