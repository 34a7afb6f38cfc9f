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
    """What the verifier said, by lines, and the status it ended with."""

    lines: list[str]
    status: int

    @property
    def may_pass(self) -> bool:
        """Whether all that was found may be gone once what waits has been signed."""
        codes = {line.partition(" ")[0] for line in self.lines}
        return self.status == 1 and codes <= PASSING and bool(n_unsigned())


def look(
    at: datetime, receipts: Sequence[Path], state: Path | None, progress: Progress
) -> Verdict:
    """Judge the register as of `at`; AbsentError where nothing has been signed yet."""
    options = ["--at", at.isoformat()]
    options += ["--state", f"{state}"] if state else []
    options += ["--receipt", *map(str, receipts)] if receipts else []
    said = io.StringIO()
    with TemporaryDirectory(prefix="ledger-") as folder:
        for n in publishing.copy(Path(folder), at):
            progress(STAGE, n, n)
        with redirect_stdout(said):
            status = verify.main([folder, *options])
    *findings, last = said.getvalue().splitlines()
    # Its last line sums up, but for the one that says why it could not look.
    return Verdict([last] if status == 2 else findings, status)


def n_unsigned() -> int:
    """How many entries wait for a signature."""
    newest = Checkpoint.objects.current()
    return LedgerEntry.objects.size() - (newest.size if newest else 0)
