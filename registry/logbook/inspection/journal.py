"""Journal and database say the same."""

from collections.abc import Iterator

from registry.ledger import journal
from registry.logbook.inspection.finding import Finding
from registry.models import Checkpoint, LedgerEntry

CODE = "journal-differs"


def findings() -> Iterator[Finding]:
    # The journal is asked last: it is written before the database knows.
    newest = Checkpoint.objects.current()
    known = journal.head()
    if newest is None and known is None:
        return
    if known is None:
        yield Finding(CODE, None, "a journal", "none, or less of it than there was")
    elif newest is None or known.size > newest.size:
        # While somebody signs, the entries are there and only their head is not.
        last = LedgerEntry.objects.filter(leaf=known.size - 1, hash=known.leaf)
        if not last.exists():
            yield Finding(CODE, known.size - 1, "the entry of the journal", "none")
    elif known.size < newest.size:
        found = f"{known.size} entries"
        yield Finding(CODE, None, f"a journal of {newest.size} entries", found)
    elif known.root != bytes(newest.root):
        yield Finding(CODE, None, f"the root of {known.size} entries", "another")
