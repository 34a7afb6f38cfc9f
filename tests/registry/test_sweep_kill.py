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
# Seconds into the tick; a batch takes a good tenth of one.
LATEST_KILL = 0.5
MORNING_AFTER = "2029-03-17T00:00:30+08:00"
# One Django start for all: each line of input is a tick in a process of its own, which
# a thread kills, wherever it is by then, after so many seconds.
TICKS = """
import os, signal, sys, threading
import django
django.setup()
from django.core.management import call_command
for line in sys.stdin:
    if not (child := os.fork()):
        killer = threading.Timer(float(line), os.kill, (os.getpid(), signal.SIGKILL))
        killer.daemon = True
        killer.start()
        call_command("tick", at=sys.argv[1])
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
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


def tick_for(process: "subprocess.Popen[str]", seconds: float) -> int:
    """The exit status of one tick; minus nine where it was killed."""
    assert process.stdin
    assert process.stdout
    print(seconds, file=process.stdin, flush=True)
    return int(process.stdout.readline())


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
        while n_kills < N_KILLS:
            status = tick_for(process, chance.uniform(0, LATEST_KILL))
            left = Listing.objects.filter(ended_at=None).count()
            n_kills += status == -9
            n_in_the_middle += status == -9 and 0 < left < Listing.objects.count()
            if not left:
                make_due(model, N_DUE)
        assert tick_for(process, 600) == 0

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
