"""Kill after kill: a writer is killed at random, a tick comes, and everything agrees."""

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeAlias

from django.core.management import call_command

from registry.logbook import acts
from registry.models import Instance, Proposal
from registry.terms import read_duration
from tests.database import change_past_guards
from tests.kill_world.witness import Witness
from tests.kill_world.workers import LATER, N_BATCH, N_SINGLE
from tests.many import make_prior_rule, propose_many, propose_one
from tests.samples.outside import ROOT, environment

START = "import django; django.setup(); from tests.kill_world.workers import main; main()"
KILLED = ("release", "sweep", "sign")
Workers: TypeAlias = "subprocess.Popen[str]"
N_RELEASED = N_SINGLE + N_BATCH
# Proposals are made for so many releases at a time: over on the day of the tick, and not.
AT_A_TIME, TERMS = 20, ("P12M", "P36M")


class Life:
    """One register; `kills` are those that came before their writer was done."""

    def __init__(self, seed: int, workers: Workers) -> None:
        self.chance, self.workers = random.Random(seed), workers
        self.kills: Counter[str] = Counter()
        self.rule = make_prior_rule()
        acts.log_rule(self.rule)

    def until(self, n_kills: int) -> Iterator[str]:
        """Every disagreement that a tick has not settled by itself."""
        for name in KILLED:
            self.prepare(name)
            yield from self.wholly(name)
        while self.kills.total() < n_kills:
            name = min(KILLED, key=lambda one: (self.kills[one], one))
            self.prepare(name)
            self.kills[name] += order(self.workers, name, self.chance.random()) == -9
            yield from self.wholly("tick")
            for found in Witness(LATER).disagreements():
                yield f"after kill {self.kills.total()}, of {name}: {found}"

    def prepare(self, name: str) -> None:
        """Something to do for the writer."""
        if Proposal.objects.open().count() < 2 * N_RELEASED:
            for term in TERMS:
                self.propose(term)
        if name != "release":
            order(self.workers, "release")
        if name == "sign":
            order(self.workers, "sweep")

    def propose(self, term: str) -> None:
        model = propose_one(self.rule, term=read_duration(term))
        # The tick would find it lapsed.
        own = Proposal.objects.filter(pk=model.pk)
        change_past_guards(own, expires_at=LATER + timedelta(days=1))
        model.refresh_from_db()
        propose_many(model, AT_A_TIME * N_RELEASED // len(TERMS))

    def wholly(self, name: str) -> Iterator[str]:
        if status := order(self.workers, name):
            yield f"{name} ended with {status}"


def order(workers: Workers, name: str, share: float | None = None) -> int:
    """How a writer ended that was left alone, or killed after a share of its time: -9."""
    assert workers.stdin
    assert workers.stdout
    told = "whole" if share is None else f"{share:.4f}"
    print(name, told, file=workers.stdin, flush=True)
    return int(workers.stdout.readline())


@contextmanager
def working() -> Iterator[Workers]:
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", START],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def live(n_kills: int, seed: int) -> tuple[Counter[str], list[str]]:
    """The kills by what was killed, and every disagreement."""
    with working() as workers:
        life = Life(seed, workers)
        found = list(life.until(n_kills))
    return life.kills, found


def main(n_kills: int, seed: int) -> None:
    """On a database that is empty yet; the last line says what came of it."""
    call_command("migrate", verbosity=0)
    call_command("migrate", database="vault", verbosity=0)
    Instance.objects.mark(Instance.Purpose.TEST)
    kills, found = live(n_kills, seed)
    sys.stdout.write(json.dumps({"n": kills.total(), "failures": found}) + "\n")
