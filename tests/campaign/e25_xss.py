"""E25: no text that wants to be a program becomes one, wherever it was typed or read.

Payloads go into every field of every form, every column of every official table, every
parameter and every part of an address; after each fifty of them every page is opened in
Chromium. Where a text can go in is found from the site itself, `tests/injection`.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping

from tests.campaign.e42_keys import LOG_TAIL, environment_of
from tests.campaign.frame import ROOT, Experiment, Outcome, say
from tests.injection.payloads import BATCH, ROUND
from tests.processes import Workspace
from tests.servers import find_chromium

N = 3_000
# A small step, which opens one page of each kind, is all that CI runs; then all of them.
STEPS = {"full": 1 + N // (BATCH * ROUND), "ci": 1}
PLAY = "import django; django.setup(); from tests.injection.play import main; main({})"
MORE = {
    "ALLOWED_HOSTS": "testserver,127.0.0.1",
    # Playwright has a loop, in whose thread Django would else refuse to ask its database.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
}


def step(seed: int, i: int) -> Outcome:
    """One round: every place for a text has one; pages of one language after each batch.

    The next batch opens them in the other language, and the next round the other way.
    """
    find_chromium()
    which = f"{seed}, {i * ROUND}, {(i + 1) * ROUND}, is_small={i == 0}"
    with Workspace() as workspace:
        play = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", PLAY.format(which)],
            cwd=ROOT,
            env=environment_of(workspace, "sqlite") | MORE,
            capture_output=True,
            text=True,
            check=False,
        )
    if play.returncode:
        return Outcome(0, (play.stderr[-LOG_TAIL:],))
    found = json.loads(play.stdout)
    told = (
        "{n_sent:,} times sent to {n_places:,} places, {n_refused:,} times refused,"
        " {n_pages:,} pages opened"
    )
    say(f"E25: {told.format(**found)}\n")
    return Outcome(found["n"], tuple(found["failures"]), found["seen"])


def lacking(seen: Mapping[str, int]) -> Iterable[str]:
    """Every place that there is had its payloads."""
    return (f"no payload in {place}" for place, n in seen.items() if not n)


COVERS = (
    "templates",
    "static/js",
    "portal/markdown.py",
    "portal/articles",
    "portal/templatetags",
    "portal/views",
    "registry/admin",
    "repair/admin",
)
EXPERIMENT = Experiment(
    "E25", "XSS", seed=20260316, steps=STEPS, step=step, covers=COVERS, lacking=lacking
)
