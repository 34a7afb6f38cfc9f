"""Processes that go on working, can be asked to rest, and say what went wrong."""

import multiprocessing
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from queue import Empty
from typing import Any, Protocol

from django.db import connections

from tests.processes import wait_until

FORK = multiprocessing.get_context("fork")
# A round of work under a heavy load.
LONGEST_LAP = 120


class Worker(Protocol):
    def act(self) -> list[str]:
        """One whole piece of work; what was wrong about it."""
        ...


class Crew:
    """Each worker in a process of its own, at work until the end of the block."""

    def __init__(self, makers: Sequence[Callable[[], Worker]]) -> None:
        self.open, self.over = FORK.Event(), FORK.Event()
        self.laps: Any = FORK.Array("q", len(makers))
        self.resting: Any = FORK.Array("b", len(makers))
        self.wrong: Any = FORK.Queue()
        self.failures: list[str] = []
        # A connection must not be shared with a child.
        connections.close_all()
        self.processes = [
            FORK.Process(target=self.work, args=(n, make), daemon=True)
            for n, make in enumerate(makers)
        ]

    def __enter__(self) -> "Crew":
        self.open.set()
        for process in self.processes:
            process.start()
        self.pass_laps(1)
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.open.set()
        self.gather()
        for process in self.processes:
            process.join(LONGEST_LAP)
            if process.is_alive():
                process.kill()
                self.failures.append(f"{process.name} did not end")
        self.gather()

    # --- In the children ------------------------------------------------------------------

    def work(self, n: int, make: Callable[[], Worker]) -> None:
        worker = make()
        while not self.over.is_set():
            self.resting[n] = True
            self.open.wait()
            self.resting[n] = False
            # Closed just now: whoever waits for rest has seen this one resting.
            if not self.open.is_set():
                continue
            try:
                wrong = worker.act()
            except Exception:  # noqa: BLE001 - the edge of a process
                wrong = [f"worker {n}: {traceback.format_exc()}"]
            for one in wrong:
                self.wrong.put(one)
            self.laps[n] += 1

    # --- In the parent --------------------------------------------------------------------

    def pass_laps(self, n: int = 2) -> None:
        """Until each has begun and ended a piece of work since now."""
        before = self.laps[:]
        wait_until(
            lambda: all(
                now >= then + n for now, then in zip(self.laps[:], before, strict=True)
            ),
            "a lap of every worker",
            LONGEST_LAP,
        )
        self.gather()

    @contextmanager
    def rest(self) -> Iterator[None]:
        """While nobody works."""
        self.open.clear()
        wait_until(lambda: all(self.resting[:]), "the rest of every worker", LONGEST_LAP)
        yield
        self.open.set()

    def gather(self) -> None:
        while True:
            try:
                self.failures.append(self.wrong.get_nowait())
            except Empty:
                return

    @property
    def n(self) -> int:
        return sum(map(int, self.laps[:]))
