"""E32: whoever of the staff sees a person is on record, and the record stays as it is.

Every page of the workplace is read by everybody, before and after they have said what for,
and every table taken out. Then the records are changed by all ways that go past the site;
and by an owner of the database who drops the triggers, whom the chain has to locate.
"""

import json
import subprocess
import sys

from tests.campaign.e42_keys import ENGINES, LOG_TAIL, environment_of
from tests.campaign.frame import ROOT, Experiment, Outcome, say
from tests.processes import Workspace

# A small step, which is all that CI runs: two people at a row of each kind. Then everybody
# at five of them, on each database.
SMALL, LARGE = (1, "maker,everything"), (5, "")
ENGINE_OF = (ENGINES[0], *ENGINES)
STEPS = {"full": len(ENGINE_OF), "ci": 1}
# Tries to alter a record, and forgeries that are located, on each database at least.
TRIES = 200
PLAY = "import django; django.setup(); from tests.eyes.play import main; main({}, {!r})"


def step(seed: int, i: int) -> Outcome:
    engine = ENGINE_OF[i]
    with Workspace() as workspace:
        environment = environment_of(workspace, engine) | {"ALLOWED_HOSTS": "testserver"}
        play = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", PLAY.format(*(LARGE if i else SMALL))],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    if play.returncode:
        return Outcome(0, (f"{engine}: {play.stderr[-LOG_TAIL:]}",))
    found = json.loads(play.stdout)
    failures = found.pop("failures")
    if found["n_tries"] < TRIES:
        failures.append(f"only {found['n_tries']} tries to alter a record")
    counts = ", ".join(f"{name} {n:,}" for name, n in found.items())
    say(f"E32: {engine}: {counts}\n")
    return Outcome(found["n"], tuple(f"{engine}: {one}" for one in failures))


COVERS = (
    "registry/actions/viewings.py",
    "registry/admin/exporting.py",
    "registry/admin/opening.py",
    "registry/admin/seen.py",
    "registry/admin/viewings.py",
    "registry/chain.py",
    "registry/guards.py",
    "registry/models/viewing.py",
    "registry/viewings.py",
    "repair/admin",
)
EXPERIMENT = Experiment(
    "E32", "STAFF_EYES", seed=20260316, steps=STEPS, step=step, covers=COVERS
)
