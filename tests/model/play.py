"""Runs of the machine from a seed, and what was never seen or never tried in them."""

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
from tests.model.machine import allowed
from tests.model.stage import make_stage


def main(seeded: int, runs: int, steps: int, least: int) -> None:
    """In a process and a register of its own; prints how many steps and what went wrong."""
    prepare()
    with time_machine.travel(AT, tick=False), shared():
        Model.start(make_stage())
        failures = [*played(seeded, runs, steps), *missed(least)]
    sys.stdout.write(json.dumps({"n": Model.n_steps, "failures": failures}))


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


def missed(least: int) -> Iterator[str]:
    """Allowed edges that nobody took; forbidden ones that were hardly tried."""
    if not least:
        return
    for edge in sorted(allowed() - set(Model.seen)):
        yield f"never seen: {edge}"
    for kind, act, state in forbidden():
        if (n := Model.tried[kind, act, state]) < least:
            yield f"tried {n} times only: {act} on a {kind} that is {state}"


def forbidden() -> Iterator[tuple[str, str, str]]:
    """Each act that is tried on rows of a kind, in each state that forbids it."""
    acts = {(kind, act) for kind, act, _state in Model.tried}
    begins = {(edge.kind, edge.act, edge.before) for edge in allowed()}
    for kind, act in sorted(acts):
        for state in sorted(states_with(kind, act)):
            if (kind, act, state) not in begins:
                yield kind, act, state


def states_with(kind: str, act: str) -> set[str]:
    """Of a kind; where a proposal is accepted, those in which there can be one."""
    if act.startswith("accept ") and kind == "listing":
        return reached({on for _, on in moves("listing", act.replace("accept", "propose"))})
    return {state for move in moves(kind) for state in move if state}


def reached(states: set[str]) -> set[str]:
    """From these, by any ways there are."""
    further = states | {after for before, after in moves("listing") if before in states}
    return states if further == states else reached(further)


def moves(kind: str, act: str = "") -> Iterator[tuple[str, str]]:
    for edge in allowed():
        if edge.kind == kind and act in ("", edge.act):
            yield edge.before, edge.after
