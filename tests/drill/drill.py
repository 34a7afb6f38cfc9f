"""One drill: a register lives, is backed up, lives on, is lost and put back."""

import fcntl
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import Random

from tests.drill import rows
from tests.drill.facts import After, Before
from tests.drill.places import PLACES, Place
from tests.drill.plan import Plan
from tests.drill.processes import Talking, Witness, tick
from tests.processes import Workspace

# How long anybody waits for a restored register, whatever its size.
READY_WITHIN = 600
# Seconds in which a working register is killed, and a tick that repairs.
WORKS_ON, TICKS = (0.2, 2.0), (1.0, 6.0)
# What the civil day of the site is ahead.
CIVIL = timedelta(hours=8)


class Drill:
    """`run` does it, and returns what went wrong."""

    def __init__(self, plan: Plan, workspace: Workspace) -> None:
        self.plan = plan
        self.dice = Random(f"{plan.seed}/drill")
        self.place: Place = PLACES[plan.kind](workspace, plan)
        self.people = workspace.path / "elsewhere" / "people.ndjson"
        self.day = f"{plan.lost_at + CIVIL:%Y-%m-%d}"
        self.ready_after = 0.0

    def run(self) -> list[str]:
        self.live_and_die()
        self.place.lose()
        self.place.restore()
        ((self.known,),) = self.place.database.query(rows.SIZE)
        return [*self.before.too_mild(self.plan, self.known), *self.repair()]

    # --- Until the loss -------------------------------------------------------------------

    def live_and_die(self) -> None:
        """Work, with a backup on the way, until the processes are killed at work."""
        arguments = self.plan.written(), str(self.people)
        worker = Talking(self.place, "worker", *arguments)
        try:
            heard(worker, "ready")
            ((backed_up,),) = self.place.database.query(rows.SIZE)
            self.place.back_up()
            worker.tell("go on")
            heard(worker, "half")
            self.place.half_way()
            worker.tell("go on")
            heard(worker, "enough")
            with self.nobody_signs():
                time.sleep(self.dice.uniform(*WORKS_ON))
                worker.kill()
        finally:
            worker.kill()
        self.before = Before.of(self.place, backed_up, self.people)

    @contextmanager
    def nobody_signs(self) -> Iterator[None]:
        """Where the last acts are to stay unsigned, as if another process were signing."""
        with (self.place.journal / "lock").open("ab") as file:
            if self.plan.ends_unsigned:
                fcntl.flock(file, fcntl.LOCK_EX)
            yield

    # --- After it -------------------------------------------------------------------------

    def repair(self) -> Iterator[str]:
        cases = self.before.cases(self.dice, self.day)
        witness = Witness(self.place, cases, self.before.persons(self.dice, self.day))
        away_first = self.dice.random() < 0.5
        try:
            if not witness.look().is_dark:
                yield "something shows before the tick, or the site is ready"
            if away_first:
                yield from self.without_journal(witness)
            yield from self.tick_until_ready(witness)
            if not away_first:
                yield from self.without_journal(witness)
            seen = witness.look()
            yield from After(self.before, self.place, self.known, seen, self.day).failures()
        finally:
            witness.kill()

    def without_journal(self, witness: Witness) -> Iterator[str]:
        """Nothing shows, the tick says what to do and writes nothing."""
        away = self.place.journal.with_name("away")
        self.place.journal.rename(away)
        if not witness.look().is_dark:
            yield "something shows without a journal, or the site is ready"
        database = self.place.database
        rows_before = [database.query(one) for one in rows.UNTOUCHED]
        ticked = tick(self.place)
        if not ticked.code or "Put the journal back" not in ticked.said:
            yield f"a tick without a journal ended with {ticked.code}: {ticked.said[-500:]}"
        if rows_before != [database.query(one) for one in rows.UNTOUCHED]:
            yield "a tick without a journal has written"
        if (self.place.journal / "ledger.ndjson").exists():
            yield "a tick has begun another journal"
        shutil.rmtree(self.place.journal, ignore_errors=True)
        away.rename(self.place.journal)

    def tick_until_ready(self, witness: Witness) -> Iterator[str]:
        if self.plan.breaks_off:
            tick(self.place, kill_after=self.dice.uniform(*TICKS))
        ticked = tick(self.place)
        self.ready_after = ticked.seconds
        if witness.look().status != 200:
            yield f"not ready after a tick: {ticked.said[-2000:]}"
        if ticked.seconds > READY_WITHIN:
            yield f"ready only after {ticked.seconds:.0f} s"
        if self.plan.is_old:
            # The clock seems to have leapt since the backup, and an operator says no.
            ticked = tick(self.place, "--confirm-clock")
        if ticked.code:
            yield f"the tick ended with {ticked.code}: {ticked.said[-2000:]}"


def heard(worker: Talking, word: str) -> None:
    said = worker.hear()
    assert said == word, said
