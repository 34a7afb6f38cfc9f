"""What is missing is named, and skipped or failed as asked."""

from pathlib import Path

import pytest

from tests.conftest import needed
from tests.servers import MissingError, find_postgresql


def test_a_machine_without_postgresql_is_told_what_to_do() -> None:
    with pytest.raises(MissingError) as missing:
        find_postgresql([])

    assert str(missing.value) == (
        "PostgreSQL is missing: no binaries;"
        " install PostgreSQL 15 or newer, or set TEST_DATABASE_URL"
    )


def fake(folder: Path, said: str) -> Path:
    folder.mkdir(mode=0o755)
    program = folder / "postgres"
    program.write_text(f"#!/bin/sh\necho '{said}'\n")
    program.chmod(0o755)
    return folder


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A folder that whoever PostgreSQL runs as can reach."""
    for folder in (tmp_path, *list(tmp_path.parents)[:2]):
        folder.chmod(0o755)
    return tmp_path


def test_the_first_that_is_new_enough_is_taken(shared: Path) -> None:
    old = fake(shared / "14", "postgres (PostgreSQL) 14.11 (Debian 14.11-1)")
    new = fake(shared / "16", "postgres (PostgreSQL) 16.2")

    assert find_postgresql([old, new]) == new


def test_one_that_is_too_old_is_named(shared: Path) -> None:
    old = fake(shared / "14", "postgres (PostgreSQL) 14.11")

    with pytest.raises(
        MissingError, match="version 14, one that does not run here; install"
    ):
        find_postgresql([old, shared / "absent"])


def missing() -> str:
    raise MissingError("Redis", "no binary")


def test_a_missing_server_skips_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUIRE_SERVICES", raising=False)

    with pytest.raises(pytest.skip.Exception, match="Redis is missing: no binary"):
        needed(missing)


def test_a_missing_server_fails_where_services_are_required(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUIRE_SERVICES", "1")

    with pytest.raises(pytest.fail.Exception, match="Redis is missing: no binary"):
        needed(missing)
