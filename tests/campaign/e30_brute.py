"""E30: a million guesses at the door let nobody in, and keep no owner out.

Ten accounts in a hundred are disabled, not yet in use, or nobody's. Each is guessed at a
hundred times in an hour by an attacker who has the password, or the code, or a code that
was used. Their owners come to work meanwhile.
"""

import json
import subprocess
import sys

from tests.campaign.e42_keys import ENGINES, LOG_TAIL, environment_of
from tests.campaign.frame import ROOT, Experiment, Outcome
from tests.processes import Workspace

# Accounts of a step and guesses at each. A small step on each database, of which CI runs
# the first; then a million guesses at ten thousand accounts, a part of them on PostgreSQL.
SMALL, LARGE = (20, 20), (500, 100)
N_SMALL, N_LARGE = 2, 20
STEPS = {"full": N_SMALL + N_LARGE, "ci": 1}
PLAY = (
    "import django; django.setup(); from tests.brute.play import main; main({}, {}, {}, {})"
)


def step(seed: int, i: int) -> Outcome:
    n, each = SMALL if i < N_SMALL else LARGE
    # On PostgreSQL every fifth of the large ones.
    engine = ENGINES[i % 2] if i < N_SMALL else ENGINES[i % 5 == 0]
    with Workspace() as workspace:
        environment = environment_of(workspace, engine) | {"ALLOWED_HOSTS": "testserver"}
        play = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", PLAY.format(n * i, n, each, seed + i)],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    if play.returncode:
        return Outcome(0, (f"{engine}: {play.stderr[-LOG_TAIL:]}",))
    found = json.loads(play.stdout)
    return Outcome(found["n"], tuple(f"{engine}: {one}" for one in found["failures"]))


COVERS = (
    "portal/sign_in.py",
    "portal/enrolment.py",
    "registry/guesses.py",
    "registry/invitations.py",
    "registry/second_factor.py",
    "registry/step_up.py",
)
EXPERIMENT = Experiment(
    "E30", "BRUTE", seed=20260316, steps=STEPS, step=step, covers=COVERS
)
