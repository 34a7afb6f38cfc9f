"""`make test` runs its parts at the same time, keeps them apart and leaves none behind."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.processes import alive, tree, wait_until

ROOT = Path(__file__).resolve().parent.parent
RUN = """
import json, sys
from tests.__main__ import main
sys.exit(main(json.loads(sys.argv[1])))
"""


@contextmanager
def suite(**parts: str) -> Iterator["subprocess.Popen[str]"]:
    commands = {name: [sys.executable, "-c", code] for name, code in parts.items()}
    with subprocess.Popen(
        [sys.executable, "-c", RUN, json.dumps(commands)],
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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whoever_stops_it_stops_every_part_in_order(
    number: signal.Signals, tmp_path: Path
) -> None:
    started = [tmp_path / "one", tmp_path / "two"]
    with suite(**{file.name: waits(file) for file in started}) as running:
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
