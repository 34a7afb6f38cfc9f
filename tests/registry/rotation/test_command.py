"""What the operator reads, and what the tick does afterwards."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from portal.tick import tick
from registry import vault
from registry.ledger import keys
from registry.models import CaseKey
from tests.factories import AT
from tests.registry.people import list_person
from tests.samples.outside import holding

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def two_people(folder: Path) -> None:
    for serial in (1, 2):
        list_person(serial)


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("rotate_keys", *arguments, stdout=out)
    return out.getvalue()


def test_it_says_what_there_is_and_changes_nothing(folder: Path) -> None:
    before = sorted(folder.iterdir())

    lines = said("--status").splitlines()

    assert [line.split()[:2] for line in lines] == [
        ["index", "index.key"],
        ["master", "master.key"],
        ["ledger", "ledger.pub"],
    ]
    assert lines[0].endswith("makes all that is new; 2 people")
    assert lines[1].endswith("makes all that is new; 2 keys of cases")
    assert lines[2].split()[2:] == ["2026-03-16", "signs"]
    assert sorted(folder.iterdir()) == before
    assert said() == said("--status")


def test_the_index_key_changes_and_the_tick_ends_it(folder: Path) -> None:
    told = said("index").splitlines()

    assert told[0] == (
        f"{folder}/index-2.key is made and in use."
        " Copy it now to where the other copies are."
    )
    assert told[1] == "2 rows hashed anew, 0 left"
    assert "destroys the old key an hour after" in told[2]
    assert [line.split("  ")[-1] for line in said("--status").splitlines()[:2]] == [
        "makes all that is new; 2 people",
        "still reads; 0 people",
    ]
    with pytest.raises(CommandError, match="not finished"):
        said("index")

    assert tick(AT + HOUR) == []
    assert not (folder / "index.key").exists()


def test_the_master_key_changes_and_the_tick_ends_it(folder: Path) -> None:
    assert "2 rows wrapped anew, 0 left" in said("master")
    assert "2026-03-16 10:00" in said("--status")

    tick(AT + DAY)
    assert (folder / "master.key").exists()
    # Ticks came every day; a clock that leaps ends nobody, and nothing else either.
    tick(AT + 35 * DAY)
    assert not (folder / "master.key").exists()


def test_the_key_of_the_ledger_changes_and_the_tick_ends_it(folder: Path) -> None:
    assert "signs from 2026-03-17 on" in said("ledger")
    assert [line.split("  ")[-1] for line in said("--status").splitlines()[2:]] == [
        "signs from its day on",
        "signs",
    ]
    with pytest.raises(CommandError, match="signs from 2026-03-17 on; another one can"):
        said("ledger")

    assert tick(AT + DAY) == []

    assert not (folder / "ledger.key").exists()
    assert keys.known()[0].is_destroyed


def test_rows_that_do_not_open_are_told(folder: Path) -> None:
    CaseKey.objects.all()[0].delete()

    told = said("index")

    assert "1 rows hashed anew, 1 left" in told
    assert "wait for the tick; its log says why" in told


def test_the_access_key_stays() -> None:
    with pytest.raises(CommandError, match="kept nowhere"):
        said("access")


@pytest.mark.parametrize(
    ("key", "meaning"),
    [
        ("index", "until then they are not found"),
        ("master", "cannot be read, unless the lost key"),
        ("access", "do not open by their secrets"),
    ],
)
def test_a_lost_key_is_replaced_and_it_says_what_that_means(
    folder: Path, key: str, meaning: str
) -> None:
    (folder / f"{key}.key").unlink(missing_ok=True)

    told = said(key, "--lost")

    assert f"{key}-2.key is made" in told
    assert meaning in told
    with pytest.raises(CommandError, match="only a missing key is replaced"):
        said(key, "--lost")


def test_what_hangs_on_a_missing_key_is_in_the_status(folder: Path) -> None:
    lost = vault.number_hash("resident", "1")[:8]
    (folder / "index.key").unlink()
    said("index", "--lost")

    assert f"key {lost}" in said("--status")
    tick(AT)
    assert f"key {lost}" not in said("--status")


def test_a_lost_key_of_the_ledger_is_only_put_back() -> None:
    with pytest.raises(CommandError, match="only put back from its copy"):
        said("ledger", "--lost")


def test_a_missing_key_is_told_in_one_sentence(folder: Path) -> None:
    (folder / "ledger.key").unlink()
    with pytest.raises(CommandError, match=r"ledger\.key is missing; put it back"):
        said("ledger")


def test_it_waits_for_no_other_process() -> None:
    with holding("key-index"), pytest.raises(CommandError, match="try again in a minute"):
        said("index")
