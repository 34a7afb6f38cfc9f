"""Child processes and their folder end with their owner, whatever ends the owner."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import Part, StartError, Workspace, alive, tree, wait_until

PATIENT = "import signal; print('up', flush=True); signal.pause()"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {PATIENT}"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {STUBBORN!r}])"
# Starts a server, says where, and waits to be killed.
OWNER = f"""
import signal, sys
from tests.processes import Part, Workspace
workspace = Workspace()
part = Part(workspace, "p", [sys.executable, "-c", {PATIENT!r}], lambda: True, {{}}).start()
print(part.pid, workspace.path, flush=True)
signal.pause()
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_outlives_an_owner_that_is_killed(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout
        pid, path = owner.stdout.readline().split()
        assert alive(int(pid))

        owner.send_signal(number)

    wait_until(lambda: not alive(int(pid)), "the server ends")
    wait_until(lambda: not Path(path).exists(), "the folder goes")


def part(workspace: Workspace, code: str, *, stop_within: float = 15) -> Part:
    command = [sys.executable, "-c", code]
    made = Part(workspace, "part", command, lambda: "up" in made.log(), {})
    made.stop_within = stop_within
    return made


def test_it_starts_stops_and_starts_again() -> None:
    with Workspace() as workspace:
        server = part(workspace, PATIENT).start()
        first = server.pid
        server.stop()
        assert (server.running, server.exit_code) == (False, -signal.SIGTERM)

        server.start()

        assert server.running
        assert server.pid != first
    assert not alive(server.pid)
    assert not workspace.path.exists()


def test_what_does_not_end_is_killed_with_its_children() -> None:
    with Workspace() as workspace:
        server = part(workspace, PARENT, stop_within=0.1).start()
        family = tree(server.pid)
        assert len(family) == 2

        server.stop()

        assert not any(map(alive, family))


def test_kill_takes_the_children_along() -> None:
    with Workspace() as workspace:
        server = part(workspace, PARENT).start()
        family = tree(server.pid)

        server.kill()

        assert not any(map(alive, family))
        assert server.exit_code == -signal.SIGKILL


def test_a_server_that_cannot_start_says_why() -> None:
    with Workspace() as workspace, pytest.raises(StartError, match="no such thing"):
        part(workspace, "raise SystemExit('no such thing')").start()


def test_a_condition_that_never_holds_is_named() -> None:
    with pytest.raises(TimeoutError, match="the moon: not within 0 s"):
        wait_until(lambda: False, "the moon", within=0)


def test_this_process_is_alive() -> None:
    assert alive(os.getpid())
