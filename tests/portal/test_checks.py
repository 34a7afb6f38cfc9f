from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.core.checks import CheckMessage, run_checks
from pytest_django import Settings

from portal.checks import postgresql_errors, reason_against, sqlite_errors


def ours(found: list[CheckMessage]) -> list[str | None]:
    own = [message for message in found if f"{message.id}".startswith("portal.")]
    assert all(message.hint for message in own)
    return [message.id for message in own]


def found_in_data_dir() -> CheckMessage:
    found = run_checks(databases=["default"])
    (message,) = [one for one in found if one.id == "portal.E005"]
    return message


@pytest.mark.django_db
def test_this_installation_is_sound() -> None:
    assert ours(run_checks(databases=["default"])) == []


def test_debug_is_not_for_the_public(settings: Settings) -> None:
    settings.DEBUG = True
    settings.SITE_URL = "https://credit.example"

    assert "portal.E001" in ours(run_checks())


def test_debug_is_for_ones_own_machine(settings: Settings) -> None:
    settings.DEBUG = True
    settings.SITE_URL = "http://127.0.0.1:8000"

    assert "portal.E001" not in ours(run_checks())


@pytest.mark.parametrize(
    ("version", "found"),
    [
        pytest.param((3, 37, 2), ["portal.E002"], id="the last without JSON"),
        pytest.param((3, 38, 0), [], id="the first with JSON"),
        pytest.param((3, 40, 1), [], id="newer"),
    ],
)
def test_sqlite(version: tuple[int, ...], found: list[str]) -> None:
    assert ours(sqlite_errors(version)) == found


@pytest.mark.parametrize(
    ("version", "encoding", "found"),
    [
        pytest.param(14, "UTF8", ["portal.E003"], id="too old"),
        pytest.param(15, "UTF8", [], id="just new enough"),
        pytest.param(15, "SQL_ASCII", ["portal.E004"], id="no encoding"),
        pytest.param(14, "LATIN1", ["portal.E003", "portal.E004"], id="both at once"),
    ],
)
def test_postgresql(version: int, encoding: str, found: list[str]) -> None:
    assert ours(postgresql_errors(version, encoding)) == found


@pytest.mark.django_db
def test_a_missing_data_folder_says_how_to_make_it(
    settings: Settings, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path / "missing"

    found = found_in_data_dir()

    assert "does not exist" in found.msg
    assert f"mkdir -p '{tmp_path}/missing'" in f"{found.hint}"


@pytest.mark.django_db
def test_a_data_folder_that_cannot_be_written_says_so(settings: Settings) -> None:
    # Nobody, root included, makes files here.
    settings.DATA_DIR = Path("/proc/self")

    found = found_in_data_dir()

    assert "is not writable" in found.msg


def test_a_fresh_clone_can_be_checked(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "missing"

    assert ours(run_checks()) == []


# --- Keys -------------------------------------------------------------------------------


@pytest.fixture
def shared_memory() -> Iterator[Path]:
    """A folder on another device than the database of the tests."""
    with TemporaryDirectory(dir="/dev/shm") as folder:
        yield Path(folder)


def test_keys_and_journal_do_not_lie_in_data_dir_in_production(
    settings: Settings,
) -> None:
    settings.SITE_URL = "https://credit.example"

    assert ours(run_checks()).count("portal.W001") == 2
    settings.SITE_URL = "http://127.0.0.1:8000"
    assert "portal.W001" not in ours(run_checks())


def test_nor_on_the_device_of_the_database(tmp_path: Path, shared_memory: Path) -> None:
    if tmp_path.stat().st_dev == shared_memory.stat().st_dev:
        pytest.skip("this machine has one device for temporary files")
    file = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "db.sqlite3"}
    server = {"ENGINE": "django.db.backends.postgresql", "NAME": "portal"}
    # None of them is made yet.
    near, far = tmp_path / "new" / "keys", shared_memory / "keys"

    assert reason_against(near, [server, file]) == "on the device of the database"
    assert reason_against(far, [server, file]) == ""
    assert reason_against(near, [server]) == ""


def test_keys_that_others_can_read_are_found(settings: Settings, tmp_path: Path) -> None:
    settings.KEYS_DIR = tmp_path
    for name, mode in (("index.key", 0o600), ("ledger.key", 0o640), ("master.key", 0o604)):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(mode)
    (tmp_path / "ledger.pub").touch(mode=0o644)

    (found,) = [one for one in run_checks() if one.id == "portal.W002"]

    assert found.msg.endswith("KEYS_DIR: ledger.key, master.key.")
    assert f"chmod 600 '{tmp_path}'/*.key" in f"{found.hint}"
