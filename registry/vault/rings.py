"""Keys that can be replaced: `index.key`, then `index-2.key`, each a file in KEYS_DIR.

The newest makes everything new; the one before it still reads, until nothing is left
that needs it and its file is destroyed. A key is known by its own id, which stands in
everything it made, so that the number in the name of its file only says the order.
"""

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, TypeAlias

from django.conf import settings

from registry.vault import keys as files
from registry.vault.keys import KeyFileError

SUFFIX = ".key"
ID_SIZE = 4
# In use at once: a question is never asked under more.
MOST = 2


@dataclass(frozen=True, slots=True)
class HouseKey:
    path: Path
    content: bytes = field(repr=False)
    id: bytes

    @property
    def since(self) -> datetime:
        """When it was made; of a file put back without its date, when that was."""
        return datetime.fromtimestamp(self.path.stat().st_mtime, UTC)


Ring: TypeAlias = tuple[HouseKey, ...]
# What tells one file from another of the same name; None where there is none.
Mark: TypeAlias = tuple[int, int] | None


class Held(NamedTuple):
    """A ring as it was read, and the files it depends on."""

    ring: Ring
    marks: dict[Path, Mark]


_held: dict[Path, Held] = {}

# --- Read ---------------------------------------------------------------------------------


def ring(purpose: str) -> Ring:
    """The keys in use, the newest first; empty where there is none.

    What another process makes or destroys is seen at once, for a few calls of stat.
    """
    place = folder() / purpose
    held = _held.get(place)
    if held is None or any(mark(path) != seen for path, seen in held.marks.items()):
        held = load(purpose)
        if held.ring:
            _held[place] = held
    return held.ring


def load(purpose: str) -> Held:
    while True:
        marks = {folder(): mark(folder())}
        paths = paths_of(purpose)
        # The folder alone would not do: its time is as coarse as the tick of the kernel.
        marks |= {path: mark(path) for path in paths[:MOST]}
        marks[after(purpose, paths)] = None
        try:
            return Held(tuple(map(read, paths[:MOST])), marks)
        except FileNotFoundError:
            # Destroyed between the two looks; the next one does not see it.
            continue


def read(path: Path) -> HouseKey:
    content = files.read(path)
    return HouseKey(path, content, hmac.digest(content, b"key id", "sha256")[:ID_SIZE])


def mark(path: Path) -> Mark:
    try:
        state = path.stat()
    except FileNotFoundError:
        return None
    return state.st_ino, state.st_mtime_ns


def folder() -> Path:
    return Path(settings.KEYS_DIR)


def paths_of(purpose: str) -> list[Path]:
    """Every key file of a purpose, the newest first; drafts and copies are none."""
    found = folder().glob(f"{purpose}*{SUFFIX}")
    return sorted(
        (path for path in found if number_of(purpose, path) and path.is_file()),
        key=lambda path: number_of(purpose, path),
        reverse=True,
    )


def number_of(purpose: str, path: Path) -> int:
    """Which in a row a file is by its name; 0 for one that is none of them."""
    found = re.fullmatch(rf"{purpose}(?:-([2-9]|[1-9]\d+))?", path.stem, re.ASCII)
    return int(found[1] or 1) if found else 0


def first_path(purpose: str) -> Path:
    return folder() / f"{purpose}{SUFFIX}"


def after(purpose: str, paths: list[Path]) -> Path:
    """The name of the next key. That of a lost first one stays free for its copy."""
    newest = number_of(purpose, paths[0]) if paths else 1
    return folder() / f"{purpose}-{newest + 1}{SUFFIX}"


# --- Made, followed, destroyed ------------------------------------------------------------


def in_use(purpose: str, is_needed: Callable[[], bool]) -> Ring:
    """The ring, with a first key where nothing needs one yet.

    KeyFileError where something does: a lost key is not replaced in silence.
    """
    if found := ring(purpose):
        return found
    if is_needed():
        # Whoever made what needs it may have made the key, too, since the first look.
        if found := ring(purpose):
            return found
        raise KeyFileError(
            f"{first_path(purpose)} is missing, and what it made is there. Put it back from"
            f" its copy. Where no copy is left: manage.py rotate_keys {purpose} --lost"
        )
    files.make(first_path(purpose))
    return ring(purpose)


def make_next(purpose: str, at: datetime) -> HouseKey:
    """A new key after the newest; from now on everything new is made under it."""
    path = after(purpose, paths_of(purpose))
    files.make(path, at)
    return read(path)


def destroy_old(purpose: str) -> list[Path]:
    """Destroy every key but the newest."""
    gone = paths_of(purpose)[1:]
    for path in reversed(gone):
        path.unlink()
    if gone:
        files.sync(folder())
    return gone
