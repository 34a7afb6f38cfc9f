"""E06, the part of those who write the ledger: killed at any moment, nothing disagrees.

Single releases, batches, sweeps and signatures, each in a process that is killed with
signal 9; after each kill one tick in a new process, and no other help.
"""

import json
import subprocess
import sys

from tests.campaign.frame import ROOT, Experiment, Outcome
from tests.processes import Workspace
from tests.servers import start_postgresql
from tests.stack import create_database

# A step is one register that lives through so many kills, on one engine after the other.
N_KILLS = 30
ENGINES = ("sqlite", "postgresql")
STEPS = {"full": 8, "ci": len(ENGINES)}
LIFE = "import django; django.setup(); from tests.kill_world.life import main; main({}, {})"
LOG_TAIL = 2_000


def step(seed: int, i: int) -> Outcome:
    engine = ENGINES[i % len(ENGINES)]
    with Workspace() as workspace:
        environment = environment_of(workspace, engine)
        life = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", LIFE.format(N_KILLS, seed + i)],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    if life.returncode:
        return Outcome(0, (f"{engine}: {life.stderr[-LOG_TAIL:]}",))
    found = json.loads(life.stdout.splitlines()[-1])
    return Outcome(found["n"], tuple(f"{engine}: {one}" for one in found["failures"]))


def environment_of(workspace: Workspace, engine: str) -> dict[str, str]:
    data = workspace.path / "data"
    # WhiteNoise warns where the folder it serves is missing.
    (data / "static").mkdir(parents=True)
    found = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "SECRET_KEY": "only-for-the-campaign",
        "DATA_DIR": str(data),
    }
    if engine == "postgresql":
        found["DATABASE_URL"] = create_database(start_postgresql(workspace))
    return found


COVERS = (
    "registry/ledger",
    "registry/logbook",
    "registry/actions/release.py",
    "registry/actions/release_many.py",
    "registry/actions/sweep.py",
    "registry/actions/replay.py",
    "registry/actions/reconcile.py",
    "registry/actions/restored.py",
)
EXPERIMENT = Experiment(
    "E06", "KILL9_LEDGER", seed=20260606, steps=STEPS, step=step, covers=COVERS
)
