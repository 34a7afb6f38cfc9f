"""Starts a share of an experiment about access in a process and a register of its own."""

import json
import subprocess
import sys

from tests.campaign.e42_keys import LOG_TAIL, environment_of
from tests.campaign.frame import ROOT, Outcome
from tests.processes import Workspace

PLAY = "import django; django.setup(); from tests.access_world.place import main; main({})"


def share(
    module: str, seed: int, of: tuple[int, int, int], *, engine: str = "sqlite"
) -> Outcome:
    """A share of what `tests.access_world.<module>` tries: from, to, of how many."""
    arguments = ", ".join([repr(module), *map(str, (seed, *of))])
    with Workspace() as workspace:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", PLAY.format(arguments)],
            cwd=ROOT,
            env=environment_of(workspace, engine) | {"ALLOWED_HOSTS": "testserver"},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        return Outcome(0, (done.stderr[-LOG_TAIL:],))
    found = json.loads(done.stdout)
    return Outcome(found["n"], tuple(found["failures"]))
