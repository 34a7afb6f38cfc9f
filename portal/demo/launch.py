"""Web server and worker as children of one foreground process, which leaves none behind.

The children live in sessions of their own: the terminal's Ctrl-C reaches only
the launcher, which then asks each child by its pid. A Celery worker that gets
the signal together with its pool has been seen to hang.
"""

import ctypes
import errno
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

BASE_DIR = Path(__file__).resolve().parent.parent.parent
HOST = "127.0.0.1"
# Seconds: a cold start on a slow disk; a worker that finishes its task; between two looks.
START_WITHIN = 90
STOP_WITHIN = 15
LOOK_EVERY = 0.2
PR_SET_PDEATHSIG = 1


class LaunchError(Exception):
    """Why the demo cannot run, in one sentence fit to show."""


def read_port(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise LaunchError(
        f"'{text}' is not a port: give a number from 1 to 65535, for example"
        " make demo PORT=8001."
    )


def refuse_busy_port(port: int) -> None:
    """Asked first: the web server would try for seconds and then trace back."""
    with socket.socket() as probe:
        # As the web server does, or connections that have just ended would count as busy.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen()
        except OSError as refused:
            if refused.errno == errno.EACCES:
                reason = "is reserved for the administrator"
            else:
                reason = "is used by another program"
            other = port + 1 if 1024 <= port < 65535 else 8001
            raise LaunchError(
                f"Port {port} {reason}: choose another one, for example"
                f" make demo PORT={other}."
            ) from refused


@contextmanager
def only_one(folder: Path) -> Iterator[int]:
    """Hold the folder's lock; yields its descriptor, which the worker inherits.

    So the lock lasts until the last worker is gone, even after a launcher that
    was killed: two schedulers on one schedule file would spoil it.
    """
    with (folder / "demo.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            lock.seek(0)
            raise LaunchError(
                f"A demo already runs in this folder (process {lock.read().strip()}):"
                " stop it with Ctrl-C first, or start this one with another DATA_DIR."
            ) from taken
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield lock.fileno()


def stop_with_parent() -> None:
    """Get a TERM when the process that started this one is gone; Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Launcher:
    """Runs the children from `start` to `stop`; TERM, HUP and Ctrl-C ask it to stop."""

    def __init__(self, *, port: int, folder: Path, lock: int) -> None:
        self.port = port
        self.folder = folder
        self.lock = lock
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.asked_to_stop = False

    def run(self, when_ready: Callable[[], None]) -> None:
        """Serve until asked to stop; raises LaunchError where a child ends by itself."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.ask_to_stop)
        try:
            self.start("The web server", self.web_server())
            self.start("The worker", self.worker())
            self.wait(until=self.is_ready, at_most=START_WITHIN)
            if not self.asked_to_stop:
                when_ready()
            self.wait()
        finally:
            self.stop()

    def ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop = True

    def web_server(self) -> list[str]:
        # Without a control socket, and without an access log: it would keep query strings.
        return [
            *("gunicorn", "portal.wsgi:application", "--bind", f"{HOST}:{self.port}"),
            *("--worker-class", "gthread", "--workers", "2", "--threads", "4"),
            *("--graceful-timeout", "5", "--log-level", "warning", "--no-control-socket"),
            # One's own machine: an address of any length gets the site's own sentence,
            # where gunicorn's would be English for everybody.
            *("--limit-request-line", "0"),
        ]

    def worker(self) -> list[str]:
        # One process for worker and scheduler; the solo pool ends cleanly on TERM.
        return [
            *("celery", "--quiet", "--app", "portal", "worker", "--beat", "--pool", "solo"),
            *("--schedule", str(self.folder / "beat-schedule"), "--loglevel", "warning"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ]

    def start(self, name: str, command: Sequence[str]) -> None:
        launcher = os.getpid()

        def before_exec() -> None:
            # A launcher that is killed cannot stop anybody, so the kernel does it.
            stop_with_parent()
            if os.getppid() != launcher:
                os._exit(1)

        # Celery warns whoever runs it as root, which is no news in a container.
        warnings = ("-W", "ignore:You're running the worker with superuser")
        self.children[name] = subprocess.Popen(
            [sys.executable, *warnings, "-m", *command],
            cwd=BASE_DIR,
            env={"SITE_URL": f"http://{HOST}:{self.port}", **os.environ},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=before_exec,  # noqa: PLW1509 - this process has one thread
            pass_fds=(self.lock,),
        )

    def wait(
        self, *, until: Callable[[], bool] = lambda: False, at_most: float = float("inf")
    ) -> None:
        """Until something holds, or the user has had enough."""
        deadline = time.monotonic() + at_most
        while not (self.asked_to_stop or until()):
            self.look_after_children()
            if time.monotonic() > deadline:
                raise LaunchError(f"The site did not answer within {at_most:.0f} seconds.")
            time.sleep(LOOK_EVERY)

    def look_after_children(self) -> None:
        for name, child in self.children.items():
            if child.poll() is not None:
                raise LaunchError(
                    f"{name} ended by itself (exit status {child.returncode});"
                    " the demo has been stopped."
                )

    def is_ready(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
        try:
            connection.request("GET", "/healthz/ready")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def stop(self) -> None:
        """Ask each child by its pid, wait, and end what has not ended within the bound."""
        for child in self.children.values():
            child.terminate()
        deadline = time.monotonic() + STOP_WITHIN
        for child in self.children.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(max(0, deadline - time.monotonic()))
            # What the child left of its own session, or the child itself if it hangs.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
