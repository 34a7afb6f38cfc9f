"""E20: whatever else is sent with a form changes nothing that the form alone does not."""

from tests.access_world.run import share
from tests.campaign.frame import Experiment, Outcome

# Two fifths of all there is to post: some thirty thousand.
SHARES = ((0, 1, 50), (1, 20, 50))
STEPS = {"full": len(SHARES), "ci": 1}


def step(seed: int, i: int) -> Outcome:
    return share("fields", seed, SHARES[i])


COVERS = (
    "portal/urls.py",
    "portal/articles/admin.py",
    "portal/staff.py",
    "registry/admin",
    "repair/admin",
    "repair/applying.py",
    "repair/objecting.py",
    "repair/objection_forms.py",
    "repair/objection_views.py",
    "repair/forms.py",
    "repair/views.py",
)
EXPERIMENT = Experiment(
    "E20", "FIELDS", seed=20260316, steps=STEPS, step=step, covers=COVERS
)
