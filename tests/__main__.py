"""`make test`: the whole suite, its parts side by side, told one after the other.

Three parts at once, and the next when one ends: so two processors are busy to the end,
and the servers that one part waits for leave theirs to the next. Ends with 0 only when
all passed.
"""

import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from tests.processes import BETWEEN_LOOKS, Part, Workspace

PYTEST = (sys.executable, "-m", "pytest")
# These start servers of their own and never touch the database of the suite.
OUTSIDE = "stack or browser"
# Whoever uses the database bears this mark, told or not: `tests/conftest.py` sees to it.
ON_BOTH = f"django_db and not ({OUTSIDE})"
# What pages say is the same on both; what they ask of a database the other tests ask.
PAGES_ONCE = "--ignore=tests/portal"
# A slice is no result: `docs/results` holds those in full.
SLICES = ("--scale=ci", "--chunk=3600", "--results=var/campaign/slices")
# The shortest last: it fills what the others leave.
PARTS = {
    "postgresql": (*PYTEST, "--engine=postgresql", PAGES_ONCE, "-m", ON_BOTH),
    "stack": (*PYTEST, "--engine=sqlite", "-m", OUTSIDE),
    "campaign": (sys.executable, "-m", "tests.campaign", *SLICES),
    "sqlite": (*PYTEST, "--engine=sqlite", "-m", f"not ({OUTSIDE})"),
}
AT_ONCE = 3


def main(commands: Mapping[str, Sequence[str]]) -> int:
    # What a shell starts in the background ignores Ctrl-C, and so would every part.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with Workspace() as workspace:
        queue = Queue([prepared(workspace, *named) for named in commands.items()])
        queue.advance()
        # Each part then ends in order and says how far it came.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: queue.interrupt())
        for part in queue.parts:
            say(f"\n### {part.name}\n".encode())
            tell(part, queue)
        return conclude(queue.parts)


def prepared(workspace: Workspace, name: str, command: Sequence[str]) -> Part:
    colour = {"PY_COLORS": "1"} if sys.stdout.isatty() else {}
    # A part has servers to stop before it ends.
    return Part(workspace, name, command, lambda: True, os.environ | colour, stop_within=60)


class Queue:
    """The parts in their order, so many of them at once."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = parts
        self.waiting = list(parts)

    def advance(self) -> None:
        while self.waiting and sum(part.running for part in self.parts) < AT_ONCE:
            self.waiting.pop(0).launch()

    def interrupt(self) -> None:
        """Ctrl-C as the terminal would give it, to each part and all that it runs."""
        self.waiting.clear()
        for part in self.parts:
            if part.running:
                with suppress(ProcessLookupError):
                    os.killpg(part.pid, signal.SIGINT)


def tell(part: Part, queue: Queue) -> None:
    """What it says, while it says it, until it has ended."""
    while part in queue.waiting:
        look(queue)
    if part.exit_code is None and not part.running:
        say(b"not begun\n")
        return
    with part.log_path.open("rb") as log:
        while part.running:
            say(log.read())
            look(queue)
        say(log.read())


def look(queue: Queue) -> None:
    time.sleep(BETWEEN_LOOKS)
    queue.advance()


def conclude(parts: Sequence[Part]) -> int:
    """The last line, for whoever reads only that."""
    failed = [part.name for part in parts if part.exit_code != 0]
    verdict = "failed" if failed else "passed"
    names = ", ".join(failed or [part.name for part in parts])
    say(f"\nSuite: {names} {verdict}.\n".encode())
    return 1 if failed else 0


def say(text: bytes) -> None:
    sys.stdout.buffer.write(text)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main(PARTS))
