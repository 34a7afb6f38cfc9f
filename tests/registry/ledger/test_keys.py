"""Keys in files: made once, followed by others, never replaced in silence."""

import multiprocessing
import stat
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import LazySettings

from registry.ledger import canonical, keys
from registry.ledger.errors import LedgerError
from registry.ledger.notes import Checkpoint, decoded, open_checkpoint
from registry.vault.keys import KeyFileError, write_once

YEAR_ONE = date(2026, 3, 16)
YEAR_TWO = date(2027, 3, 16)
DAY = timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    settings.KEYS_DIR = tmp_path / "keys"
    settings.SITE_URL = "https://credit.test:8443"
    return tmp_path / "keys"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# --- The first ----------------------------------------------------------------------------


def test_the_first_key_is_made_once_and_for_its_owner_only(folder: Path) -> None:
    made = keys.make_first(YEAR_ONE)

    assert keys.make_first(YEAR_ONE) == made
    assert names(folder) == ["ledger.key", "ledger.pub"]
    assert stat.S_IMODE((folder / "ledger.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert keys.published().decode() == f'{{"from":"2026-03-16","vkey":"{made}"}}\n'


def test_it_has_the_name_of_the_site_where_it_began(
    folder: Path, settings: LazySettings
) -> None:
    keys.make_first(YEAR_ONE)
    settings.SITE_URL = "https://moved.test"
    later = keys.make_next(YEAR_TWO)

    assert keys.origin() == "credit.test:8443/ledger"
    assert later.name == "credit.test:8443/ledger"


def test_it_signs_however_early_the_clock(folder: Path) -> None:
    made = keys.make_first(YEAR_ONE)

    assert keys.signer(YEAR_ONE).public == made
    assert keys.signer(date(1970, 1, 1)).public == made


def test_many_starts_at_once_make_one_key(folder: Path) -> None:
    fork = multiprocessing.get_context("fork")
    with fork.Pool(8) as pool:
        made = set(pool.map(first_key, [folder] * 32, chunksize=1))

    assert len(made) == 1
    assert names(folder) == ["ledger.key", "ledger.pub"]


def first_key(folder: Path) -> str:
    return str(keys.make_first(YEAR_ONE))


def test_without_a_key_nothing_is_signed_and_none_is_made(folder: Path) -> None:
    with pytest.raises(KeyFileError, match="holds no key of the ledger"):
        keys.signer(YEAR_ONE)
    with pytest.raises(KeyFileError, match="holds no key of the ledger"):
        keys.origin()

    assert keys.public_keys() == []
    assert not folder.exists()


def test_a_start_that_was_killed_half_way_is_finished(folder: Path) -> None:
    made = keys.make_first(YEAR_ONE)
    (folder / "ledger.pub").unlink()

    assert keys.public_keys() == []
    assert keys.make_first(YEAR_ONE) == made
    assert names(folder) == ["ledger.key", "ledger.pub"]


# --- The next -----------------------------------------------------------------------------


def test_the_newest_key_in_force_signs(folder: Path) -> None:
    first = keys.make_first(YEAR_ONE)
    second = keys.make_next(YEAR_TWO)

    assert keys.signer(YEAR_TWO - DAY).public == first
    assert keys.signer(YEAR_TWO).public == second
    assert keys.public_keys() == [first, second]
    assert names(folder)[:2] == [
        "ledger-2027-03-16.key",
        "ledger-2027-03-16.pub",
    ]


def test_what_an_old_key_signed_still_opens(folder: Path) -> None:
    keys.make_first(YEAR_ONE)
    checkpoint = Checkpoint(keys.origin(), 1, bytes(32))
    old = bytes(checkpoint.signed_by(keys.signer(YEAR_ONE)))
    keys.make_next(YEAR_TWO)
    keys.destroy_old(YEAR_TWO)
    new = bytes(checkpoint.signed_by(keys.signer(YEAR_TWO)))

    assert open_checkpoint(old, keys.public_keys()) == checkpoint
    assert open_checkpoint(new, keys.public_keys()) == checkpoint


def test_a_destroyed_key_stays_known_and_never_signs_again(folder: Path) -> None:
    first = keys.make_first(YEAR_ONE)
    second = keys.make_next(YEAR_TWO)

    assert keys.destroy_old(YEAR_TWO - DAY) == []
    assert keys.destroy_old(YEAR_TWO) == [first]
    assert keys.destroy_old(YEAR_TWO) == []

    assert keys.public_keys() == [first, second]
    assert not (folder / "ledger.key").exists()
    with pytest.raises(KeyFileError, match="does not sign again"):
        keys.signer(YEAR_ONE)


def test_a_lost_key_is_not_replaced_by_an_older_one(folder: Path) -> None:
    keys.make_first(YEAR_ONE)
    keys.make_next(YEAR_TWO)
    (folder / "ledger-2027-03-16.key").unlink()

    with pytest.raises(KeyFileError, match="put it back from its copy"):
        keys.signer(YEAR_TWO)
    assert keys.make_first(YEAR_ONE) == keys.public_keys()[0]


@pytest.mark.parametrize("since", [YEAR_ONE, YEAR_TWO])
def test_a_next_key_follows_the_newest(folder: Path, since: date) -> None:
    keys.make_first(YEAR_ONE)
    keys.make_next(YEAR_TWO)

    with pytest.raises(LedgerError, match="follows the newest"):
        keys.make_next(since)


def test_there_is_no_next_key_without_a_first(folder: Path) -> None:
    with pytest.raises(LedgerError, match="follows the newest"):
        keys.make_next(YEAR_TWO)


def test_the_key_before_vouches_for_the_next(folder: Path) -> None:
    first = keys.make_first(YEAR_ONE)
    second = keys.make_next(YEAR_TWO)

    row = canonical.decode(keys.published().splitlines()[1])

    assert row["from"] == "2027-03-16"
    assert row["vkey"] == str(second)
    told = f"ledger-key-v1\n{second}\n2027-03-16\n".encode()
    Ed25519PublicKey.from_public_bytes(first.content).verify(decoded(row["sig"]), told)


def test_a_key_that_was_lost_vouches_for_none(folder: Path) -> None:
    keys.make_first(YEAR_ONE)
    (folder / "ledger.key").unlink()

    with pytest.raises(KeyFileError, match="is missing"):
        keys.make_next(YEAR_TWO)
    assert names(folder) == ["ledger.pub"]


def test_ten_changes_leave_ten_and_one_known_keys(folder: Path) -> None:
    made = [keys.make_first(YEAR_ONE)]
    made += [keys.make_next(YEAR_ONE + n * DAY) for n in range(1, 11)]

    assert keys.public_keys() == made
    assert len({key.id for key in made}) == 11


# --- Prepared -----------------------------------------------------------------------------


def test_a_key_that_is_prepared_is_known_to_nobody(folder: Path) -> None:
    first = keys.make_first(YEAR_ONE)
    assert keys.prepared() is None

    keys.prepare(YEAR_TWO)

    assert keys.prepared() == YEAR_TWO
    assert keys.public_keys() == [first]
    assert keys.signer(YEAR_TWO).public == first
    assert len(keys.published().splitlines()) == 1


def test_what_was_prepared_is_what_is_published(folder: Path) -> None:
    keys.make_first(YEAR_ONE)
    keys.prepare(YEAR_TWO)
    public = keys.public_of(YEAR_TWO)

    assert keys.make_next(YEAR_TWO) == public
    assert keys.prepared() is None


def test_what_was_prepared_can_wait(folder: Path) -> None:
    keys.make_first(YEAR_ONE)
    keys.prepare(YEAR_TWO)
    public = keys.public_of(YEAR_TWO)

    assert keys.postpone(YEAR_TWO, YEAR_TWO + DAY) == YEAR_TWO + DAY

    assert keys.prepared() == YEAR_TWO + DAY
    assert keys.public_of(YEAR_TWO + DAY) == public


# --- Damaged ------------------------------------------------------------------------------


def test_a_damaged_key_says_what_to_do(folder: Path) -> None:
    keys.make_first(YEAR_ONE)
    (folder / "ledger.key").write_bytes(b"short")

    with pytest.raises(KeyFileError, match="put back the right file"):
        keys.signer(YEAR_ONE)


def test_a_key_that_is_not_the_published_one_does_not_sign(folder: Path) -> None:
    keys.make_first(YEAR_ONE)
    (folder / "ledger.key").write_bytes(bytes(32))

    with pytest.raises(KeyFileError, match="put back the right pair"):
        keys.signer(YEAR_ONE)


def test_copies_under_other_names_are_left_alone(folder: Path) -> None:
    made = keys.make_first(YEAR_ONE)
    for name in ("ledger-copy.key", "ledger.key.bak", "master.key", "old.pub"):
        (folder / name).write_bytes(b"whatever")

    assert keys.public_keys() == [made]


def test_a_file_is_written_once_and_leaves_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "a" / "once"

    write_once(path, b"first")
    write_once(path, b"second")

    assert path.read_bytes() == b"first"
    assert names(path.parent) == ["once"]
