"""E42: keys change under load, nobody is lost, and what was replaced is good for nothing.

Writers list, extend and end people and readers check them, in processes of their own,
while the keys of index, vault and ledger are replaced one after the other.
"""

import json
import subprocess
import sys
from urllib.parse import urlsplit

from tests.campaign.frame import ROOT, Experiment, Outcome
from tests.migrated import MAIN, VAULT, put_databases
from tests.processes import Workspace
from tests.servers import start_postgresql

ENGINES = ("sqlite", "postgresql")
# A step is one life on one database: a short one on each, then one with ten changes.
CHANGES = (2, 2, 10, 10)
STEPS = {"full": len(CHANGES), "ci": 2}
LIFE = "import django; django.setup(); from tests.keys_world.life import main; main({}, {})"
LOG_TAIL = 1_500


def step(seed: int, i: int) -> Outcome:
    engine = ENGINES[i % len(ENGINES)]
    with Workspace() as workspace:
        environment = environment_of(workspace, engine)
        life = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", LIFE.format(CHANGES[i], seed + i)],
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
    put_databases(data, VAULT, *([MAIN] if engine == "sqlite" else []))
    found = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "SECRET_KEY": "only-for-the-campaign",
        "DATA_DIR": str(data),
    }
    if engine == "postgresql":
        server = start_postgresql(workspace)
        found["DATABASE_URL"] = urlsplit(server.url)._replace(path="/postgres").geturl()
    return found


COVERS = (
    "registry/rotation",
    "registry/vault",
    "registry/ledger/keys.py",
    "registry/logbook/signing.py",
)
EXPERIMENT = Experiment("E42", "KEYS", seed=20260316, steps=STEPS, step=step, covers=COVERS)
