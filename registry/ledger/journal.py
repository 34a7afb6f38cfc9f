"""The journal: entries and checkpoints in a file outside the database, there first.

What was written here was published; a database that knows less is an old one, put back
from a backup. Two files in JOURNAL_DIR: `ledger.ndjson` holds a line for each entry and,
after the entries it covers, one for each checkpoint; it only grows. `head.json` says what
the newest checkpoint covers, for everybody who has to ask at every question.

Lines: {"i": leaf, "e": base64 entry} and {"c": text of the signed note}.
"""

import fcntl
import json
import os
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from registry.ledger.errors import LedgerError
from registry.ledger.merkle import leaf_hash
from registry.ledger.notes import decoded, encoded, read_checkpoint, read_note
from registry.vault.keys import private, sync

FILE, HEAD, LOCK = "ledger.ndjson", "head.json", "lock"


class JournalBusyError(LedgerError):
    """Another process signs; it will cover what is there."""


class JournalError(LedgerError):
    """The journal is missing or damaged; the message says what to do."""


@dataclass(frozen=True, slots=True)
class JournalHead:
    """How far the journal goes: its entries, their root, the leaf hash of the last."""

    size: int
    root: bytes
    leaf: bytes


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint of the journal and the entries it adds to those asked after."""

    note: str
    size: int
    root: bytes
    entries: tuple[bytes, ...]
    # Of its last entry, which may be none of those above.
    leaf: bytes
    # Where in the file its line ends.
    end: int


def folder() -> Path:
    return Path(settings.JOURNAL_DIR)


# --- Asked at every question --------------------------------------------------------------


def head() -> JournalHead | None:
    """How far it goes; None where there is no journal, or less of it than there was."""
    try:
        place = folder() / HEAD
        state, n_bytes = place.stat(), (folder() / FILE).stat().st_size
    except FileNotFoundError:
        return None
    known, end = read_once(place, state.st_ino, state.st_mtime_ns)
    return None if n_bytes < end else known


@lru_cache(maxsize=8)
def read_once(place: Path, *_: int) -> tuple[JournalHead | None, int]:
    """As long as it is the same file: it is replaced, never written into."""
    return read_head(place)


def read_head(place: Path) -> tuple[JournalHead | None, int]:
    """The head and where in the file it ends; one that cannot be read counts as missing."""
    try:
        row = json.loads(place.read_bytes())
        known = JournalHead(row["size"], decoded(row["root"]), decoded(row["leaf"]))
        return known, int(row["end"])
    except (FileNotFoundError, LedgerError, LookupError, TypeError, ValueError):
        return None, 0


# --- Read line by line --------------------------------------------------------------------


def exists() -> bool:
    return (folder() / FILE).exists()


def read(*, after: int = 0, start: int = 0, leaf: int = 0) -> Iterator[Signed]:
    """Every checkpoint of more than `after` entries, in order.

    `start` is where in the file the line of entry `leaf` begins. What follows the last
    checkpoint was never published and is passed over. JournalError where a line is not
    what should be there.
    """
    fresh: list[bytes] = []
    last = b""
    for line, end in lines(start):
        row = read_line(line, leaf)
        if "e" in row:
            last = decoded(row["e"])
            if leaf >= after:
                fresh.append(last)
            leaf += 1
            continue
        point = read_checkpoint(read_note(row["c"].encode()).text)
        if point.size != leaf:
            raise damaged(f"a checkpoint of {point.size} entries follows entry {leaf}")
        if leaf > after:
            found = (point.size, point.root, tuple(fresh), leaf_hash(last), end)
            yield Signed(row["c"], *found)
            fresh = []


def lines(start: int) -> Iterator[tuple[bytes, int]]:
    """Whole lines, each with where it ends; the last one may be torn by a kill."""
    with (folder() / FILE).open("rb") as file:
        file.seek(start)
        for line in file:
            start += len(line)
            if line.endswith(b"\n"):
                yield line, start


def read_line(line: bytes, leaf: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as broken:
        raise damaged(f"entry {leaf} is no JSON") from broken
    match row:
        case {"c": str(), **rest} if not rest:
            return dict(row)
        case {"i": int(there), "e": str(), **rest} if there == leaf and not rest:
            return dict(row)
    raise damaged(f"entry {leaf} is not where it should be")


def damaged(fault: str) -> JournalError:
    return JournalError(
        f"{folder() / FILE} is damaged: {fault}. Put it back from its copy;"
        " until then nothing is signed and no listing is shown."
    )


# --- Written by whoever signs -------------------------------------------------------------


@contextmanager
def held(*, wait: bool = False) -> Iterator[None]:
    """Be the one who signs; JournalBusyError where another process is, unless you wait.

    What an earlier holder was killed in is put straight first.
    """
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(folder() / LOCK, "ab", opener=private) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as taken:
            raise JournalBusyError(f"{folder()} is held by another process") from taken
        mend_head()
        yield


def mend_head() -> None:
    """Let `head.json` follow the journal: it is behind after a kill between the two, and
    missing where only the journal was put back.
    """
    if not exists():
        return
    known, end = read_head(folder() / HEAD)
    later = deque(read(start=end, leaf=known.size if known else 0), maxlen=1)
    for newest in later:
        put_head(newest.note, newest.leaf, newest.end)


def append(first: int, entries: Iterable[bytes], note: str) -> None:
    """Add the entries from leaf `first` on and their checkpoint, safe on disk on return.

    Only for whoever holds the journal.
    """
    with open(folder() / FILE, "ab", opener=private) as file:
        known, end = read_head(folder() / HEAD)
        if file.tell() < end:
            raise damaged(f"it has {file.tell()} bytes and had {end}")
        if first != (known.size if known else 0):
            # Or what is cut off below would have been published.
            raise damaged(f"entry {first} does not follow what {HEAD} says of it")
        # What a killed holder began to write, and nobody has seen.
        file.truncate(end)
        leaf, last = first, b""
        for entry in entries:
            file.write(entry_line(leaf, entry))
            leaf, last = leaf + 1, entry
        file.write(json.dumps({"c": note}, ensure_ascii=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
        end = file.tell()
    put_head(note, leaf_hash(last), end)


def entry_line(leaf: int, entry: bytes) -> bytes:
    return b'{"i":%d,"e":"%s"}\n' % (leaf, encoded(entry).encode())


def put_head(note: str, leaf: bytes, end: int) -> None:
    point = read_checkpoint(read_note(note.encode()).text)
    row = {"size": point.size, "root": encoded(point.root)}
    row |= {"leaf": encoded(leaf), "end": end}
    fresh = folder() / f"{HEAD}.new"
    with open(fresh, "wb", opener=private) as file:
        file.write(json.dumps(row).encode())
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder() / HEAD)
    # A power cut must not take back either name.
    sync(folder())
