"""E28: the check of persons takes the same time for everybody it says nothing about.

Never listed, ended, on hold and a wrong number are asked in random order. Welch's t
between the first and each other stays under the bound of dudect.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from tests.campaign.e42_keys import ENGINES, LOG_TAIL, environment_of
from tests.campaign.frame import ROOT, Experiment, Outcome, say
from tests.processes import Workspace
from tests.timing.welch import cropped, t

BOUND = 4.5
# A short step on each database, then a long one. The short ones are all that CI runs:
# they compare bytes and statements only, since times on a machine that does other things
# would be a verdict on the machine.
CHECKS = (400, 400, 20_000, 20_000)
JUDGED_FROM = 20_000
STEPS = {"full": len(CHECKS), "ci": 2}
PLAY = "import django; django.setup(); from tests.timing.checks import main; main({}, {})"


def step(seed: int, i: int) -> Outcome:
    engine = ENGINES[i % len(ENGINES)]
    with Workspace() as workspace:
        environment = environment_of(workspace, engine) | {"ALLOWED_HOSTS": "testserver"}
        play = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", PLAY.format(CHECKS[i], seed + i)],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    if play.returncode:
        return Outcome(0, (f"{engine}: {play.stderr[-LOG_TAIL:]}",))
    found = json.loads(play.stdout)
    failures = tuple(f"{engine}: {one}" for one in faults(found, engine))
    return Outcome(CHECKS[i], failures)


def faults(found: dict[str, Any], engine: str) -> Iterator[str]:
    if not found["opens"]:
        yield "the right number opens nothing"
    if found["n_answers"] != 1:
        yield f"{found['n_answers']} different answers"
    if found["n_shapes"] != 1:
        yield f"{found['n_shapes']} different numbers of statements"
    n = sum(map(len, found["times"].values()))
    rows = cropped(found["times"])
    unknown = rows.pop("never listed")
    for kind, times in rows.items():
        distance = t(times, unknown)
        say(f"E28: {engine}, {n:,} checks, {kind}: t = {distance:+.2f}\n")
        if n >= JUDGED_FROM and abs(distance) >= BOUND:
            yield f"{kind} is told by its time: t = {distance:+.2f}"


COVERS = (
    "portal/person_check.py",
    "portal/views/persons.py",
    "registry/persons.py",
    "registry/parties.py",
)
EXPERIMENT = Experiment(
    "E28", "TIMING", seed=20260316, steps=STEPS, step=step, covers=COVERS
)
