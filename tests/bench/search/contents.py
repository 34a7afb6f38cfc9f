"""What the registers of the bench hold: a part of the registrations, and all of them."""

import os
from collections.abc import Collection, Sequence
from pathlib import Path

from tests.bench.search import registrations
from tests.bench.search.registers import KEPT, Content

PART = 100_000


def contents(files: Sequence[Path], targets: Collection[str]) -> list[Content]:
    """The part and the whole, smaller first; only BENCH_ROWS of them where that is set.

    The part holds every registration with a number of `targets`.
    """
    digest = registrations.digest(files)
    n = int(os.environ.get("BENCH_ROWS", PART))
    small = Content(f"{n:,}", f"{digest}_{n}", (part(files, digest, n, targets),))
    if "BENCH_ROWS" in os.environ:
        return [small]
    return [small, Content("all", f"{digest}_all", tuple(files))]


def part(files: Sequence[Path], digest: str, n: int, targets: Collection[str]) -> Path:
    """Drawn once for these files; under its name it stands only whole."""
    path = KEPT / f"{digest}_{n}.csv.gz"
    if not path.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        rows = registrations.part(registrations.read(files), n, targets)
        fresh = path.with_suffix(".new")
        registrations.write(fresh, rows)
        fresh.rename(path)
    return path
