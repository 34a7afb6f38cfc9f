"""The journal survives a kill at every byte, and says so where something else was there."""

import json
import multiprocessing
import signal
import stat
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from django.conf import LazySettings

from registry.ledger import journal
from registry.ledger.errors import LedgerError
from registry.ledger.journal import JournalBusyError, JournalError
from registry.ledger.notes import Checkpoint, Signer
from tests.registry.ledger.trees import leaf, mth

SIGNER = Signer.of("credit.test", bytes(32))


@pytest.fixture
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    settings.JOURNAL_DIR = tmp_path / "journal"
    return tmp_path / "journal"


@pytest.fixture
def file(folder: Path) -> Path:
    return folder / "ledger.ndjson"


@pytest.fixture
def head(folder: Path) -> Path:
    return folder / "head.json"


def note(size: int) -> str:
    return bytes(Checkpoint("credit.test", size, mth(0, size)).signed_by(SIGNER)).decode()


def sign(first: int, until: int) -> None:
    """The entries from `first` on and a checkpoint over all of them."""
    with journal.held():
        journal.append(first, map(leaf, range(first, until)), note(until))


def sizes() -> list[int]:
    return [found.size for found in journal.read()]


def hold_until_told(told: Connection) -> None:
    with journal.held():
        told.send("held")
        told.recv()


# --- Written and read ---------------------------------------------------------------------


def test_it_gives_back_what_was_signed(folder: Path) -> None:
    sign(0, 3)
    sign(3, 4)

    first, second = journal.read()

    assert first.entries == (leaf(0), leaf(1), leaf(2))
    assert (first.size, first.root, first.note) == (3, mth(0, 3), note(3))
    assert (second.entries, second.size, second.root) == ((leaf(3),), 4, mth(0, 4))
    assert (first.leaf, second.leaf) == (mth(2, 3), mth(3, 4))
    known = journal.head()
    assert known is not None
    assert (known.size, known.root, known.leaf) == (4, mth(0, 4), mth(3, 4))


def test_it_gives_what_came_after_a_size(folder: Path) -> None:
    for first, until in ((0, 3), (3, 5), (5, 9)):
        sign(first, until)

    (found,) = journal.read(after=5)
    assert (found.size, found.entries) == (9, tuple(map(leaf, range(5, 9))))
    # Also where somebody had got no further than between two checkpoints.
    assert [one.entries[0] for one in journal.read(after=4)] == [leaf(4), leaf(5)]
    assert list(journal.read(after=9)) == []


def test_nothing_is_there_before_the_first(folder: Path) -> None:
    assert journal.head() is None
    assert not journal.exists()
    with journal.held():
        assert journal.head() is None


def test_only_its_owner_reads_it(folder: Path, file: Path, head: Path) -> None:
    sign(0, 1)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(one.stat().st_mode) for one in (file, head)] == [0o600, 0o600]


def test_each_head_is_seen_at_once(folder: Path) -> None:
    for size in range(1, 20):
        sign(size - 1, size)
        known = journal.head()
        assert known is not None
        assert known.size == size


# --- Killed at every byte -----------------------------------------------------------------


@pytest.fixture
def written(file: Path, head: Path) -> tuple[bytes, bytes, bytes]:
    """The file and its head before a signature, and the file after it."""
    sign(0, 3)
    before, old = file.read_bytes(), head.read_bytes()
    sign(3, 5)
    return before, old, file.read_bytes()


def test_killed_while_it_writes_it_goes_on_as_if_nothing_had_been(
    written: tuple[bytes, bytes, bytes], file: Path, head: Path
) -> None:
    before, old, after = written
    for n_bytes in range(len(before), len(after)):
        file.write_bytes(after[:n_bytes])
        head.write_bytes(old)

        assert sizes() == [3]
        sign(3, 5)

        assert file.read_bytes() == after
        assert sizes() == [3, 5]
        assert json.loads(head.read_bytes())["end"] == len(after)


def test_what_was_torn_never_was_there_even_where_other_entries_follow(
    written: tuple[bytes, bytes, bytes], file: Path, head: Path
) -> None:
    before, old, after = written
    for n_bytes in range(len(before), len(after)):
        file.write_bytes(after[:n_bytes])
        head.write_bytes(old)

        sign(3, 4)

        assert sizes() == [3, 4]


def test_killed_between_the_journal_and_its_head_it_counts_as_signed(
    written: tuple[bytes, bytes, bytes], head: Path
) -> None:
    _, old, _ = written
    head.write_bytes(old)
    known = journal.head()
    assert known is not None
    assert known.size == 3

    with journal.held():
        known = journal.head()
        assert known is not None
        assert (known.size, known.leaf) == (5, mth(4, 5))


def test_killed_while_it_writes_the_head_the_old_one_stands(
    written: tuple[bytes, bytes, bytes], folder: Path, head: Path
) -> None:
    _, old, _ = written
    new = head.read_bytes()
    for n_bytes in range(len(new)):
        head.write_bytes(old)
        (folder / "head.json.new").write_bytes(new[:n_bytes])

        with journal.held():
            assert head.read_bytes() == new


# --- Something missing, something wrong ---------------------------------------------------


def test_without_its_head_nothing_shows_until_somebody_signs(
    written: tuple[bytes, bytes, bytes], head: Path
) -> None:
    was = head.read_bytes()
    head.unlink()
    assert journal.head() is None

    with journal.held():
        assert head.read_bytes() == was


def test_without_its_head_a_torn_end_is_passed_over(
    written: tuple[bytes, bytes, bytes], file: Path, head: Path
) -> None:
    before, old, after = written
    for n_bytes in range(len(before), len(after)):
        file.write_bytes(after[:n_bytes])
        head.unlink()

        with journal.held():
            assert head.read_bytes() == old


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"size":5}', b"\xff"])
def test_a_head_that_cannot_be_read_is_none(
    written: tuple[bytes, bytes, bytes], head: Path, content: bytes
) -> None:
    was = head.read_bytes()
    head.write_bytes(content)
    assert journal.head() is None

    with journal.held():
        assert head.read_bytes() == was


def test_where_the_file_is_shorter_than_it_was_nothing_shows_and_nobody_signs(
    written: tuple[bytes, bytes, bytes], file: Path
) -> None:
    _, _, after = written
    for n_bytes in (0, 1, len(after) // 2, len(after) - 1):
        file.write_bytes(after[:n_bytes])

        assert journal.head() is None
        with pytest.raises(JournalError, match="Put it back from its copy"):
            sign(5, 6)
        assert file.read_bytes() == after[:n_bytes]


def test_without_the_file_nothing_shows_and_nobody_signs(
    written: tuple[bytes, bytes, bytes], file: Path
) -> None:
    file.unlink()

    assert journal.head() is None
    with pytest.raises(JournalError, match="Put it back from its copy"):
        sign(5, 6)


def test_nothing_that_was_published_is_ever_cut_off(
    written: tuple[bytes, bytes, bytes], file: Path, head: Path
) -> None:
    _, _, after = written
    with journal.held():
        head.unlink()
        with pytest.raises(JournalError, match=r"head\.json"):
            journal.append(5, [leaf(5)], note(6))

    with pytest.raises(JournalError, match="does not follow"):
        sign(4, 6)
    assert file.read_bytes() == after


def test_no_byte_changes_unnoticed(written: tuple[bytes, bytes, bytes], file: Path) -> None:
    _, _, after = written
    true = list(journal.read())
    for place in range(len(after)):
        file.write_bytes(after[:place] + bytes([after[place] ^ 1]) + after[place + 1 :])
        # Where it can be read at all, entries, root or note are others: whoever restores
        # from it compares them.
        with suppress(LedgerError):
            assert list(journal.read()) != true


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        pytest.param(b"nonsense\n", "no JSON", id="no JSON"),
        pytest.param(b'{"i":4,"e":"bGVhZg=="}\n', "not where", id="a line is missing"),
        pytest.param(b'{"i":2,"e":"bGVhZg=="}\n', "not where", id="a line comes twice"),
        pytest.param(b'{"i":3}\n', "not where", id="half a line"),
        pytest.param(b"[3]\n", "not where", id="no object"),
        pytest.param(b'{"c":3}\n', "not where", id="no note"),
        pytest.param(b'{"i":3,"e":3}\n', "not where", id="no entry"),
    ],
)
def test_a_line_that_should_not_be_there_is_refused(
    file: Path, line: bytes, fault: str
) -> None:
    sign(0, 3)
    with file.open("ab") as end:
        end.write(line)

    with pytest.raises(JournalError, match=fault):
        list(journal.read())


def test_a_checkpoint_of_another_size_is_refused(file: Path) -> None:
    sign(0, 3)
    with file.open("ab") as end:
        end.write(json.dumps({"c": note(4)}).encode() + b"\n")

    with pytest.raises(JournalError, match="a checkpoint of 4 entries follows entry 3"):
        list(journal.read())


# --- One at a time ------------------------------------------------------------------------


def test_of_two_processes_one_signs_and_a_killed_one_lets_go(folder: Path) -> None:
    spawn = multiprocessing.get_context("fork")
    here, there = spawn.Pipe()
    other = spawn.Process(target=hold_until_told, args=(there,))
    other.start()
    assert here.recv() == "held"

    with pytest.raises(JournalBusyError):
        sign(0, 1)
    assert not journal.exists()

    other.kill()
    other.join()
    assert other.exitcode == -signal.SIGKILL
    sign(0, 1)
    assert sizes() == [1]
