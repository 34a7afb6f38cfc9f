"""One drill: a register lives, is backed up, lives on, is lost and put back."""

import fcntl
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import Random

from tests.drill import oracle, rows
from tests.drill.facts import After, Before
from tests.drill.places import PLACES, Place
from tests.drill.plan import Plan
from tests.drill.processes import LONG, Talking, Witness, manage
from tests.processes import Workspace, wait_until

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
                wait_until(self.is_unsigned, "an act that nobody signs", within=LONG)
            yield

    def is_unsigned(self) -> bool:
        ((size,),) = self.place.database.query(rows.SIZE)
        return bool(size > oracle.read(self.place.journal).size)

    # --- After it -------------------------------------------------------------------------

    def repair(self) -> Iterator[str]:
        asked = self.before.asked(self.dice, self.day)
        witness = Witness(self.place, asked)
        away_first = self.dice.random() < 0.5
        try:
            if not witness.look().is_dark:
                yield "something shows before the tick, or the site is ready"
            if away_first:
                yield from self.without_journal(witness)
            yield from self.tick_until_ready(witness)
            if not away_first:
                yield from self.without_journal(witness)
            known, seen = self.known, witness.look()
            after = After(self.before, self.place, asked, known, seen, self.day)
            yield from after.failures()
            yield from self.verify()
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
        ticked = manage(self.place, "tick")
        if not ticked.code or "Put the journal back" not in ticked.said:
            yield f"a tick without a journal ended with {ticked}"
        if rows_before != [database.query(one) for one in rows.UNTOUCHED]:
            yield "a tick without a journal has written"
        if (self.place.journal / "ledger.ndjson").exists():
            yield "a tick has begun another journal"
        shutil.rmtree(self.place.journal, ignore_errors=True)
        away.rename(self.place.journal)

    def tick_until_ready(self, witness: Witness) -> Iterator[str]:
        if self.plan.breaks_off:
            manage(self.place, "tick", kill_after=self.dice.uniform(*TICKS))
        ticked = manage(self.place, "tick")
        self.ready_after = ticked.seconds
        if witness.look().status != 200:
            yield f"not ready after a tick: {ticked}"
        if ticked.seconds > READY_WITHIN:
            yield f"ready only after {ticked.seconds:.0f} s"
        if self.plan.is_old:
            # The clock seems to have leapt since the backup, and an operator says no.
            ticked = manage(self.place, "tick", "--confirm-clock")
        if ticked.code:
            yield f"the tick ended with {ticked}"

    def verify(self) -> Iterator[str]:
        """What the register's own check says; a late answer is nobody's resurrection."""
        said = manage(self.place, "verify_ledger").said.splitlines()
        findings = [line for line in said[:-1] if not line.startswith("answer-late")]
        if findings or not said[-1].startswith(("clean:", f"{len(said) - 1} finding")):
            yield f"verify_ledger: {said[-1]} {findings[:3]}"


def heard(worker: Talking, word: str) -> None:
    said = worker.hear()
    assert said == word, said
