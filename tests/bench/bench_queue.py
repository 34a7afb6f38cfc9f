"""The queue of repair applications with 10,000 open ones, beside the same with a hundred.

Half of all are those of the authority that asks; the questions are put to both in turns.
"""

import os
from pathlib import Path

from tests.bench.bench_lists import ListsReport, compared

READS_FILE = False
SMALL, LARGE = 200, int(os.environ.get("BENCH_QUEUE", "20000"))


def bench(_: Path) -> ListsReport:
    return compared("queue", (SMALL, LARGE))
