"""E21: what belongs to another authority is answered like what does not exist."""

from tests.access_world.run import share
from tests.campaign.frame import Experiment, Outcome

# A quarter of all there is to ask: more than twenty thousand.
SHARES = ((0, 1, 80), (1, 20, 80))
STEPS = {"full": len(SHARES), "ci": 1}


def step(seed: int, i: int) -> Outcome:
    return share("strangers", seed, SHARES[i])


COVERS = (
    "portal/urls.py",
    "portal/staff.py",
    "portal/views/candidates.py",
    "portal/views/listings.py",
    "portal/views/ledger_files.py",
    "registry/admin",
    "repair/admin",
    "repair/actions/drafts.py",
    "repair/applying.py",
    "repair/downloads.py",
    "repair/objecting.py",
    "repair/objection_views.py",
    "repair/views.py",
)
EXPERIMENT = Experiment(
    "E21", "STRANGER", seed=20260316, steps=STEPS, step=step, covers=COVERS
)
