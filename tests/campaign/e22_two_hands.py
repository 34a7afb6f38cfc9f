"""E22: nobody is the second person of their own act, in whatever way it is tried."""

from tests.access_world.run import share
from tests.campaign.frame import Experiment, Outcome

# A third on the one database, which is all that CI runs; the rest on the other.
SHARES = (("sqlite", (0, 1, 3)), ("postgresql", (1, 3, 3)))
STEPS = {"full": len(SHARES), "ci": 1}


def step(seed: int, i: int) -> Outcome:
    engine, part = SHARES[i]
    return share("hands", seed, part, engine=engine)


COVERS = (
    "registry/actions/proposals.py",
    "registry/actions/release.py",
    "registry/actions/rule_proposals.py",
    "registry/actions/staff_factor.py",
    "registry/actions/trail.py",
    "registry/admin/deliveries.py",
    "registry/admin/proposals.py",
    "registry/admin/rule_proposals.py",
    "registry/intake/delivering.py",
    "registry/models/proposal.py",
    "registry/models/user.py",
    "repair/actions/decision.py",
    "repair/actions/objection_desk.py",
    "repair/actions/revocation.py",
    "repair/admin/desk_acts.py",
    "repair/admin/objection_acts.py",
    "repair/admin/revocations.py",
)
EXPERIMENT = Experiment(
    "E22", "TWO_HANDS", seed=20260316, steps=STEPS, step=step, covers=COVERS
)
