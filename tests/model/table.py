"""Every way there may be, written by hand, and what of all that was never gone or tried."""

from collections.abc import Iterator, Mapping
from csv import DictReader
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

HERE = Path(__file__).resolve().parent
# How often each act must have been tried in each state that forbids it.
LEAST = 2


class Edge(NamedTuple):
    """That an act takes a row of a kind from one state to another, or leaves it there."""

    kind: str
    act: str
    before: str
    after: str


# Kind, act and the state of the row it was tried on.
Try: TypeAlias = tuple[str, str, str]


@cache
def allowed() -> frozenset[Edge]:
    with (HERE / "edges.csv").open(encoding="utf-8") as file:
        return frozenset(Edge(**row) for row in DictReader(file))


def key(counted: Edge | Try) -> str:
    """How edges that were seen and tries are counted together: they differ in length."""
    return ",".join(counted)


def lacking(counts: Mapping[str, int]) -> Iterator[str]:
    """Allowed edges that nobody took; forbidden ones that were hardly tried."""
    for edge in sorted(allowed()):
        if key(edge) not in counts:
            yield f"never seen: {edge}"
    for closed in forbidden(counts):
        kind, act, state = closed
        if (n := counts.get(key(closed), 0)) < LEAST:
            yield f"tried {n} times only: {act} on a {kind} that is {state}"


def forbidden(counts: Mapping[str, int]) -> Iterator[Try]:
    """Each act that was tried on rows of a kind, in each state that forbids it."""
    parts = [one.split(",") for one in counts]
    acts = {(kind, act) for kind, act, *states in parts if len(states) == 1}
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
