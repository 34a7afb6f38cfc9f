"""The processes of one drill: who works, who looks, and the tick of an operator."""

import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from typing import IO

from tests.drill.places import Place
from tests.stack import ROOT

LONG = 900
# Of what was said before it went wrong.
TOLD = 2000


# Before its imports, because they need the settings.
START = """
import runpy, sys, django
django.setup()
runpy.run_module(sys.argv.pop(1), run_name="__main__")
"""


class Talking:
    """A module of ours in a process of its own, which answers line by line."""

    def __init__(self, place: Place, module: str, *arguments: str) -> None:
        self.log = place.workspace.path / f"{module}.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", START, f"tests.drill.{module}", *arguments],
                cwd=ROOT,
                env=place.environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.workspace = place.workspace
        self.workspace.tell_janitor(f"+{self.process.pid}")

    def tell(self, line: str) -> None:
        pipe(self.process.stdin).write(f"{line}\n")
        pipe(self.process.stdin).flush()

    def hear(self) -> str:
        """Its next line; AssertionError with its log where it has ended."""
        line = pipe(self.process.stdout).readline()
        assert line, self.log.read_text(errors="replace")[-TOLD:]
        return line.rstrip("\n")

    def kill(self) -> None:
        """`kill -9`."""
        self.process.kill()
        self.process.wait()
        for end in (self.process.stdin, self.process.stdout):
            pipe(end).close()
        self.workspace.tell_janitor(f"-{self.process.pid}")


def pipe(found: "IO[str] | None") -> "IO[str]":
    assert found
    return found


@dataclass(frozen=True, slots=True)
class Seen:
    """What the public saw at one moment."""

    status: int
    reasons: list[str]
    on_display: int
    shown: list[int]
    pages: list[str]
    found: list[str]

    @property
    def is_dark(self) -> bool:
        """Not ready for want of its journal, and nothing negative anywhere."""
        nothing = not (self.on_display or self.shown or self.pages or self.found)
        return nothing and (self.status, self.reasons) == (503, ["journal"])


@dataclass(frozen=True, slots=True)
class Asked:
    """Which listings' pages are opened, and who is asked for by name and number."""

    cases: list[str]
    people: list[dict[str, str]]


class Witness(Talking):
    """Started after the restore, and asked before, between and after the ticks."""

    def __init__(self, place: Place, asked: Asked) -> None:
        super().__init__(place, "witness")
        self.asked = asked

    def look(self) -> Seen:
        self.tell(json.dumps(asdict(self.asked)))
        return Seen(**json.loads(self.hear()))


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended, and what it said."""

    code: int
    said: str
    seconds: float

    def __str__(self) -> str:
        return f"{self.code}: {self.said[-TOLD:]}"


def manage(place: Place, *arguments: str, kill_after: float | None = None) -> Done:
    """A fresh `manage.py`; killed after so many seconds where that is asked."""
    start = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=place.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    place.workspace.tell_janitor(f"+{process.pid}")
    try:
        said, _ = process.communicate(timeout=kill_after or LONG)
    except subprocess.TimeoutExpired:
        process.kill()
        said, _ = process.communicate()
    place.workspace.tell_janitor(f"-{process.pid}")
    return Done(process.returncode, said, time.monotonic() - start)
