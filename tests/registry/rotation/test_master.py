"""A new master key: every case stays open, and old copies of the vault shut."""

from datetime import timedelta
from pathlib import Path

import pytest

from registry import contents, rotation, vault
from registry.models import CaseKey
from registry.models.listing import new_case
from registry.rotation import Moved, RotationError, rewrap_some
from registry.vault import rings, seals
from registry.vault.keys import KeyFileError
from tests.factories import AT
from tests.registry.people import keys_of_cases, list_person
from tests.samples.outside import holding

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def make_sealed() -> tuple[str, bytes]:
    case = new_case()
    vault.make_key(case, at=AT)
    return case, vault.seal(case, "name", "甲某".encode())


def opens(case: str, sealed: bytes) -> bool:
    return vault.open_sealed(case, "name", sealed) == "甲某".encode()


def test_every_case_opens_before_between_and_after(folder: Path) -> None:
    listing = list_person(1)
    old = make_sealed()
    before = keys_of_cases()
    made = rotation.begin("master", AT)
    new = make_sealed()
    assert opens(*old)
    assert opens(*new)

    assert rewrap_some(AT) == Moved(2)

    assert opens(*old)
    assert opens(*new)
    assert contents.name_of(listing) == "甲1"
    now = keys_of_cases()
    assert all(wrapped[:5] == b"\x02" + made.id for wrapped in now.values())
    assert not {*before.values()} & {*now.values()}
    assert rewrap_some(AT) == Moved()


def test_the_old_key_stays_as_long_as_a_backup_of_the_vault(folder: Path) -> None:
    case, sealed = make_sealed()
    copy = keys_of_cases()[case]
    rotation.begin("master", AT)

    rewrap_some(AT + 35 * DAY - DAY / 24)
    assert (folder / "master.key").exists()
    CaseKey.objects.filter(case=case).update(wrapped=copy)
    assert opens(case, sealed)
    rewrap_some(AT + 35 * DAY)
    assert [path.name for path in folder.glob("master*")] == ["master-2.key"]

    assert opens(case, sealed)
    CaseKey.objects.filter(case=case).update(wrapped=copy)
    with pytest.raises(vault.VaultError, match="under a master key that is gone"):
        vault.open_sealed(case, "name", sealed)


def test_what_no_key_opens_is_counted_and_keeps_the_old_one(folder: Path) -> None:
    case, _ = make_sealed()
    make_sealed()
    CaseKey.objects.filter(case=case).update(wrapped=b"\x02" + bytes(64))
    rotation.begin("master", AT)

    assert rewrap_some(AT + 99 * DAY) == Moved(1, n_left=1)

    assert (folder / "master.key").exists()


def test_a_destroyed_key_of_a_case_does_not_come_back() -> None:
    case, _ = make_sealed()
    rotation.begin("master", AT)
    vault.destroy_key(case)

    assert rewrap_some(AT) == Moved()

    assert not CaseKey.objects.exists()


def test_another_change_waits_for_the_end_of_this_one() -> None:
    make_sealed()
    rotation.begin("master", AT)
    rewrap_some(AT)

    with pytest.raises(RotationError, match=r"master\.key is still in use"):
        rotation.begin("master", AT)
    rewrap_some(AT + 35 * DAY)

    assert rotation.begin("master", AT + 35 * DAY).path.name == "master-3.key"


def test_two_processes_do_not_both_change_it() -> None:
    make_sealed()
    rotation.begin("master", AT)

    with holding("key-master"):
        assert rewrap_some(AT) == Moved()

    assert rewrap_some(AT) == Moved(1)


def test_a_lost_key_that_is_found_again_opens_everything(folder: Path) -> None:
    case, sealed = make_sealed()
    lost = (folder / "master.key").read_bytes()
    (folder / "master.key").unlink()
    with pytest.raises(KeyFileError, match=r"master\.key is missing.*rotate_keys master"):
        rewrap_some(AT)

    made = rotation.replace_lost("master", AT)
    new = make_sealed()
    with pytest.raises(vault.VaultError):
        vault.open_sealed(case, "name", sealed)
    assert opens(*new)
    (folder / "master.key").write_bytes(lost)

    assert opens(case, sealed)
    assert rewrap_some(AT) == Moved(1)
    assert rings.ring(seals.MASTER)[0] == made
    (folder / "master.key").unlink()
    assert opens(case, sealed)
