"""E19: every address, asked by everybody in every way, is answered as the table says."""

from tests.access_world.run import share
from tests.campaign.frame import Experiment, Outcome

# The first share is all that CI asks; an address without a line fails in each of them.
SHARES = ((0, 1, 30), (1, 30, 30))
STEPS = {"full": len(SHARES), "ci": 1}


def step(seed: int, i: int) -> Outcome:
    return share("cells", seed, SHARES[i])


COVERS = (
    "portal/urls.py",
    "portal/articles/admin.py",
    "portal/staff.py",
    "portal/enrolment.py",
    "repair/urls.py",
    "repair/access.py",
    "repair/admin",
    "repair/applying.py",
    "repair/downloads.py",
    "repair/objecting.py",
    "repair/objection_urls.py",
    "repair/objection_views.py",
    "repair/views.py",
    "registry/admin",
    "registry/step_up.py",
    "registry/models/user.py",
)
EXPERIMENT = Experiment(
    "E19", "MATRIX", seed=20260316, steps=STEPS, step=step, covers=COVERS
)
