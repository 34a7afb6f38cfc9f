"""The stranger: runs the verifier on published files and reads what it says."""

from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path

from registry.ledger import verify


@dataclass(frozen=True)
class Verdict:
    status: int
    text: str

    def findings(self) -> set[tuple[str, int | None]]:
        """Code and leaf of every finding."""
        lines = self.text.splitlines()[:-1]
        words = [line.split() for line in lines]
        return {(word[0], None if word[2] == "-" else int(word[2])) for word in words}

    def codes(self) -> set[str]:
        return {code for code, _ in self.findings()}


def visit(place: str, at: datetime, *options: str) -> Verdict:
    said = StringIO()
    with redirect_stdout(said):
        status = verify.main([place, "--at", at.isoformat(), *options])
    return Verdict(status, said.getvalue())


def ask(folder: Path, at: datetime, *options: str) -> Verdict:
    return visit(str(folder), at, *options)
