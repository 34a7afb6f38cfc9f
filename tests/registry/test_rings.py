"""Files of keys: made once, seen at once by every process, never replaced in silence."""

import multiprocessing
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings

from registry.vault import rings
from registry.vault.keys import KeyFileError

AT = datetime(2026, 3, 16, 2, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    settings.KEYS_DIR = tmp_path / "keys"
    return tmp_path / "keys"


def never() -> bool:
    return False


def always() -> bool:
    return True


def names(ring: rings.Ring) -> list[str]:
    return [key.path.name for key in ring]


def test_the_first_key_is_made_once_and_for_its_owner_only(folder: Path) -> None:
    (made,) = rings.in_use("index", never)

    file = folder / "index.key"
    assert rings.in_use("index", always) == (made,)
    assert file.read_bytes() == made.content
    assert len(made.content) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.iterdir()] == ["index.key"]
    assert rings.in_use("master", never)[0].content != made.content


def test_many_starts_at_once_make_one_key(folder: Path) -> None:
    fork = multiprocessing.get_context("fork")
    with fork.Pool(8) as pool:
        made = set(pool.map(first_key, [folder] * 32, chunksize=1))

    assert len(made) == 1
    assert [path.name for path in folder.iterdir()] == ["index.key"]


def first_key(folder: Path) -> bytes:
    return rings.in_use("index", never)[0].content


def test_a_first_key_of_another_process_that_is_used_already_is_taken(folder: Path) -> None:
    def meanwhile() -> bool:
        return bool(rings.in_use("master", never))

    assert rings.in_use("master", meanwhile) == rings.ring("master") != ()


def test_the_newest_key_comes_first_and_two_are_in_use(folder: Path) -> None:
    rings.in_use("index", never)
    second = rings.make_next("index", AT)
    assert names(rings.ring("index")) == ["index-2.key", "index.key"]

    third = rings.make_next("index", AT)

    assert names(rings.ring("index")) == ["index-3.key", "index-2.key"]
    assert rings.ring("index") == (third, second)
    assert third.since == AT
    assert len({key.id for key in (*rings.ring("index"), second)}) == 2


def test_the_tenth_is_newer_than_the_ninth(folder: Path) -> None:
    rings.in_use("index", never)
    for _ in range(9):
        rings.make_next("index", AT)

    assert names(rings.ring("index")) == ["index-10.key", "index-9.key"]


def test_no_key_shows_when_it_is_printed(folder: Path) -> None:
    (made,) = rings.in_use("index", never)

    assert f"{made.content!r}" not in f"{made!r}"


# --- Other processes ----------------------------------------------------------------------


def test_a_key_of_another_process_is_seen_at_once(folder: Path) -> None:
    rings.in_use("index", never)
    coarse = folder.stat().st_mtime_ns

    (folder / "index-2.key").write_bytes(bytes(32))
    # A folder may keep its time through two changes within one tick of the kernel.
    os.utime(folder, ns=(coarse, coarse))

    assert names(rings.ring("index")) == ["index-2.key", "index.key"]


def test_a_destroyed_key_is_forgotten_at_once(folder: Path) -> None:
    rings.in_use("index", never)
    rings.make_next("index", AT)
    assert len(rings.ring("index")) == 2

    (folder / "index.key").unlink()

    assert names(rings.ring("index")) == ["index-2.key"]


def test_a_file_put_in_the_place_of_another_is_read_anew(folder: Path) -> None:
    rings.in_use("index", never)
    other = folder / "copy"
    other.write_bytes(bytes(32))

    other.replace(folder / "index.key")

    assert rings.ring("index")[0].content == bytes(32)


def test_an_older_key_that_is_put_back_is_read_again(folder: Path) -> None:
    (first,) = rings.in_use("index", never)
    rings.make_next("index", AT)
    rings.destroy_old("index")
    assert names(rings.ring("index")) == ["index-2.key"]

    (folder / "index.key").write_bytes(first.content)

    assert names(rings.ring("index")) == ["index-2.key", "index.key"]


def test_only_the_newest_stays(folder: Path) -> None:
    rings.in_use("index", never)
    rings.in_use("master", never)
    rings.make_next("index", AT)
    rings.make_next("index", AT)

    gone = rings.destroy_old("index")

    assert [path.name for path in gone] == ["index-2.key", "index.key"]
    assert names(rings.ring("index")) == ["index-3.key"]
    assert rings.destroy_old("index") == []
    assert names(rings.ring("master")) == ["master.key"]


# --- Lost and damaged ---------------------------------------------------------------------


def test_a_lost_key_is_not_replaced_in_silence(folder: Path) -> None:
    rings.in_use("index", never)
    (folder / "index.key").unlink()

    with pytest.raises(KeyFileError, match=r"index\.key is missing.*rotate_keys index"):
        rings.in_use("index", always)
    assert list(folder.iterdir()) == []


def test_a_new_key_leaves_the_name_of_a_lost_one_to_its_copy(folder: Path) -> None:
    made = rings.make_next("index", AT)

    assert made.path.name == "index-2.key"
    assert rings.in_use("index", always) == (made,)


def test_a_damaged_key_says_what_to_do(folder: Path) -> None:
    folder.mkdir()
    (folder / "master.key").write_bytes(b"short")

    with pytest.raises(KeyFileError, match="put back the right file"):
        rings.ring("master")


def test_copies_and_drafts_are_no_keys(folder: Path) -> None:
    (made,) = rings.in_use("index", never)
    for name in ("index-copy.key", "index-02.key", "index.key.bak", "index.key.0a1b2c3d"):
        (folder / name).write_bytes(bytes(32))
    (folder / "index-9.key").symlink_to(folder / "nowhere")

    assert rings.ring("index") == (made,)
