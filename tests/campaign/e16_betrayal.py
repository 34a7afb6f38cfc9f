"""E16: public files and receipts betray a dishonest operator, and never an honest one."""

import tempfile
from pathlib import Path

from tests.campaign.frame import Experiment, Outcome
from tests.ledger_world.frauds import FRAUDS
from tests.ledger_world.trials import betrayal, clean_year

SEEDS = {"full": 100, "ci": 5}
YEAR = 366


def step(seed: int, i: int) -> Outcome:
    """One seed: a clean year, then the same kind of year betrayed in every way."""
    failures = []
    for name in ("", *FRAUDS):
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            if name:
                failures.append(betrayal(name, seed + i, place))
            else:
                failures.append(clean_year(seed + i, place, days=YEAR))
    return Outcome(len(failures), tuple(filter(None, failures)))


COVERS = (
    "registry/ledger",
    "registry/logbook",
    "portal/views/ledger_files.py",
    "portal/ledger_state.py",
)
EXPERIMENT = Experiment(
    "E16", "BETRAYAL", seed=20260316, steps=SEEDS, step=step, covers=COVERS
)
