"""Child processes that do not outlive their owner, and the folder they live in.

Standard library only, because the janitor below runs this file by itself.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

BETWEEN_LOOKS = 0.05
LOG_TAIL = 2000


class StartError(RuntimeError):
    """A server went away, or did not answer in time, while it was being started."""


def wait_until(condition: Callable[[], object], what: str, within: float = 30) -> None:
    """Look until the condition holds; TimeoutError names what did not come true."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {within:g} s")
        time.sleep(BETWEEN_LOOKS)


def free_port() -> int:
    """A loopback port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def alive(pid: int) -> bool:
    """Whether the process runs; one that has ended but was not yet collected does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state, _ = stat(pid)
    return state not in {"Z", "X"}


def stat(pid: int) -> tuple[str, int]:
    """State and parent; unknown where the machine has no /proc."""
    try:
        # The name between the brackets may itself hold blanks and brackets.
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2]
    except OSError:
        return "", 0
    state, parent = fields.split()[:2]
    return state, int(parent)


def tree(pid: int) -> list[int]:
    """The process and all that descend from it; itself alone where there is no /proc."""
    parents = {
        int(entry.name): stat(int(entry.name))[1]
        for entry in Path("/proc").glob("[0-9]*")
        if entry.name.isdigit()
    }
    family = [pid]
    for member in family:
        family += [child for child, parent in parents.items() if parent == member]
    return family


def send(number: signal.Signals, pids: Iterable[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def end(roots: Iterable[int], within: float) -> None:
    """TERM to each, and after the bound KILL to whatever is left of their families."""
    roots = [pid for pid in roots if alive(pid)]
    # Looked up before: orphans no longer tell whose children they were.
    families = [pid for root in roots for pid in tree(root)]
    # Never to the whole family: a prefork worker whose children got the signal hangs.
    send(signal.SIGTERM, roots)
    with suppress(TimeoutError):
        wait_until(lambda: not any(map(alive, families)), "end", within)
    send(signal.SIGKILL, filter(alive, families))


class Workspace:
    """A temporary folder and the processes in it; both go when it is closed.

    They also go when the owner is killed: a janitor process, which no signal to
    the owner reaches, notices that its pipe has closed.
    """

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="portal-test-"))
        # A server that refuses root has to reach its own folder in here.
        self.path.chmod(0o711)
        self.parts: list[Part] = []
        self._janitor = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__, str(self.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )

    def tell_janitor(self, notice: str) -> None:
        if self._janitor.stdin and not self._janitor.stdin.closed:
            self._janitor.stdin.write(f"{notice}\n")
            self._janitor.stdin.flush()

    def stop(self) -> None:
        """End every part, youngest first."""
        for part in reversed(self.parts):
            part.stop()

    def close(self) -> None:
        """End everything and remove the folder. Safe to call twice."""
        self.stop()
        if self._janitor.poll() is None:
            # The janitor removes the folder: one way for every ending.
            self._janitor.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


@dataclass
class Part:
    """One server: how it is started, how to tell that it serves, and how to end it."""

    workspace: Workspace
    name: str
    command: Sequence[str]
    healthy: Callable[[], object]
    env: Mapping[str, str]
    user: str | None = None
    # What the server understands as "finish now, in order".
    farewell: signal.Signals = signal.SIGTERM
    start_within: float = 60
    stop_within: float = 15
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False, repr=False)
    _log_start: int = field(default=0, init=False, repr=False)

    def __post_init__(self) -> None:
        self.workspace.parts.append(self)

    @property
    def pid(self) -> int:
        assert self._process, f"{self.name} was never started"
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """As subprocess has it: 0 for a clean end, negative for a signal."""
        return self._process.poll() if self._process else None

    @property
    def log_path(self) -> Path:
        return self.workspace.path / f"{self.name}.log"

    def log(self) -> str:
        """What it said since its latest start."""
        with self.log_path.open("rb") as file:
            file.seek(self._log_start)
            return file.read().decode(errors="replace")

    def start(self) -> Self:
        """Start it and return when it serves; StartError carries the end of its log."""
        self.launch()
        return self.wait()

    def launch(self) -> None:
        """Start it and return at once."""
        assert not self.running, f"{self.name} runs already"
        with self.log_path.open("ab") as log:
            self._log_start = log.tell()
            self._process = subprocess.Popen(
                self.command,
                env=dict(self.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=Path(__file__).resolve().parent.parent if self.user is None else "/",
                # Ctrl-C in the terminal is for the owner, who ends the parts in order.
                start_new_session=True,
                **as_user(self.user),
            )
        self.workspace.tell_janitor(f"+{self.pid}")

    def wait(self) -> Self:
        """Return when it serves, or end it."""
        try:
            wait_until(
                lambda: not self.running or self.healthy(), self.name, self.start_within
            )
        except TimeoutError as late:
            self.kill()
            raise StartError(f"{late}\n{self.log()[-LOG_TAIL:]}") from late
        if not self.running:
            raise StartError(f"{self.name} ended at once\n{self.log()[-LOG_TAIL:]}")
        return self

    def stop(self) -> None:
        """Ask it to finish; KILL it and its children when it does not within the bound."""
        if self._process is None:
            return
        family = tree(self.pid) if self.running else []
        if self.running:
            self._process.send_signal(self.farewell)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(self.stop_within)
        self._collect(family)

    def kill(self) -> None:
        """`kill -9`, children included, as when the machine fails."""
        self._collect(tree(self.pid) if self.running else [])

    def _collect(self, family: Sequence[int]) -> None:
        assert self._process
        send(signal.SIGKILL, filter(alive, family))
        self._process.wait()
        wait_until(lambda: not any(map(alive, family)), f"the end of {self.name}")
        self.workspace.tell_janitor(f"-{self.pid}")


def as_user(name: str | None) -> dict[str, Any]:
    """The arguments of Popen that drop to a user and keep no group of ours."""
    if name is None:
        return {}
    return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}


def keep(folder: Path, notices: Iterable[str]) -> None:
    """The janitor: when the owner falls silent, end what it left and remove the folder."""
    running: set[int] = set()
    for notice in notices:
        sign, pid = notice[0], int(notice[1:])
        (running.add if sign == "+" else running.discard)(pid)
    end(running, within=5)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), sys.stdin)
