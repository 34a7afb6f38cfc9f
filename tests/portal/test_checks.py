from pathlib import Path

import pytest
from django.core.checks import CheckMessage, run_checks
from pytest_django import Settings

from portal.checks import postgresql_errors, sqlite_errors


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
