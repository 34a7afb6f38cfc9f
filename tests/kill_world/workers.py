"""Writers in processes of their own, each killed at a random moment or left to end.

One start of Django for all: every line of input forks a writer. `release whole` lets it
end and remembers how long it took, `release 0.4` kills it when it has worked for that
share of the time. The answer is how it ended: -9 where the kill came first.
"""

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from datetime import datetime

from django.db import connection

from portal.tick import STEPS, tick
from registry import actions
from registry.logbook import signing
from registry.models import Proposal
from tests.factories import AT, make_staff

# On its day half of what is released is over.
LATER = datetime.fromisoformat("2027-03-17T00:00:30+08:00")
N_SINGLE, N_BATCH = 3, 25


def release() -> None:
    """Some one by one, some in a batch; each is signed as soon as it is committed."""
    waiting = Proposal.objects.open().select_related("listing__authority")
    proposals = list(waiting.order_by("listing__case")[: N_SINGLE + N_BATCH])
    _, checker = make_staff(proposals[0].listing.authority)
    for proposal in proposals[:N_SINGLE]:
        actions.accept(proposal, by=checker, at=AT)
    actions.release_many(proposals[N_SINGLE:], by=checker, at=AT)


def sweep() -> None:
    actions.confirm_clock(LATER)
    actions.end_due(LATER)


def sign() -> None:
    signing.sign(LATER)


def a_tick() -> None:
    """All of it but the manifest, which closes a day: what is released after it has to
    begin later, and here it is over on that day.
    """
    actions.confirm_clock(LATER)
    steps = [step for step in STEPS if step[0] != "manifest"]
    if failed := tick(LATER, steps):
        raise RuntimeError(f"failed: {', '.join(failed)}")


WORK: dict[str, Callable[[], None]] = {
    "release": release,
    "sweep": sweep,
    "sign": sign,
    "tick": a_tick,
}


def write(work: Callable[[], None], ready: int) -> None:
    """What the writer does; it says when it begins, and ends without a clean-up."""
    status = 1
    try:
        connection.ensure_connection()
        os.write(ready, b"!")
        work()
        status = 0
    finally:
        # Whatever it was: nobody above may go on in a forked process.
        if status:
            traceback.print_exc()
        os._exit(status)


def run(name: str, share: str, whole: dict[str, float]) -> int:
    ready, begun = os.pipe()
    if not (child := os.fork()):
        write(WORK[name], begun)
    os.close(begun)
    os.read(ready, 1)
    os.close(ready)
    start = time.monotonic()
    if share != "whole":
        time.sleep(float(share) * whole[name])
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if share == "whole":
        whole[name] = time.monotonic() - start
    return os.waitstatus_to_exitcode(status)


def main() -> None:
    whole: dict[str, float] = {}
    for line in sys.stdin:
        name, share = line.split()
        sys.stdout.write(f"{run(name, share, whole)}\n")
        sys.stdout.flush()
