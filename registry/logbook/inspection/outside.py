"""The stand-alone verifier, as strangers run it, over a copy of the public files."""

import io
from collections.abc import Sequence
from contextlib import redirect_stdout
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from registry.ledger import verify
from registry.logbook import publishing
from registry.logbook.inspection.finding import Progress
from registry.models import Checkpoint, LedgerEntry

STAGE = "copy"
# What a moment may explain: an act holds at once and is signed a little later.
PASSING = frozenset({"overdue-or-secret", "hidden-without-end"})


class Verdict(NamedTuple):
    """What the verifier said of so many entries, by lines, and its status."""

    lines: list[str]
    status: int
    size: int = 0

    @property
    def may_pass(self) -> bool:
        """Whether entries that came after those may explain all that was found."""
        codes = {line.partition(" ")[0] for line in self.lines}
        grown = LedgerEntry.objects.size() > self.size
        return self.status == 1 and codes <= PASSING and grown


def look(
    at: datetime, receipts: Sequence[Path], state: Path | None, progress: Progress
) -> Verdict:
    """Judge the register as of `at`; AbsentError where nothing has been signed yet."""
    options = ["--at", at.isoformat()]
    options += ["--state", f"{state}"] if state else []
    options += ["--receipt", *map(str, receipts)] if receipts else []
    said, size = io.StringIO(), 0
    with TemporaryDirectory(prefix="ledger-") as folder:
        for size in publishing.copy(Path(folder), at):
            progress(STAGE, size, size)
        with redirect_stdout(said):
            status = verify.main([folder, *options])
    *findings, last = said.getvalue().splitlines()
    # Its last line sums up, but for the one that says why it could not look.
    return Verdict([last] if status == 2 else findings, status, size)


def n_unsigned() -> int:
    """How many entries wait for a signature."""
    newest = Checkpoint.objects.current()
    return LedgerEntry.objects.size() - (newest.size if newest else 0)
