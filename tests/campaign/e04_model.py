"""E04: no order of acts, by whomever, on listings, applications and objections breaks
what must always hold; every way that is open is gone, every closed one is tried.
"""

import json
import subprocess
import sys

from tests.campaign.e42_keys import LOG_TAIL, environment_of
from tests.campaign.frame import ROOT, Experiment, Outcome
from tests.model.table import lacking
from tests.processes import Workspace

PLAY = "import django; django.setup(); from tests.model.play import main; main({})"
# Runs, and acts in each with the six that set the stage, where a row of each state is: a
# step that CI runs, and then more of them, 20,000 runs in all.
FIRST, OTHERS, N_OTHERS = (500, 11), (975, 11), 20
STEPS = {"full": 1 + N_OTHERS, "ci": 1}


def step(seed: int, i: int) -> Outcome:
    arguments = ", ".join(map(str, (seed + i, *(OTHERS if i else FIRST))))
    with Workspace() as workspace:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", PLAY.format(arguments)],
            cwd=ROOT,
            env=environment_of(workspace, "sqlite"),
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        return Outcome(0, (done.stderr[-LOG_TAIL:],))
    found = json.loads(done.stdout)
    return Outcome(found["n"], tuple(found["failures"]), found["seen"])


COVERS = (
    "registry/actions",
    "registry/models/listing.py",
    "registry/models/listing_constraints.py",
    "registry/models/proposal.py",
    "registry/terms.py",
    "repair/actions",
    "repair/facts.py",
    "repair/rules.py",
    "repair/models",
)
EXPERIMENT = Experiment(
    "E04",
    "MODEL",
    seed=20260316,
    steps=STEPS,
    step=step,
    covers=COVERS,
    lacking=lacking,
)
