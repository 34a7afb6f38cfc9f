"""The process that reads a file: what it may use, and what is said when it is used up."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest

from registry.intake import child
from registry.intake.tables import TableError, bounds
from registry.intake.tables.table import bounded, reason
from tests.processes import alive, tree, wait_until

TIME = "读取文件用的时间超过了限制，没有采用任何内容。请分成几个文件后重新提交。"
MEMORY = (
    "读取文件用的内存超过了限制，没有采用任何内容。"
    "请分成几个文件，或者另存为 CSV 后重新提交。"
)
INTERRUPTED = "读取文件的进程中断，没有采用任何内容。请重新提交。"


class Asked(NamedTuple):
    """A job that tells what its process is bound to."""

    def chunks(self) -> Iterator[child.Items]:
        bounds.confine()
        limits = [
            resource.getrlimit(limit)[0]
            for limit in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_CORE)
        ]
        yield [(*limits, signal.alarm(0), sorted(os.environ))]


class Hungry(NamedTuple):
    def chunks(self) -> Iterator[child.Items]:
        bounds.confine()
        yield [(len(bytearray(600 << 20)),)]


class Slow(NamedTuple):
    """Works without end, in a process that has one second of time left."""

    clock: bool

    def chunks(self) -> Iterator[child.Items]:
        bounds.confine()
        if self.clock:
            signal.alarm(1)
        else:
            resource.setrlimit(resource.RLIMIT_CPU, (1, 2))
        for _turn in count():
            if self.clock:
                signal.pause()
        yield []


class Patient(NamedTuple):
    """Tells how the clock stands while a chunk is taken, and after it."""

    def chunks(self) -> Iterator[child.Items]:
        bounds.confine()
        chunks = bounds.unhurried([[(1,)], [(2,)]])
        next(chunks)
        while_taken = signal.getitimer(signal.ITIMER_REAL)[0]
        assert [list(chunk) for chunk in chunks] == [[(2,)]]
        yield [(while_taken, signal.alarm(0))]


class Killed(NamedTuple):
    def chunks(self) -> Iterator[child.Items]:
        os.kill(os.getpid(), signal.SIGKILL)
        yield []


def refusal(job: child.Job) -> str:
    with pytest.raises(TableError) as refused:
        list(bounded(job))
    return str(refused.value)


def test_the_child_is_bound_and_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "geheim")
    monkeypatch.setenv("DATABASE_URL", "postgresql://x")

    ((memory, seconds, core, by_the_clock, environment),) = next(bounded(Asked()))

    assert memory == 512 * 1024 * 1024
    assert 60 <= seconds <= 61
    assert (core, by_the_clock) == (0, 300)
    assert not {"SECRET_KEY", "DATABASE_URL"} & set(environment)


def test_the_clock_stands_while_the_parent_is_busy() -> None:
    assert next(bounded(Patient())) == [(0.0, 300)]


def test_the_parent_loads_no_reader_of_workbooks() -> None:
    program = (
        f"{bounds.PREPARE}import sys; from registry.intake.tables import open_table;"
        "print('openpyxl' in sys.modules)"
    )

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert said.stdout == b"False\n"


def test_too_much_memory_is_one_sentence(capfd: pytest.CaptureFixture[str]) -> None:
    assert refusal(Hungry()) == MEMORY
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("clock", [False, True], ids=["processor", "clock"])
def test_too_much_time_is_one_sentence(
    clock: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    assert refusal(Slow(clock)) == TIME
    assert capfd.readouterr().err == ""


def test_a_child_that_is_killed_is_one_sentence() -> None:
    assert refusal(Killed()) == INTERRUPTED


@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS])
def test_a_library_that_aborts_ran_out_of_memory(number: int) -> None:
    assert reason(-number) == MEMORY


def test_each_hundred_thousand_rows_bring_time_for_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = []
    monkeypatch.setattr(bounds, "ROWS", 3)
    monkeypatch.setattr(bounds, "allow_more_time", lambda: given.append(1))

    assert len(list(bounds.metered([(n, []) for n in range(8)]))) == 8
    assert len(given) == 2


PARENT = """
import sys, time
from pathlib import Path
from django.conf import settings
settings.configure(USE_I18N=False)
from registry.intake.tables import open_table
records = open_table(Path(sys.argv[1])).records()
next(records)
print("reading", flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(
    sys.platform != "linux", reason="the death of a parent is told by Linux"
)
def test_the_child_dies_with_its_parent(tmp_path: Path) -> None:
    (path := tmp_path / "file").write_text("a\n" + "x\n" * 500_000, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(path)], stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == b"reading\n"
        _, reader = tree(parent.pid)
        parent.kill()

    wait_until(lambda: not alive(reader), "the death of the child")
