"""E18: whoever had ended, was hidden or erased is not brought back by any restore.

What was never signed may be lost with the database, and nothing else: each drill says
how many entries that were.
"""

from tests.campaign.frame import Experiment, Outcome, say
from tests.drill.drill import Drill
from tests.drill.plan import Plan
from tests.processes import Workspace

# Two small drills, which CI runs, one on each engine; then the twenty.
SMALL = ("dump", "sqlite")
STEPS = {"full": 22, "ci": len(SMALL)}
KINDS = ("base", "sqlite", "dump", "wal", "sqlite", "dump", "base", "sqlite", "wal", "dump")
# Those with a million entities, of three kinds.
LARGE = (2, 6, 14)
RECENT, OLD = 30, 120 * 24


def plan(seed: int, i: int) -> Plan:
    """Each kind meets each of the other differences."""
    small = i < len(SMALL)
    n = i if small else i - len(SMALL)
    return Plan(
        seed=f"{seed}/{i}",
        kind=SMALL[i] if small else KINDS[n % len(KINDS)],
        n_entities=500 if small else 1_000_000 if n in LARGE else 50_000,
        n_listings=60 if small else 2_400,
        n_events=200 if small else 5_000,
        hours=OLD if (n + n // len(KINDS)) % 2 else RECENT,
        vault_is_lost=n % 3 != 1,
        ends_unsigned=n % 4 == 1,
        breaks_off=n % 5 == 2,
    )


def step(seed: int, i: int) -> Outcome:
    given = plan(seed, i)
    with Workspace() as workspace:
        drill = Drill(given, workspace)
        failures = drill.run()
    n_events = drill.before.journal.size - drill.before.backed_up
    say(
        f"drill {i + 1}: {given}: {n_events:,} entries since the backup, of which it knew"
        f" {drill.known - drill.before.backed_up:,}; {drill.before.n_unsigned} never"
        f" signed; {len(drill.before.erased)} cases erased; ready after"
        f" {drill.ready_after:.1f} s\n"
    )
    return Outcome(n_events, tuple(f"{given}: {one}" for one in failures))


COVERS = (
    "registry/ledger/journal.py",
    "registry/logbook",
    "registry/actions/replay.py",
    "registry/actions/reconcile.py",
    "registry/actions/restored.py",
    "registry/actions/erasure.py",
)
EXPERIMENT = Experiment(
    "E18", "RESURRECT", seed=20260318, steps=STEPS, step=step, covers=COVERS
)
