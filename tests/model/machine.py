"""The frame of the machine: one run in a sandbox, one attempt, and time that moves on."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import ClassVar, TypeAlias
from uuid import uuid4

from django.conf import settings
from django.db import connections, transaction
from django.test.utils import override_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from registry import actions
from registry.days import day_of
from registry.errors import RegistryError
from registry.logbook import signing
from registry.models import User
from repair.actions import erase_due
from tests.factories import AT
from tests.model.snapshot import Snapshot, snapshot
from tests.model.stage import DAY, Stage
from tests.model.table import Edge, allowed, key

# Who acts, instead of whoever should; the longer the list, the rarer.
chosen = st.sampled_from(["", "", "", "", "", "both", "both", "stranger", "root"])
texts = st.sampled_from(["理由", "理由", "理由", "理由", "理由", " "])


def several(names: Iterable[str]) -> st.SearchStrategy[list[str]]:
    """Acts on the same thing, one after the other."""
    return st.lists(st.sampled_from([*names]), min_size=1, max_size=4)


# Kind and key of the row that an act is about.
On: TypeAlias = tuple[str, int]


class Machine(RuleBasedStateMachine):
    """Whatever a run does is taken back at its end, as by a test of its own."""

    stage: ClassVar[Stage]
    n_runs: ClassVar[int]
    n_steps: ClassVar[int]
    # Edges that were seen, and tries, by their keys.
    counts: ClassVar[Counter[str]]

    @classmethod
    def start(cls, stage: Stage) -> None:
        cls.stage, cls.n_runs, cls.n_steps = stage, 0, 0
        cls.counts = Counter()

    def __init__(self) -> None:
        super().__init__()
        type(self).n_runs += 1
        self.sandbox = ExitStack()
        self.own_journal()
        for alias in connections:
            self.sandbox.enter_context(transaction.atomic(using=alias))
            self.sandbox.callback(transaction.set_rollback, True, using=alias)
        self.at = AT
        self.now: Snapshot = snapshot()

    def own_journal(self) -> None:
        """What a run signs must not be signed for the next."""
        own = Path(settings.DATA_DIR) / "journals" / uuid4().hex
        shutil.copytree(settings.JOURNAL_DIR, own)
        self.sandbox.callback(shutil.rmtree, own)
        self.sandbox.enter_context(override_settings(JOURNAL_DIR=own))

    def teardown(self) -> None:
        self.sandbox.close()

    # --- One attempt ---------------------------------------------------------------------

    def attempt(self, name: str, act: Callable[[], object], on: On | None = None) -> object:
        """What the act returns; None where it was refused, and then nothing changed."""
        before, found = self.now, None
        type(self).n_steps += 1
        if on is not None:
            self.counts[key((on[0], name, before.state(*on)))] += 1
        try:
            found = act()
        except RegistryError:
            assert snapshot() == before, f"{name} was refused, and something changed"
            return None
        signing.sign(self.at)
        self.now = snapshot()
        for edge in edges(name, before, self.now, on):
            assert edge in allowed(), edge
            self.counts[key(edge)] += 1
        self.all_holds()
        return found

    def all_holds(self) -> None:
        """What must be true of every register, asked after everything that is done."""
        raise NotImplementedError

    def person(self, right: str, instead: str) -> User:
        return self.stage.people[instead or right]

    def day(self, off: int) -> date:
        return day_of(self.at) + off * DAY

    # --- Time ----------------------------------------------------------------------------

    @rule(hours=st.sampled_from([1, 20, 24, 36]), swept=st.booleans())
    def time_passes(self, hours: int, swept: bool) -> None:
        self.at += timedelta(hours=hours)
        if swept:
            self.sweep()

    @rule(days=st.sampled_from([11, 11, 200, 366, 750]))
    def time_leaps(self, days: int) -> None:
        """Without a confirmation the sweep refuses; with it what is over ends and goes."""
        self.at += days * DAY
        assert self.attempt("sweep", lambda: actions.end_due(self.at)) is None
        actions.confirm_clock(self.at)
        self.now = snapshot()
        self.sweep()
        self.attempt("erase", lambda: erase_due(self.at))

    def sweep(self) -> None:
        at = self.at
        self.attempt("sweep", lambda: actions.end_due(at))
        self.attempt("lapse", lambda: actions.lapse_proposals(at))
        self.attempt("warn", lambda: actions.warn_of_reviews(at))
        self.attempt("note", lambda: actions.note_moment(at))


def edges(name: str, before: Snapshot, after: Snapshot, on: On | None) -> Iterator[Edge]:
    """What has moved; and the row that the act was about, where it stays in its state."""
    for kind, rows in after.states.items():
        for pk, state in rows.items():
            old = before.states[kind].get(pk, "")
            if old != state or on == (kind, pk):
                yield Edge(kind, name, old, state)
