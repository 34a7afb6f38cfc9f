"""Runs of the machine from a seed."""

import json
import sys
from collections.abc import Iterator

import time_machine
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import get_state_machine_test

from tests.access_world.place import prepare
from tests.database import shared
from tests.factories import AT
from tests.model.holds import Model
from tests.model.stage import make_stage


def main(seeded: int, runs: int, steps: int) -> None:
    """In a process and a register of its own; prints how many attempts, what went wrong,
    and how often each edge was seen and each act tried.
    """
    prepare()
    with time_machine.travel(AT, tick=False), shared():
        Model.start(make_stage())
        failures = [*played(seeded, runs, steps)]
    found = {"n": Model.n_steps, "failures": failures, "seen": Model.counts}
    sys.stdout.write(json.dumps(found))


def played(seeded: int, runs: int, steps: int) -> Iterator[str]:
    try:
        play(seeded, runs, steps)
    except AssertionError as broken:
        yield "\n".join([f"{broken}", *getattr(broken, "__notes__", ())])


def play(seeded: int, runs: int, steps: int) -> None:
    """So many runs of at most so many steps; the shortest way to a failure is raised."""
    how = settings(
        max_examples=runs,
        stateful_step_count=steps,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    seed(seeded)(get_state_machine_test(Model, settings=how))()
