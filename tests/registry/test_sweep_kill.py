"""A sweep that is killed at any moment ends every listing exactly once."""

import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from django.db.models import Count

from registry.models import Act, Listing, Outbox, Step
from registry.models.listing import new_case
from tests.factories import make_listing, make_rule
from tests.samples.outside import ROOT, environment

pytestmark = pytest.mark.django_db(transaction=True)

N_DUE = 5_000
N_KILLS = 30
SEED = 20260316
NEVER = 600.0
MORNING_AFTER = "2029-03-17T00:00:30+08:00"
# One Django start for all: each line of input is a tick in a process of its own, which
# a thread kills, wherever it is by then, after so many seconds. Seconds of its own work:
# those of the clock would pass before a busy machine lets it begin.
TICKS = """
import os, signal, sys, threading, time
import django
django.setup()
from django.core.management import call_command
def kill_after(seconds):
    while time.process_time() < seconds:
        time.sleep(0.001)
    os.kill(os.getpid(), signal.SIGKILL)
for line in sys.stdin:
    if not (child := os.fork()):
        threading.Thread(target=kill_after, args=(float(line),), daemon=True).start()
        call_command("tick", at=sys.argv[1])
        os._exit(0)
    _, status, used = os.wait4(child, 0)
    print(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, flush=True)
"""


@contextmanager
def ticks() -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", TICKS, MORNING_AFTER],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def tick_for(process: "subprocess.Popen[str]", seconds: float) -> tuple[int, float]:
    """How a tick ended, minus nine where it was killed, and how long it worked."""
    assert process.stdin
    assert process.stdout
    print(seconds, file=process.stdin, flush=True)
    status, worked = process.stdout.readline().split()
    return int(status), float(worked)


def make_due(model: Listing, n: int) -> None:
    """Listings like `model`, each with a decision of its own."""
    fields = {
        field.attname: getattr(model, field.attname)
        for field in Listing._meta.concrete_fields
        if field.name not in ("id", "case", "decision_no")
    }
    Listing.objects.bulk_create(
        Listing(**fields, case=(case := new_case()), decision_no=case) for _ in range(n)
    )


def test_each_is_ended_once_through_thirty_kills() -> None:
    chance = random.Random(SEED)
    model = make_listing(make_rule(), decided_on=date(2026, 3, 16))
    make_due(model, N_DUE - 1)
    n_kills = n_in_the_middle = 0

    with ticks() as process:
        # Left alone, it shows how long all of its moments are.
        status, whole = tick_for(process, NEVER)
        assert status == 0
        make_due(model, N_DUE)
        while n_kills < N_KILLS:
            status, _ = tick_for(process, chance.uniform(0, whole))
            left = Listing.objects.filter(ended_at=None).count()
            n_kills += status == -9
            n_in_the_middle += status == -9 and 0 < left < N_DUE
            if not left:
                make_due(model, N_DUE)
        status, _ = tick_for(process, NEVER)
        assert status == 0

    assert n_in_the_middle
    n_listings = Listing.objects.count()
    assert n_listings >= N_DUE
    assert Listing.objects.filter(end_reason="expired").count() == n_listings
    ends = Step.objects.filter(act=Act.END)
    assert ends.count() == n_listings
    assert not ends.values("listing").annotate(n=Count("pk")).filter(n__gt=1)
    owed = Outbox.objects.filter(kind="listing.ended")
    assert owed.count() == n_listings
    assert owed.values("row").distinct().count() == n_listings
    assert set(owed.values_list("row", flat=True)) == set(
        Listing.objects.values_list("case", flat=True)
    )
