"""The life of E42: keys change one after the other while everybody goes on working.

Runs in a process of its own, in an environment that holds nothing else: see `main`.
"""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test.utils import override_settings, setup_test_environment
from django.utils import timezone

from portal.tick import tick
from registry import clock, rotation, vault
from registry.ledger import keys as ledger_keys
from registry.logbook import signing
from registry.models import CaseKey, Checkpoint, Instance, Listing, Person
from tests.factories import (
    AT,
    make_authority,
    make_list_type,
    make_rule,
    make_staff,
)
from tests.keys_world.crew import Crew
from tests.keys_world.people import ENDED, LISTED, People, person
from tests.keys_world.stranger import (
    forge_checkpoint,
    look,
    look_again,
    receipt,
    signed_by_none,
)
from tests.keys_world.work import Reader, Writer, rules
from tests.processes import wait_until
from tests.registry.people import hash_of_name, hash_of_number, stored_hashes

N_WRITERS, N_READERS = 2, 2
# Receipts handed out at each change.
N_RECEIPTS = 4
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Life:
    folder: Path
    dice: Random
    n: int = 0
    failures: list[str] = field(default_factory=list)
    receipts: list[dict[str, Any]] = field(default_factory=list)
    # What a thief took before it was destroyed, by purpose.
    stolen: dict[str, list[bytes]] = field(
        default_factory=lambda: {"index": [], "master": [], "ledger": []}
    )

    def __post_init__(self) -> None:
        self.people = People(self.folder)
        self.public = self.folder / "public"

    # --- Its course -----------------------------------------------------------------------

    def live(self, n_changes: int) -> None:
        with Crew(list(self.workers())) as crew:
            for _ in range(n_changes):
                self.change_index_key(crew)
                self.change_master_key(crew)
                self.change_ledger_key(crew)
                with crew.rest():
                    self.look_around()
        self.n += crew.n
        self.failures += crew.failures
        self.try_what_was_stolen()

    def workers(self) -> Iterator[Callable[[], Writer | Reader]]:
        for n in range(1, N_WRITERS + 1):
            authority = make_authority(f"测试市第{n}局")
            staff, dice = make_staff(authority), Random(self.dice.random())
            yield partial(Writer, n, self.folder, *staff, dice)
        for _ in range(N_READERS):
            dice = Random(self.dice.random())
            yield partial(Reader, People(self.folder), dice)

    # --- One key after the other ----------------------------------------------------------

    def change_index_key(self, crew: Crew) -> None:
        self.steal("index")
        call_command("rotate_keys", "index", stdout=StringIO())
        # Whoever made a hash under the old key has stored it by then: in a real register
        # that is what the hour is for.
        crew.pass_laps()
        later = clock.now() + HOUR
        wait_until(lambda: self.is_alone("index", rotation.rehash_some, later), "one key")

    def change_master_key(self, crew: Crew) -> None:
        self.steal("master")
        call_command("rotate_keys", "master", stdout=StringIO())
        crew.pass_laps()
        later = clock.now() + 35 * DAY
        wait_until(lambda: self.is_alone("master", rotation.rewrap_some, later), "one key")

    def is_alone(
        self, purpose: str, step: Callable[[datetime], object], at: datetime
    ) -> bool:
        step(at)
        return len(list(Path(settings.KEYS_DIR).glob(f"{purpose}*.key"))) == 1

    def change_ledger_key(self, crew: Crew) -> None:
        self.steal("ledger")
        call_command("rotate_keys", "ledger", stdout=StringIO())
        # Somebody else may have been signing.
        wait_until(lambda: rotation.change_ledger_key(clock.now()), "an announcement")
        crew.pass_laps()
        with crew.rest():
            move_clock(DAY)
        wait_until(self.has_taken_over, "the new key of the ledger")

    def has_taken_over(self) -> bool:
        if failed := tick(clock.now()):
            self.failures.append(f"the tick failed: {failed}")
        return all(one.is_destroyed for one in ledger_keys.known()[:-1])

    def steal(self, purpose: str) -> None:
        """A copy of the key that signs, wraps or hashes now."""
        (key,) = Path(settings.KEYS_DIR).glob(f"{purpose}*.key")
        self.stolen[purpose].append(key.read_bytes())

    # --- What has to hold -----------------------------------------------------------------

    def check(self, *wrong: str) -> None:
        self.n += 1
        self.failures += filter(None, wrong)

    def look_around(self) -> None:
        """After each change: nothing is left under a key that was destroyed."""
        # An end hides before it is signed.
        signing.sign(clock.now())
        shown = list(Listing.objects.on_display(clock.now()))
        given = self.dice.sample(shown, min(N_RECEIPTS, len(shown)))
        self.receipts += map(receipt, given)
        verdict = look(self.public, clock.now(), self.receipts)
        self.check("" if verdict.status == 0 else verdict.text)
        for note in Checkpoint.objects.values_list("note", flat=True):
            self.check(signed_by_none(note))
        self.check_nothing_is_hashed_under(self.stolen["index"][-1])
        self.check_everybody_is_found()

    def check_nothing_is_hashed_under(self, old: bytes) -> None:
        stored = stored_hashes()
        for serial in self.known():
            hashes = old_hashes(old, serial)
            self.check(f"{serial} is hashed under a destroyed key" * bool(hashes & stored))
        self.check(f"more than one index key: {ids(stored)}" * (len(ids(stored)) > 1))

    def check_everybody_is_found(self) -> None:
        for serial in self.known():
            numbers = vault.number_hashes("resident", person(serial).number)
            found = Person.objects.filter(number_hash__in=numbers).exists()
            self.check(f"{serial} has no row" * (not found))

    def known(self) -> list[int]:
        self.people.read_on()
        rows = self.people.rows.values()
        return [row["n"] for row in rows if row["state"] in (LISTED, ENDED)]

    def try_what_was_stolen(self) -> None:
        """At the end: old keys hash, open and sign nothing."""
        signing.sign(clock.now())
        look(self.public, clock.now())
        # A key that was replaced today may have signed until midnight.
        later = clock.now() + 2 * DAY
        for seed in self.stolen["ledger"]:
            forge_checkpoint(self.public, seed)
            verdict = look_again(self.public, later)
            self.check("an old key signs" * (verdict.codes() != {"bad-signature"}))
        for old in self.stolen["master"]:
            for row in CaseKey.objects.all():
                wrapped = bytes(row.wrapped)
                self.check("an old master key opens" * unwraps(old, row.case, wrapped))


def ids(hashes: set[str]) -> set[str]:
    return {one[:8] for one in hashes}


def old_hashes(key: bytes, serial: int) -> set[str]:
    found = person(serial)
    return {hash_of_number(key, found.number), hash_of_name(key, found.name)}


def unwraps(master: bytes, case: str, wrapped: bytes) -> bool:
    """By an own hand: one byte of format, four of the key, one of format, then the seal."""
    nonce, sealed = wrapped[6:18], wrapped[18:]
    try:
        AESGCM(master).decrypt(nonce, sealed, f"{case}/key".encode())
    except InvalidTag:
        return False
    return True


def move_clock(by: timedelta) -> None:
    instance = Instance.objects.current()
    assert instance is not None
    instance.clock_offset += int(by.total_seconds())
    instance.save()


def main(n_changes: int, seed: int) -> None:
    """`python -c "...; main(2, 7)"` after django.setup(); prints what came of it."""
    for alias in connections:
        call_command("migrate", database=alias, verbosity=0, skip_checks=True)
    offset = AT - timezone.now()
    Instance.objects.mark(Instance.Purpose.TEST, clock_offset=int(offset.total_seconds()))
    setup_test_environment()
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}):
        rules(make_rule, make_list_type)
        life = Life(Path(settings.DATA_DIR), Random(seed))
        life.live(n_changes)
    sys.stdout.write(json.dumps({"n": life.n, "failures": life.failures}) + "\n")
