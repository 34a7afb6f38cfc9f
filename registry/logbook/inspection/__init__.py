"""Does the register show what its ledger says? Asked from the outside and the inside.

The outside is the stand-alone verifier over a copy of the public files. Only the inside
can see the journal, the stored tree, the rows and what opens the promises. A finding
says which leaf and which field, and never a name, a number or a word of a case.
"""

from collections.abc import Iterator
from datetime import datetime

from registry.logbook.inspection import journal, rows, tree
from registry.logbook.inspection.finding import Finding, Progress
from registry.logbook.inspection.log import Log
from registry.models import Checkpoint

__all__ = ("Finding", "Progress", "inside")


def inside(at: datetime, progress: Progress) -> Iterator[Finding]:
    """Everything that only the inside can see, under the newest checkpoint."""
    yield from journal.findings()
    newest = Checkpoint.objects.current()
    if newest is None:
        return
    log = Log(newest.size)
    yield from tree.findings(newest, log, progress)
    yield from rows.findings(at, newest, log, progress)
