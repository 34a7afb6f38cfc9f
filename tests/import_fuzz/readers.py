"""Readers of many files that start at once: each a child of its own, with its own bounds.

Most of the time that a small file takes is the start of Python. Here one process has
started, knows as little as a reader of the product, and forks for every job; the child
runs the same `child.main`, and what it used is known when it ends.
"""

import gc
import json
import os
import pickle
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from registry.intake import child
from registry.intake.errors import IntakeError
from registry.intake.tables import bounds, looking

PROGRAM = "from tests.import_fuzz.readers import serve; serve({!r})"
CRASHED = 1
KILOBYTE = 1_024


class Usage(NamedTuple):
    """How a child ended, as subprocess gives it, and what it took."""

    code: int
    n_bytes: int
    processor_s: float
    clock_s: float


class Readers:
    """In place of `child.run`; `usages` holds what each child took."""

    def __init__(self, place: Path, said: Iterator[str]) -> None:
        self.place, self.said = place, said
        self.usages: list[Usage] = []

    def run(
        self, job: child.Job, *, prepare: str, env: Mapping[str, str] | None = None
    ) -> Generator[child.Items]:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self.place))
            try:
                with line.makefile("wb") as question:
                    pickle.dump(job, question)
                with line.makefile("rb") as answers:
                    while answer := child.receive(answers):
                        if isinstance(answer, dict):
                            raise IntakeError(answer["sentence"], **answer["about"])
                        yield answer
            except (EOFError, OSError, ValueError, TypeError) as broken:
                line.close()
                raise child.DiedError(self.collect().code) from broken
            except BaseException:
                line.close()
                self.collect()
                raise
        self.collect()

    def collect(self) -> Usage:
        self.usages.append(usage := Usage(*json.loads(next(self.said))))
        return usage


@contextmanager
def readers(folder: Path) -> Iterator[Readers]:
    place = folder / "readers"
    with subprocess.Popen(
        [sys.executable, "-c", bounds.PREPARE + PROGRAM.format(str(place))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=bounds.environment(),
    ) as server:
        assert server.stdout
        try:
            assert server.stdout.readline() == "ready\n"
            yield Readers(place, iter(server.stdout))
        finally:
            server.kill()


# --- The other side -----------------------------------------------------------------------


def serve(place: str) -> None:
    """Fork for every caller, and tell what the child has used; until killed."""
    for name in looking.READERS.values():
        import_module(name)
    # So that a child shares what it does not change.
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(place)
        listener.listen()
        say("ready")
        while True:
            caller, _address = listener.accept()
            say(json.dumps(served(caller)))


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def served(caller: socket.socket) -> Usage:
    began = time.monotonic()
    pid = os.fork()
    if not pid:
        answer(caller)
    caller.close()
    _pid, status, used = os.wait4(pid, 0)
    return Usage(
        os.waitstatus_to_exitcode(status),
        used.ru_maxrss * KILOBYTE,
        used.ru_utime + used.ru_stime,
        time.monotonic() - began,
    )


def answer(caller: socket.socket) -> None:
    """As a process that was made for this job and ends with it."""
    code = CRASHED
    try:
        os.dup2(caller.fileno(), 0)
        os.dup2(caller.fileno(), 1)
        caller.close()
        child.main()
        code = 0
    except BaseException:  # noqa: BLE001  told, and then the process ends
        traceback.print_exc()
    finally:
        os._exit(code)
