"""E27: hostile questions bring no error of the server, and hold nobody up.

They come over the network, from several clients at once.
"""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.campaign.frame import Experiment, Outcome, say
from tests.hostile import addresses
from tests.stack import Stack

CLIENTS = 4
# Seconds for ninety-nine of a hundred; and after which a client gives up.
BOUND, PATIENCE = 0.3, 30
# The first step is small and is all that CI runs: errors count there and times do not,
# which on a busy machine would be those of its neighbours.
SMALL, LARGE = 2_000, 100_000
QUESTIONS = {SMALL: 400, LARGE: 10_000}
STEPS = {"full": 3, "ci": 1}
FILL = "from tests.registers import fill; fill({}, {})"
SITE_FAILED = 500
# What a process reads at its first question is not what hostile questions cost.
WARM = [f"/search/?q={letters}" for letters in ("ceshi", "shuzhou", "cs", "9199")] * 16


class Answer(NamedTuple):
    """`status` is 0 where none came."""

    address: str
    status: int
    seconds: float


def step(seed: int, i: int) -> Outcome:
    n_rows = LARGE if i else SMALL
    with filled(n_rows, seed) as stack:
        answers = from_all(stack, list(addresses(seed + i, QUESTIONS[n_rows])))
    return Outcome(len(answers), tuple(faults(answers, is_judged=n_rows == LARGE)))


def faults(answers: Sequence[Answer], *, is_judged: bool) -> Iterator[str]:
    for one in answers:
        if not one.status or one.status >= SITE_FAILED:
            yield f"{one.status} for {one.address[:300]}"
    seconds = sorted(one.seconds for one in answers)
    p50, p99 = (seconds[int(len(seconds) * share)] for share in (0.5, 0.99))
    say(f"E27: {len(answers):,} answers, p50 {p50 * 1e3:.0f} ms, p99 {p99 * 1e3:.0f} ms\n")
    if is_judged and p99 > BOUND:
        yield f"p99 is {p99 * 1e3:.0f} ms"


@contextmanager
def filled(n_rows: int, seed: int) -> Iterator[Stack]:
    """A site of its own with so many fictitious organisations."""
    stack = Stack()
    # Each question comes from somewhere else, because an address has a limit of its own.
    stack.env["PROXIES"] = "1"
    with stack:
        stack.manage("shell", "--command", FILL.format(n_rows, seed), within=1_800)
        from_all(stack, WARM)
        yield stack


def from_all(stack: Stack, asked: Sequence[str]) -> list[Answer]:
    """What all clients are answered, each with its share of the questions."""
    shares = [asked[client::CLIENTS] for client in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS) as pool:
        return [one for row in pool.map(ask, [stack] * CLIENTS, shares) for one in row]


def ask(stack: Stack, asked: Sequence[str]) -> list[Answer]:
    site = HTTPConnection(urlsplit(stack.web_url).netloc, timeout=PATIENCE)
    try:
        return [answered(site, address, place) for place, address in enumerate(asked)]
    finally:
        site.close()


def answered(site: HTTPConnection, address: str, place: int) -> Answer:
    asker = {"X-Forwarded-For": f"2001:db8:{place:x}::1"}
    start = time.perf_counter()
    try:
        site.request("GET", address, headers=asker)
        response = site.getresponse()
        response.read()
        status = response.status
    except (OSError, HTTPException):
        # The next request opens a new connection.
        site.close()
        status = 0
    return Answer(address, status, time.perf_counter() - start)


COVERS = (
    "registry/search",
    "registry/names.py",
    "portal/views/search.py",
    "portal/views/suggestions.py",
    "portal/narrowing.py",
)
EXPERIMENT = Experiment(
    "E27", "SEARCH_DOS", seed=20260316, steps=STEPS, step=step, covers=COVERS
)
