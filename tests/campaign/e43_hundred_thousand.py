"""E43: a file of 100,000 penalties goes from its upload to the public page, by two people
in a browser; the next one, with three in ten records missing, is stopped.

On the day of this portal on which most terms end at once: the last of a February, for what
was decided on a 28th, a 29th, and a 31st half a year ago. Its slice in CI is the same
program with some hundreds of records, `tests/browser/test_big_file.py`.
"""

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import reading
from tests.browser.conftest import FLAGS
from tests.campaign.frame import Experiment, Outcome, say
from tests.hundred_thousand.journey import PATIENCE, Journey
from tests.servers import find_chromium
from tests.stack import Stack

N = 100_000
# Ten in the morning in Shanghai.
NOW = datetime(2027, 2, 28, 2, tzinfo=UTC)
BEGIN = "from tests.hundred_thousand.before import begin; begin({})"
# Values of the bar that somebody who looks at it has to see.
MOVES = 3


def step(seed: int, i: int) -> Outcome:
    """The whole of it, on a site and in a browser that are thrown away afterwards."""
    with site() as stack, chromium() as browser, TemporaryDirectory() as folder:
        journey = Journey(stack, Desk(stack, browser), Path(folder), n=N, seed=seed)
        failures = [*timed("released", journey.first_month())]
        if len(set(journey.progress)) < MOVES:
            failures.append(f"the bar only said {journey.progress}")
        failures += timed("stopped", journey.next_month())
        say(f"E43: the worker took {peak(stack):,} MB at most\n")
    return Outcome(N, tuple(failures))


def timed(what: str, faults: Iterator[str]) -> list[str]:
    start = time.monotonic()
    found = list(faults)
    say(f"E43: {what} after {time.monotonic() - start:,.0f} s\n")
    return found


@contextmanager
def site() -> Iterator[Stack]:
    """With the rules and the accounts of one authority, on that day."""
    with Stack() as stack:
        offset = NOW - datetime.now(UTC)
        begin = BEGIN.format(int(offset.total_seconds()))
        stack.manage("shell", "--verbosity=0", "--command", begin, within=600)
        yield stack


@contextmanager
def chromium() -> Iterator[Browser]:
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=[*sandbox, *FLAGS]
        )
        yield browser
        browser.close()


class Desk:
    """Signs in whoever has one of the accounts, each in a browser of their own."""

    def __init__(self, stack: Stack, browser: Browser) -> None:
        self.stack, self.browser = stack, browser
        file = stack.data_dir / "accounts.json"
        rows = json.loads(file.read_text(encoding="utf-8"))
        self.accounts = {row["name"]: row for row in rows}
        expect.set_options(timeout=PATIENCE)

    def __call__(self, name: str) -> Page:
        width, height = reading.WIDTHS[-1], reading.HEIGHT
        context = self.browser.new_context(
            base_url=self.stack.web_url, viewport={"width": width, "height": height}
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        reading.sign_in(page, self.accounts[name])
        return page


def peak(stack: Stack) -> int:
    """The most memory that the worker or a process of it has held, in MB."""
    own = Path(f"/proc/{stack.worker.pid}")
    children = (own / f"task/{stack.worker.pid}/children").read_text().split()
    return max(held(own), *(held(Path(f"/proc/{child}")) for child in children))


def held(process: Path) -> int:
    (line,) = re.findall(r"VmHWM:\s+(\d+) kB", (process / "status").read_text())
    return int(line) // 1024


COVERS = (
    "registry/intake",
    "registry/actions/open_many.py",
    "registry/actions/release_many.py",
    "registry/actions/texts.py",
    "registry/screening.py",
    "registry/admin/deliveries.py",
    "registry/admin/delivery_acts.py",
    "templates/admin/registry/delivery",
)
EXPERIMENT = Experiment(
    "E43",
    "HUNDRED_THOUSAND",
    seed=20260316,
    # A slice of it belongs to the browser tests, which have a site already.
    steps={"full": 1, "ci": 0},
    step=step,
    covers=COVERS,
)
