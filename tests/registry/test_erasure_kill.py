"""Erasure that is killed at any moment leaves nobody half readable, and is finished."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest

from registry.models import CaseKey, Listing, Opening, Person, Proposal
from tests.factories import AT
from tests.registry.over import end, make_full, make_more, rule_with_words
from tests.samples.outside import ROOT, environment

pytestmark = pytest.mark.django_db(transaction=True)

# Two batches of an erasure.
N_CASES = 1_000
N_KILLS = 6
# Of which so many at least hit between two batches; no more tries than this.
N_IN_THE_MIDDLE, MOST_TRIES = 2, 60
SEED = 20260316
DAY = "2026-06-15T10:00:00+08:00"
# One Django start for all: each line of input is an erasure in a process of its own, which
# a thread kills, wherever it is by then, after so many seconds.
ERASURES = """
import os, signal, sys, threading
from datetime import datetime
import django
django.setup()
from registry.actions.erasure import erase_due
from registry.models import Head
at = datetime.fromisoformat(sys.argv[1])
for line in sys.stdin:
    if not (child := os.fork()):
        killer = threading.Timer(float(line), os.kill, (os.getpid(), signal.SIGKILL))
        killer.daemon = True
        killer.start()
        Head.objects.filter(pk=1).update(latest_at=at)
        erase_due(at)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@contextmanager
def erasures() -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", ERASURES, DAY],
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


def erase_for(process: "subprocess.Popen[str]", seconds: float) -> tuple[int, float]:
    """The exit status of one erasure, minus nine where it was killed; and its seconds."""
    assert process.stdin
    assert process.stdout
    start = time.monotonic()
    print(seconds, file=process.stdin, flush=True)
    status = int(process.stdout.readline())
    return status, time.monotonic() - start


def half_erased() -> int:
    """Rows that say they are erased and about which something can still be known."""
    erased = Listing.objects.exclude(erased_at=None)
    cases = set(erased.values_list("case", flat=True))
    readable = cases & set(CaseKey.objects.values_list("case", flat=True))
    return (
        len(readable)
        + erased.exclude(person__number_hash="").count()
        + erased.exclude(party_key="p").count()
        + Opening.objects.filter(listing__in=erased).count()
        + Proposal.objects.filter(listing__in=erased).exclude(sealed=None).count()
        + Person.objects.exclude(erased_at=None).filter(listing__erased_at=None).count()
    )


def test_nobody_is_half_erased_however_often_it_is_killed() -> None:
    chance = random.Random(SEED)
    model = end(make_full("person", rule_with_words()), AT)
    make_more(model, N_CASES)
    n_kills = n_in_the_middle = 0

    with erasures() as process:
        # How long one takes, which is hit at any moment from now on: a kill that comes
        # later than its end is none, costs as much, and says how long one takes now.
        status, whole = erase_for(process, 600)
        assert status == 0
        make_more(like_before(model), N_CASES)
        for _ in range(MOST_TRIES):
            if n_kills >= N_KILLS and n_in_the_middle >= N_IN_THE_MIDDLE:
                break
            status, lasted = erase_for(process, chance.uniform(0.01, whole))
            n_kills += status == -9
            left = Listing.objects.filter(erased_at=None).count()
            n_in_the_middle += 0 < left <= N_CASES
            assert half_erased() == 0
            if not left:
                whole = min(whole, lasted)
                make_more(like_before(model), N_CASES)
        assert erase_for(process, 600)[0] == 0

    assert n_kills >= N_KILLS
    assert n_in_the_middle >= N_IN_THE_MIDDLE
    assert half_erased() == 0
    assert not Listing.objects.filter(erased_at=None).exists()
    assert not Person.objects.exclude(number_hash="").exists()
    assert not CaseKey.objects.exists()


def test_two_at_once_share_the_work() -> None:
    make_more(end(make_full("person", rule_with_words()), AT), N_CASES)

    with erasures() as one, erasures() as other:
        for process in (one, other):
            assert process.stdin
            print(600, file=process.stdin, flush=True)
        for process in (one, other):
            assert process.stdout
            assert process.stdout.readline() == "0\n"

    assert half_erased() == 0
    assert not Listing.objects.filter(erased_at=None).exists()
    assert set(Listing.objects.values_list("version", flat=True)) == {
        Listing.objects.earliest("pk").version
    }


def like_before(model: Listing) -> Listing:
    """The copy in memory still says what its row said before it was erased."""
    assert model.ended_at == AT
    assert model.decided_on == date(2026, 3, 16)
    return model
