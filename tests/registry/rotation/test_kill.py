"""A change of keys that is killed at any moment loses nobody, and the next run ends it."""

import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import F, Value
from django.db.models.functions import Concat

from registry import vault
from registry.models import CaseKey, Listing, Person
from registry.rotation import begin, rehash_some, rewrap_some
from registry.vault import rings
from tests.factories import AT
from tests.registry.people import (
    hash_of_name,
    hash_of_number,
    make_people,
    opened_keys,
)
from tests.samples.outside import ROOT, environment

pytestmark = pytest.mark.django_db(transaction=True)

N_PEOPLE = 2_000
N_KILLS = 20
SEED = 20260316
# Seconds into the run. What comes too early or too late moves it, on any machine.
LATEST_KILL = 0.6
# One Django start for all: each line of input is a change in a process of its own, which
# a thread kills, wherever it is by then, after so many seconds.
CHANGES = """
import os, signal, sys, threading
from datetime import datetime
import django
django.setup()
from registry import rotation
purpose, at = sys.argv[1], datetime.fromisoformat(sys.argv[2])
step = {"index": rotation.rehash_some, "master": rotation.rewrap_some}[purpose]
for line in sys.stdin:
    if not (child := os.fork()):
        killer = threading.Timer(float(line), os.kill, (os.getpid(), signal.SIGKILL))
        killer.daemon = True
        killer.start()
        try:
            rotation.begin(purpose, at)
        except rotation.RotationError:
            pass
        step(at)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@contextmanager
def changes(purpose: str, folder: Path) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", CHANGES, purpose, AT.isoformat()],
        cwd=ROOT,
        env=environment() | {"KEYS_DIR": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def kills(process: "subprocess.Popen[str]", chance: random.Random) -> Iterator[bool]:
    """Run after run until enough were killed; whether this one was."""
    assert process.stdin
    assert process.stdout
    n_kills, latest = 0, LATEST_KILL
    while n_kills < N_KILLS:
        print(chance.uniform(0, latest), file=process.stdin, flush=True)
        status = int(process.stdout.readline())
        assert status in (0, -9)
        n_kills += status == -9
        latest *= 1.2 if status else 0.6
        yield status == -9


def test_everybody_is_found_through_all_kills_of_the_index_key(folder: Path) -> None:
    chance = random.Random(SEED)
    drafts = make_people(N_PEOPLE)
    n_in_the_middle = 0

    with changes("index", folder) as process:
        for was_killed in kills(process, chance):
            n_in_the_middle += was_killed and n_ids() > 1
            assert not Listing.objects.exclude(
                party_key=Concat(Value("p"), F("person__number_hash"))
            )
            for draft in chance.sample(drafts, 25):
                numbers = vault.number_hashes("resident", draft.number)
                assert Person.objects.filter(number_hash__in=numbers).count() == 1
                names = vault.name_hashes(draft.name)
                assert Person.objects.filter(name_hash__in=names).count() == 1
            if not was_killed:
                rehash_some(AT + timedelta(hours=1))
    rehash_some(AT + timedelta(hours=1))

    assert n_in_the_middle
    (path,) = folder.glob("index*.key")
    key = path.read_bytes()
    expected = {(hash_of_number(key, d.number), hash_of_name(key, d.name)) for d in drafts}
    assert set(Person.objects.values_list("number_hash", "name_hash")) == expected


def n_ids() -> int:
    return len({one[:8] for one in Person.objects.values_list("number_hash", flat=True)})


def test_every_case_opens_through_all_kills_of_the_master_key(folder: Path) -> None:
    chance = random.Random(SEED)
    make_people(N_PEOPLE)
    before = opened_keys()
    n_in_the_middle = 0

    with changes("master", folder) as process:
        for was_killed in kills(process, chance):
            n_in_the_middle += was_killed and n_wrappings() > 1
            assert opened_keys() == before
            if not was_killed:
                rewrap_some(AT + timedelta(days=35))
    rewrap_some(AT + timedelta(days=35))

    assert n_in_the_middle
    assert len(list(folder.glob("master*.key"))) == 1
    assert n_wrappings() == 1
    assert opened_keys() == before


def n_wrappings() -> int:
    rows = CaseKey.objects.values_list("wrapped", flat=True)
    return len({bytes(one)[:5] for one in rows})


def test_a_key_that_was_made_and_then_killed_is_the_one_that_goes_on(folder: Path) -> None:
    make_people(3)
    made = begin("index", AT)

    assert rehash_some(AT).n_left == 0

    assert rings.ring("index")[0] == made
