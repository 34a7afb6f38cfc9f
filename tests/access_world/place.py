"""Where an experiment about access happens: a register of its own, nothing of which stays.

Run in a process of its own, with the settings in the environment. The day is fixed, and
whatever a try changes is undone before the next.
"""

import json
import logging
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from random import Random
from typing import NamedTuple, TypeVar

import time_machine
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections, transaction

from registry.models import Instance
from registry.vault.router import VAULT
from tests.access_world.world import World, make_world
from tests.database import shared
from tests.factories import AT

# How many were tried, and what went wrong with which.
Found = tuple[int, list[str]]
T = TypeVar("T")
# Without the manifest, which only `collectstatic` makes.
STATIC = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


class Share(NamedTuple):
    """Which of all tries: in an order by chance, those from `first` to `until` of `n`."""

    seed: int
    first: int
    until: int
    n: int

    def of(self, every: Iterable[T]) -> list[T]:
        found = list(every)
        Random(self.seed).shuffle(found)
        return [one for k, one in enumerate(found) if self.has(k)]

    def has(self, k: int) -> bool:
        return self.first <= k % self.n < self.until


def main(module: str, *share: int) -> None:
    """Let `module.play` try its share, and print what it found."""
    prepare()
    play: Callable[[World, Share], Found]
    play = import_module(f"tests.access_world.{module}").play
    with time_machine.travel(AT, tick=False), shared():
        tried, failures = play(make_world(), Share(*share))
    sys.stdout.write(json.dumps({"n": tried, "failures": failures}))


def prepare() -> None:
    logging.disable(logging.CRITICAL)
    settings.STORAGES = settings.STORAGES | {"staticfiles": STATIC}
    call_command("migrate", verbosity=0)
    call_command("migrate", database=VAULT, verbosity=0)
    call_command("compile_catalogs", verbosity=0)
    Instance.objects.mark(Instance.Purpose.TEST)


@contextmanager
def undone() -> Iterator[None]:
    """What is changed within is as before afterwards; limits count from the start."""
    with ExitStack() as stack:
        for alias in connections:
            stack.enter_context(transaction.atomic(using=alias))
        yield
        for alias in connections:
            transaction.set_rollback(True, using=alias)
    cache.clear()
