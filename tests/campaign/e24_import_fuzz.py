"""E24: broken files and bombs crash nothing, change nothing, and are told row by row.

Of a third of the tables the right answer is known: which rows are broken, and what is to
be said of them. They come in as uploads do, on either database.
"""

import json
import subprocess
import sys
from typing import Any

from tests.campaign.e42_keys import ENGINES, LOG_TAIL, environment_of
from tests.campaign.frame import ROOT, Experiment, Outcome, say
from tests.processes import Workspace

# A small step is all that CI runs; then large ones on either database, and the bombs.
SMALL, LARGE, N_LARGE = 2_000, 4_900, 20
FILES = (SMALL, *[LARGE] * N_LARGE)
# The share of tables that are made with their right answer, which takes longer.
KNOWN = {SMALL: 0.1, LARGE: 0.35}
STEPS = {"full": len(FILES) + 1, "ci": 1}
PLAY = "import django; django.setup(); from tests.import_fuzz.life import {0}; {0}({1})"


def step(seed: int, i: int) -> Outcome:
    engine = ENGINES[i % len(ENGINES)]
    if i < len(FILES):
        which = f"{seed}, {sum(FILES[:i])}, {FILES[i]}, {KNOWN[FILES[i]]}"
        play = PLAY.format("files", which)
    else:
        play = PLAY.format("bombs", seed)
    with Workspace() as workspace:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", play],
            cwd=ROOT,
            env=environment_of(workspace, engine),
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        return Outcome(0, (f"{engine}: {done.stderr[-LOG_TAIL:]}",))
    found = json.loads(done.stdout.splitlines()[-1])
    tell(engine, found)
    return Outcome(found["n"], tuple(f"{engine}: {one}" for one in found["failures"]))


def tell(engine: str, found: dict[str, Any]) -> None:
    ways = ", ".join(f"{n:,} {way}" for way, n in sorted(found["ways"].items()))
    say(f"E24: {engine}: {ways}\n")
    for line in found["measured"]:
        say(f"E24: {line}\n")


COVERS = (
    "registry/intake/tables",
    "registry/intake/files.py",
    "registry/intake/child.py",
)
EXPERIMENT = Experiment(
    "E24", "IMPORT_FUZZ", seed=20260316, steps=STEPS, step=step, covers=COVERS
)
