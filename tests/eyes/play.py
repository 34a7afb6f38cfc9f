"""Walks a register of its own, then tries to make its records say something else.

Run in a process of its own, with the settings in the environment.
"""

import json
import logging
import sys

import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import override_settings

from registry.models import Instance
from registry.vault.router import VAULT
from tests.eyes.tamper import Tamper
from tests.eyes.walk import Walk, shown_to_somebody
from tests.eyes.world import make_world
from tests.factories import AT


def main(n_each: int, names: str) -> None:
    """Prints, as JSON, how much was read and tried and what went wrong.

    `n_each` rows of a kind are opened, by those that are named, or by everybody.
    """
    logging.disable(logging.CRITICAL)
    for alias in ("default", VAULT):
        call_command("migrate", database=alias, verbosity=0)
    if connection.vendor == "sqlite":
        # What outlives a failure of the power is not what is measured.
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
    Instance.objects.mark(Instance.Purpose.TEST)
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    hasher = "tests.brute.hashers.CountingHasher"
    with (
        override_settings(
            STORAGES=settings.STORAGES | {"staticfiles": plain}, PASSWORD_HASHERS=[hasher]
        ),
        time_machine.travel(AT, tick=False),
    ):
        sys.stdout.write(json.dumps(found(n_each, names.split(","))))


def found(n_each: int, names: list[str]) -> dict[str, object]:
    world = make_world()
    chosen = {name: user for name, user in world.staff.items() if name in names}
    walk = Walk(world, chosen or world.staff, n_each)
    failures = list(walk.all())
    # Those of the own authority were opened and shown, or nothing was tried.
    if len(shown_to_somebody(world.canaries)) != len(world.canaries) - 1:
        failures.append("not every person of the authority was opened by somebody")
    if not (walk.n_shown and walk.n_exports):
        failures.append("nobody was shown anything")
    tamper = Tamper()
    failures += [*tamper.all(), *tamper.as_owner()]
    return {
        "n": walk.n + tamper.n,
        "n_pages": walk.n,
        "n_shown": walk.n_shown,
        "n_exports": walk.n_exports,
        "n_tries": tamper.n_tries,
        "n_breaks": tamper.n_breaks,
        "failures": failures,
    }
