"""The demo as a user starts it: `manage.py demo` in a process of its own."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from portal.demo.accounts import ROLES
from portal.demo.fictitious import EXAMPLES
from tests.processes import alive, end, free_port, tree, wait_until
from tests.stack import status

ROOT = Path(__file__).resolve().parent.parent.parent
# Read by the demo, and set by the suite or a developer's shell.
SETTINGS = (
    *("DATABASE_URL", "VAULT_URL", "DATA_DIR", "KEYS_DIR", "SECRET_KEY", "SITE_URL"),
    *("REDIS_URL", "EMAIL_URL", "DEBUG"),
)

# Launcher, web server with two processes, worker with its scheduler.
COMPLETE = 6

pytestmark = pytest.mark.stack


class Demo:
    """One start of `manage.py demo`, its output and its family of processes."""

    def __init__(self, folder: Path, *arguments: str, port: int | None = None) -> None:
        self.port = port or free_port()
        self.log = folder.with_suffix(f".{self.port}.log")
        inherited = {
            name: text for name, text in os.environ.items() if name not in SETTINGS
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "demo", "--port", str(self.port), *arguments],
                cwd=ROOT,
                env=inherited | {"DATA_DIR": str(folder)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.family = [self.process.pid]

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def ready(self) -> "Demo":
        wait_until(
            lambda: "is ready" in self.said() or self.process.poll() is not None,
            "the demo",
            within=120,
        )
        assert self.process.poll() is None, self.said()
        # The scheduler is the last to appear, a moment after the pages answer.
        wait_until(lambda: len(tree(self.process.pid)) >= COMPLETE, "all processes")
        self.family = tree(self.process.pid)
        return self

    def refused(self) -> str:
        """What it says when it does not start."""
        assert self.process.wait(60) == 1
        return self.said()

    def is_gone(self) -> bool:
        self.process.poll()
        return not any(map(alive, self.family))

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


Start: TypeAlias = Callable[..., Demo]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """As unkind a name as a folder can have."""
    return tmp_path / "示例 data"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a demo that is ready to serve; making it takes longer than most tests."""
    folder = tmp_path_factory.mktemp("made") / "data"
    assert Demo(folder, "--no-serve").process.wait(120) == 0
    return folder


@pytest.fixture
def made_before(made: Path, folder: Path) -> None:
    shutil.copytree(made, folder)


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    """Starts demos in one folder and ends what a failed test leaves."""
    started: list[Demo] = []

    def start(*arguments: str, port: int | None = None) -> Demo:
        started.append(Demo(folder, *arguments, port=port))
        return started[-1]

    yield start
    for demo in started:
        end(demo.family, within=20)
        demo.process.wait()


def accounts_in(said: str) -> list[str]:
    """The lines of the greeting that name an account, a password and a secret."""
    form = rf"(?:{'|'.join(ROLES)}) +[a-z2-9-]{{19}} +[A-Z2-7]{{32}}"
    return [line.strip() for line in said.splitlines() if re.fullmatch(form, line.strip())]


def test_it_serves_and_starts_again_and_leaves_no_process(start: Start) -> None:
    demo = start().ready()
    accounts = accounts_in(demo.said())

    assert [line.split()[0] for line in accounts] == list(ROLES)
    assert re.search(r"persons/check/  \w{3}, 990000\d{11}[\dX]\n", demo.said())
    assert re.search(r"repair/track/  \w{4}(-\w{4}){3}, \w{4}(-\w{4}){3}\n", demo.said())
    assert status(demo.url("/")) == 200
    assert status(demo.url("/healthz/ready")) == 200
    assert status(demo.url(f"/search/?q={EXAMPLES[2]}")) == 200
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(30) == 0
    assert demo.is_gone()
    # What somebody searched for is kept nowhere.
    assert f"q={EXAMPLES[2]}" not in demo.said().partition("Ctrl-C")[2]

    again = start(port=demo.port).ready()

    assert status(again.url("/")) == 200
    assert accounts_in(again.said()) == accounts
    again.process.terminate()
    assert again.process.wait(30) == 0
    assert again.is_gone()


@pytest.mark.usefixtures("made_before")
def test_it_leaves_no_process_when_it_is_killed(start: Start) -> None:
    demo = start().ready()

    demo.process.kill()

    wait_until(demo.is_gone, "the end of the children")


@pytest.mark.usefixtures("made_before")
def test_it_stops_when_a_child_dies(start: Start) -> None:
    demo = start().ready()
    web_server = tree(demo.process.pid)[1]

    os.kill(web_server, signal.SIGKILL)

    assert "ended by itself" in demo.refused()
    assert demo.is_gone()


def test_it_starts_its_clock_on_another_day_and_comes_back(
    start: Start, folder: Path
) -> None:
    for arguments, moved in ((("--at", "2128-03-01"), True), ((), False)):
        assert start("--no-serve", *arguments).process.wait(120) == 0
        with sqlite3.connect(folder / "db.sqlite3") as database:
            ((offset,),) = database.execute("SELECT clock_offset FROM registry_instance")
            ((beat,),) = database.execute("SELECT at FROM portal_heartbeat")
        database.close()
        assert bool(offset) is moved
        assert beat.startswith("2128-02-29 16:00") is moved


@pytest.mark.usefixtures("made_before")
def test_a_second_one_names_the_port_or_the_process_in_its_way(
    start: Start, folder: Path
) -> None:
    demo = start().ready()

    elsewhere = Demo(folder.with_name("elsewhere"), port=demo.port).refused()
    here = start().refused()

    assert re.search(
        rf"Port {demo.port} is used .* make demo PORT={demo.port + 1}", elsewhere
    )
    assert f"already runs in this folder (process {demo.process.pid})" in here
    assert (elsewhere.count("\n"), here.count("\n")) == (1, 1)
    assert not (folder.with_name("elsewhere") / "db.sqlite3").exists()
