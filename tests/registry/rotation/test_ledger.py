"""A new key of the ledger: announced under the old one, and nobody notices a break."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from registry.ledger import keys
from registry.logbook import signing
from registry.models import Checkpoint, LedgerEntry, Listing, ListRule
from registry.rotation import RotationError, begin_ledger_key, change_ledger_key
from registry.rotation.ledger import write_entry
from registry.vault.keys import KeyFileError
from tests.factories import AT, make_listing
from tests.keys_world.stranger import forge_checkpoint, look, look_again, receipt
from tests.ledger_world.paper import b64
from tests.samples.outside import holding

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
TOMORROW = date(2026, 3, 17)


@pytest.fixture(autouse=True)
def began() -> None:
    """A ledger with its first checkpoint."""
    make_listing()


def another(at: datetime = AT) -> Listing:
    return make_listing(ListRule.objects.get(), at=at)


def signers(point: Checkpoint) -> list[str]:
    """The key ids of the lines under a checkpoint."""
    ids = {b64(key.id)[:5]: str(key) for key in keys.public_keys()}
    lines = point.note.rpartition("\n\n")[2].splitlines()
    # Four bytes and two bits make six characters of base64.
    return [ids[line.split()[-1][:5]] for line in lines]


def newest_point() -> Checkpoint:
    return Checkpoint.objects.order_by("-size")[0]


def key_entries() -> list[dict[str, str]]:
    rows = LedgerEntry.objects.filter(kind="key").order_by("leaf")
    return [json.loads(bytes(row.content)) for row in rows]


def announced(at: datetime = AT) -> None:
    begin_ledger_key(at)
    change_ledger_key(at)


def test_it_is_announced_under_the_old_key(tmp_path: Path) -> None:
    (old,) = keys.public_keys()

    announced()

    old_again, new = keys.public_keys()
    assert old_again == old
    assert key_entries() == [
        {"t": "key", "purpose": "ledger", "key": str(new), "from": "2026-03-17"}
    ]
    leaf = LedgerEntry.objects.get(kind="key").leaf
    point = Checkpoint.objects.filter(size__gt=leaf).order_by("size")[0]
    assert signers(point) == [str(old)]
    assert keys.signer(date(2026, 3, 16)).public == old
    assert keys.signer(TOMORROW).public == new
    assert look(tmp_path, AT).status == 0


def test_it_signs_on_its_day_though_nothing_else_happens(tmp_path: Path) -> None:
    announced()
    old, new = keys.public_keys()

    change_ledger_key(AT + DAY)

    assert signers(newest_point()) == [str(new)]
    assert [entry["key"] for entry in key_entries()] == [str(new)] * 2
    assert keys.public_keys() == [old, new]
    assert not (keys.folder() / "ledger.key").exists()
    for days in (1, 2, 3):
        assert look(tmp_path, AT + days * DAY).status == 0
    n = LedgerEntry.objects.count()
    change_ledger_key(AT + 2 * DAY)
    assert LedgerEntry.objects.count() == n


def test_where_something_is_to_be_signed_no_second_entry_is_needed() -> None:
    announced()
    new = keys.public_keys()[1]
    write_entry(new, TOMORROW)
    n = LedgerEntry.objects.count()

    change_ledger_key(AT + DAY)

    assert LedgerEntry.objects.count() == n
    assert signers(newest_point()) == [str(new)]


def test_a_busy_day_needs_no_second_entry() -> None:
    announced()
    another(at=AT + DAY)

    change_ledger_key(AT + DAY)

    assert len(key_entries()) == 1
    assert not (keys.folder() / "ledger.key").exists()


def test_old_receipts_hold_and_a_stolen_old_key_does_not(tmp_path: Path) -> None:
    stolen = (keys.folder() / "ledger.key").read_bytes()
    given = receipt(another())
    announced()
    change_ledger_key(AT + DAY)

    assert look(tmp_path, AT + DAY, [given]).status == 0
    late = AT + 3 * DAY
    assert look(tmp_path, late, [given]).status == 0
    forge_checkpoint(tmp_path, stolen)
    assert look_again(tmp_path, late).codes() == {"bad-signature"}


def test_the_next_one_waits_for_the_end_of_this_one() -> None:
    begin_ledger_key(AT)
    with pytest.raises(RotationError, match="2026-03-17 on waits to be announced"):
        begin_ledger_key(AT)
    change_ledger_key(AT)
    with pytest.raises(RotationError, match="signs from 2026-03-17 on; another one can"):
        begin_ledger_key(AT)
    with pytest.raises(RotationError, match="destroy the old one"):
        begin_ledger_key(AT + DAY)
    change_ledger_key(AT + DAY)

    assert begin_ledger_key(AT + DAY) == TOMORROW + DAY


def test_ten_changes_leave_eleven_keys_and_one_that_signs(tmp_path: Path) -> None:
    given = receipt(another())
    for n in range(10):
        announced(AT + n * DAY)
        change_ledger_key(AT + (n + 1) * DAY)

    assert len(keys.public_keys()) == 11
    assert [one.is_destroyed for one in keys.known()] == [True] * 10 + [False]
    assert look(tmp_path, AT + 10 * DAY, [given]).status == 0


# --- Killed -------------------------------------------------------------------------------


def test_killed_after_the_private_half_it_goes_on() -> None:
    begin_ledger_key(AT)
    assert len(keys.public_keys()) == 1
    assert key_entries() == []

    change_ledger_key(AT)

    assert len(keys.public_keys()) == 2
    assert len(key_entries()) == 1


def test_killed_after_the_entry_it_goes_on() -> None:
    begin_ledger_key(AT)
    write_entry(keys.public_of(TOMORROW), TOMORROW)

    change_ledger_key(AT)

    assert [entry["key"] for entry in key_entries()] == [str(keys.public_keys()[1])]


def test_killed_after_the_signature_it_goes_on() -> None:
    begin_ledger_key(AT)
    write_entry(keys.public_of(TOMORROW), TOMORROW)
    signing.sign(AT)

    change_ledger_key(AT)

    assert [entry["key"] for entry in key_entries()] == [str(keys.public_keys()[1])]


def test_killed_before_it_told_anybody_it_tells_another_day(tmp_path: Path) -> None:
    begin_ledger_key(AT)
    late = AT + 5 * DAY

    change_ledger_key(late)

    old, new = keys.known()
    assert new.since == date(2026, 3, 22)
    assert [entry["from"] for entry in key_entries()] == ["2026-03-22"]
    assert look(tmp_path, late).status == 0
    change_ledger_key(late + DAY)
    assert old.is_destroyed
    for days in (1, 2, 3):
        assert look(tmp_path, late + days * DAY).status == 0


def test_killed_after_it_told_a_day_that_is_over_it_takes_over_at_once(
    tmp_path: Path,
) -> None:
    begin_ledger_key(AT)
    write_entry(keys.public_of(TOMORROW), TOMORROW)
    late = AT + 5 * DAY

    change_ledger_key(late)

    old, new = keys.known()
    assert new.since == TOMORROW
    assert signers(newest_point()) == [str(new.public)]
    assert old.is_destroyed
    # What was announced is in `keys`, and what is in `keys` was announced.
    assert {(one["key"], one["from"]) for one in key_entries()} == {
        (str(new.public), "2026-03-17")
    }
    for days in (0, 1, 2):
        assert look(tmp_path, late + days * DAY).status == 0


def test_killed_after_it_took_over_it_destroys_the_old_one() -> None:
    announced()
    another(at=AT + DAY)
    assert (keys.folder() / "ledger.key").exists()

    change_ledger_key(AT + 3 * DAY)

    assert not (keys.folder() / "ledger.key").exists()


def test_what_nobody_has_begun_is_not_gone_on_with() -> None:
    change_ledger_key(AT + DAY)

    assert len(keys.public_keys()) == 1
    assert key_entries() == []


def test_two_processes_announce_one_key() -> None:
    begin_ledger_key(AT)

    with holding("key-ledger"):
        change_ledger_key(AT)
        assert key_entries() == []
    change_ledger_key(AT)

    assert len(key_entries()) == 1


# --- Lost ---------------------------------------------------------------------------------


def test_without_the_old_key_nothing_is_announced() -> None:
    begin_ledger_key(AT)
    (keys.folder() / "ledger.key").unlink()

    with pytest.raises(KeyFileError, match=r"ledger\.key is missing; put it back"):
        change_ledger_key(AT + 5 * DAY)

    assert key_entries() == []
    assert keys.prepared() == TOMORROW


def test_without_a_ledger_there_is_no_next_key(tmp_path: Path, settings: object) -> None:
    settings.KEYS_DIR = tmp_path / "none"  # type: ignore[attr-defined]

    with pytest.raises(RotationError, match="it is made with the first checkpoint"):
        begin_ledger_key(AT)
    change_ledger_key(AT)
    assert not (tmp_path / "none").exists()
