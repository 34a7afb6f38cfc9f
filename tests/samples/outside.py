"""Another process on the database of the running test."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from registry.engines import BusyError, engine
from tests.processes import wait_until

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import signal, sys, django
django.setup()
from registry.engines import engine
with engine().exclusive(sys.argv[1]):
    print("held", flush=True)
    signal.pause()
"""


def database_url(connection: BaseDatabaseWrapper = connection) -> str:
    """The test's own database; only a test with real transactions shares its rows."""
    place = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{place['NAME']}"
    login = f"{quote(place['USER'])}:{quote(place['PASSWORD'])}"
    return f"postgresql://{login}@{place['HOST']}:{place['PORT']}/{place['NAME']}"


def environment() -> dict[str, str]:
    django = {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": database_url(),
        "VAULT_URL": database_url(connections["vault"]),
        "JOURNAL_DIR": str(settings.JOURNAL_DIR),
    }
    return os.environ | django


def manage(*arguments: object) -> "subprocess.Popen[str]":
    """A management command, started; what it says of failure is in its `stderr`."""
    return subprocess.Popen(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def holding(name: str) -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds the named lock, until the end of the block."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, name],
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout
        try:
            assert holder.stdout.readline() == "held\n"
            yield holder
        finally:
            holder.kill()
    wait_until(lambda: is_free(name), f"the end of the lock {name}")


def is_free(name: str) -> bool:
    """Whether nobody holds the named lock; a server may take a moment to notice a death."""
    try:
        with engine().exclusive(name):
            return True
    except BusyError:
        return False
