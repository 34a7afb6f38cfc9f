"""`make test` runs its parts at the same time, keeps them apart and leaves none behind."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.processes import alive, tree, wait_until
from tests.samples import outside

ROOT = Path(__file__).resolve().parent.parent
RUN = """
import json, sys
from tests.__main__ import main
sys.exit(main(json.loads(sys.argv[1])))
"""


# As a shell starts what runs in the background.
IN_THE_BACKGROUND = ("sh", "-c", "trap '' INT; exec \"$@\"", "sh")


ALL_FOUR_PASSED = "Suite: one, two, three, four passed.\n"


@contextmanager
def suite(*before: str, **parts: str) -> Iterator["subprocess.Popen[str]"]:
    commands = {name: [sys.executable, "-c", code] for name, code in parts.items()}
    with subprocess.Popen(
        [*before, sys.executable, "-c", RUN, json.dumps(commands)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def test_parts_run_side_by_side_and_are_told_one_after_the_other(tmp_path: Path) -> None:
    pipe = str(tmp_path / "pipe")
    os.mkfifo(pipe)

    # Neither can open it while the other does not.
    one, two = f"open({pipe!r}); print('一')", f"open({pipe!r}, 'w'); print('二')"
    with suite(one=one, two=two) as running:
        said, _ = running.communicate(timeout=60)

    assert said == "\n### one\n一\n\n### two\n二\n\nSuite: one, two passed.\n"
    assert running.returncode == 0


def test_one_that_fails_fails_the_suite_and_stops_no_other() -> None:
    with suite(one="raise SystemExit('alas')", two="print('all is well')") as running:
        said, _ = running.communicate(timeout=60)

    assert said == "\n### one\nalas\n\n### two\nall is well\n\nSuite: one failed.\n"
    assert running.returncode == 1


def test_a_part_beyond_the_number_begins_when_another_ends(tmp_path: Path) -> None:
    pipe = str(tmp_path / "pipe")
    os.mkfifo(pipe)

    # The third ends only when the fourth runs, which waits for the end of the second.
    third, fourth = f"open({pipe!r}); print('三')", f"open({pipe!r}, 'w'); print('四')"
    with suite(one="print('一')", two="", three=third, four=fourth) as running:
        said, _ = running.communicate(timeout=60)

    assert said.endswith("### three\n三\n\n### four\n四\n\n" + ALL_FOUR_PASSED)
    assert running.returncode == 0


def test_no_more_than_so_many_run_at_once(tmp_path: Path) -> None:
    started = [tmp_path / name for name in ("one", "two", "three", "four")]
    parts = {file.name: waits(file) for file in started}
    with suite(**parts) as running:
        wait_until(lambda: all(file.exists() for file in started[:3]), "three parts")

        running.send_signal(signal.SIGINT)

        said, _ = running.communicate(timeout=60)
    assert not started[3].exists()
    assert said.endswith("### four\nnot begun\n\nSuite: one, two, three, four failed.\n")
    assert running.returncode == 1


@pytest.mark.parametrize("before", [(), IN_THE_BACKGROUND], ids=["", "background"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whoever_stops_it_stops_every_part_in_order(
    number: signal.Signals, before: tuple[str, ...], tmp_path: Path
) -> None:
    started = [tmp_path / "one", tmp_path / "two"]
    parts = {file.name: waits(file) for file in started}
    with suite(*before, **parts) as running:
        wait_until(lambda: all(file.exists() for file in started), "both parts")
        family = tree(running.pid)
        assert running.stdout
        assert running.stdout.readline() + running.stdout.readline() == "\n### one\n"

        running.send_signal(number)

        said = running.stdout.read()
    assert said == "ended in order\n\n### two\nended in order\n\nSuite: one, two failed.\n"
    assert len(family) > len(started)
    assert not any(map(alive, family))


def waits(started: Path) -> str:
    """A part that waits for Ctrl-C and, as pytest does, still finishes what it has to."""
    return f"""
import pathlib, signal
try:
    pathlib.Path({str(started)!r}).touch()
    signal.pause()
except KeyboardInterrupt:
    raise SystemExit("ended in order")
"""


# Without the mark pytest-django refuses every query of a test. These get around that: its
# fixtures that lead to a database, and our ways to a process that opens one.
FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server", "admin_client"}
WAYS = {outside.environment, outside.manage, outside.holding}


def test_nothing_that_uses_a_database_is_left_out_on_postgresql(
    request: pytest.FixtureRequest,
) -> None:
    """Of the tests of this run: alone it looks at its own file only."""
    marks = ("django_db", "stack", "browser")
    left_out = [
        item
        for item in request.session.items
        if isinstance(item, pytest.Function)
        and not any(map(item.get_closest_marker, marks))
    ]

    astray = [
        item.nodeid
        for item in left_out
        if FIXTURES & set(item.fixturenames) or WAYS & set(named(item.function))
    ]
    assert left_out
    assert astray == []


def named(function: Callable[..., object]) -> Iterator[object]:
    """What its code names of its module."""
    for name in function.__code__.co_names:
        found = function.__globals__.get(name)
        if callable(found):
            yield found
