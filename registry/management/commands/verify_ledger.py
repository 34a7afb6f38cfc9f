import sys
from argparse import ArgumentParser
from pathlib import Path
from time import sleep
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error
from tqdm import tqdm

from registry import clock
from registry.ledger.errors import LedgerError
from registry.logbook import inspection, publishing
from registry.logbook.inspection import outside
from registry.logbook.inspection.outside import Verdict
from registry.vault.keys import KeyFileError

# Seconds in which what waits for a signature is signed, if anything signs at all.
PATIENCE = (5, 30, 60)


class Command(BaseCommand):
    help = (
        "Check the ledger in this database: what verify.py checks from outside, and"
        " journal, stored roots, rows and content. Exit 0: nothing found; 1: findings;"
        " 2: it could not be read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--receipt", nargs="+", action="extend", default=[], type=Path, metavar="FILE"
        )
        parser.add_argument(
            "--state", type=Path, metavar="FILE", help="what was seen before, and now"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        bar = ProgressBar()
        try:
            verdict = self.look_until_sure(options, bar)
            lines = verdict.lines
            if verdict.status != 2:
                lines = [*lines, *map(str, inspection.inside(clock.now(), bar))]
        except (Error, KeyFileError, LedgerError, OSError) as fault:
            lines, verdict = [f"unreachable: {fault}"], Verdict([], 2)
        bar.close()
        for line in lines:
            self.stdout.write(line)
        if verdict.status == 2:
            sys.exit(2)
        self.stdout.write(summary(len(lines)))
        sys.exit(1 if lines else 0)

    def look_until_sure(self, options: dict[str, Any], bar: "ProgressBar") -> Verdict:
        """Look again while an act that is not signed yet may explain what was found."""
        for pause in (*PATIENCE, 0):
            receipts, state = options["receipt"], options["state"]
            verdict = outside.look(clock.now(), receipts, state, bar)
            if not verdict.may_pass:
                break
            sleep(pause)
        return verdict


def summary(n_findings: int) -> str:
    if n_findings:
        return f"{n_findings} finding(s) in the ledger of this database"
    size, *shown = publishing.read("active", clock.now()).splitlines()
    waiting = outside.n_unsigned()
    waits = f", {waiting} more not signed yet" if waiting else ""
    return f"clean: {int(size)} entries, {len(shown)} on display{waits}"


class ProgressBar:
    """A bar for each stage on a terminal, nothing in a log."""

    def __init__(self) -> None:
        self.stage = ""
        self.bar: tqdm[Any] | None = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        if self.bar is None or self.stage != stage:
            self.close()
            self.stage = stage
            self.bar = tqdm(desc=stage, total=total, unit_scale=True, disable=None)
        self.bar.total = total
        self.bar.update(done - self.bar.n)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()
        self.bar = None
