import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection, connections
from django.test import TransactionTestCase
from django.test.utils import override_settings
from pytest_django.plugin import DjangoDbBlocker

from portal.register_state import register_state
from registry.models import Instance
from tests import network
from tests.database import (
    check_deferred,
    remember_reference_rows,
    reset_database,
    shared,
)
from tests.registry.lived import Lived, lived
from tests.servers import MissingError, find_chromium, services_required
from tests.stack import Stack

Found = TypeVar("Found")

# A Monday, ten in the morning in Shanghai. In UTC, because time-machine would move the
# process into the zone of anything else.
NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        network.guard(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def static_files_by_their_plain_names() -> Iterator[None]:
    """Without the manifest, which only `collectstatic` makes and every page would need."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}):
        yield


class QuickHasher(Argon2PasswordHasher):
    """As in operation, without what makes guessing slow: a tenth of a second for each."""

    time_cost, memory_cost, parallelism = 1, 8, 1


@pytest.fixture(scope="session", autouse=True)
def passwords_are_hashed_quickly() -> Iterator[None]:
    with override_settings(PASSWORD_HASHERS=["tests.conftest.QuickHasher"]):
        yield


# --- The day ----------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def clock_stands_still(request: pytest.FixtureRequest) -> Iterator[None]:
    """Except where other processes take part, who have the real time."""
    if any(map(request.node.get_closest_marker, ("stack", "browser"))):
        yield
        return
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def journal_of_its_own(request: pytest.FixtureRequest) -> Iterator[None]:
    """A journal outlives a rolled back test, whose database would then be behind it."""
    if any(map(request.node.get_closest_marker, ("stack", "browser"))):
        yield
        return
    given, own = settings.JOURNAL_DIR, new_journal()
    if given.exists():
        # Of a register that the tests of a module share.
        shutil.copytree(given, own)
    with override_settings(JOURNAL_DIR=own):
        yield


def new_journal() -> Path:
    folder: Path = settings.DATA_DIR / "journals" / uuid4().hex
    return folder


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def today() -> date:
    return date(2026, 3, 16)


# --- The database -------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """SQLite as a file, as everywhere else: threads and other processes can share it."""
    if connection.vendor == "sqlite":
        file = str(settings.DATA_DIR / "test.sqlite3")
        connection.settings_dict["TEST"]["NAME"] = file
    vault = connections["vault"]
    vault.settings_dict["TEST"]["NAME"] = str(settings.DATA_DIR / "test-vault.sqlite3")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Whoever uses the database uses the vault too: which is which is not a test's care."""
    mark = item.get_closest_marker("django_db")
    fixtures = getattr(item, "fixturenames", ())
    if mark is not None or {"db", "transactional_db"} & set(fixtures):
        given = mark.kwargs if mark else {}
        both = {**given, "databases": ["default", "vault"]}
        item.add_marker(pytest.mark.django_db(**both), append=False)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        Instance.objects.mark(Instance.Purpose.TEST)
        remember_reference_rows()


@pytest.fixture(scope="module")
def lived_once(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Lived]:
    """A register in which everything has happened: made once for the tests of a module.

    Each of them begins where it ends, in a transaction within its own, so none of them
    may ask for real transactions or count on an empty register.
    """
    with (
        django_db_blocker.unblock(),
        override_settings(JOURNAL_DIR=new_journal()),
        shared(),
    ):
        with time_machine.travel(NOW, tick=False):
            made = lived()
            check_deferred()
        yield made


@pytest.fixture
def register(lived_once: Lived) -> Lived:
    return lived_once.read()


@pytest.fixture(scope="session", autouse=True)
def transactional_tests_keep_reference_rows() -> Iterator[None]:
    """One way back for every test with real transactions; see `tests/database.py`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", put_back)
        yield


def put_back(case: TransactionTestCase) -> None:
    reset_database()


@pytest.fixture
def state_is_told(db: None) -> None:
    """By a page of a moment ago: what the foot says is counted for all pages at once."""
    register_state(NOW)


# --- Servers and browser ----------------------------------------------------------------


def needed(find: Callable[[], Found]) -> Found:
    """What `find` finds; else the test is skipped by name, or fails where that is asked."""
    try:
        return find()
    except MissingError as missing:
        without(str(missing))


def without(reason: str) -> NoReturn:
    if services_required():
        pytest.fail(f"{reason} (REQUIRE_SERVICES is set)", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The whole portal as real processes, one for the run; mark its users `stack`."""
    with needed(Stack) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> str:
    return needed(find_chromium)


@pytest.fixture(scope="session")
def base_url(stack: Stack) -> str:
    """Where a journey starts: `page.goto("/")` is the stack's home page."""
    return stack.web_url


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], chromium: str
) -> dict[str, Any]:
    """The machine's Chromium, never a downloaded one; its sandbox refuses root."""
    no_sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return browser_type_launch_args | {"executable_path": chromium, "args": no_sandbox}
