"""Files of cases on disk: sealed under the key of the case, under names that tell nothing.

Beside the database and not in it, because a table that holds scans would be too large to
be written anew when something in it was erased.
"""

import os
import re
from collections.abc import Collection, Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryFile

from django.conf import settings

from registry import vault

NAME = re.compile(r"[0-9a-f]{32}(\.[a-z]{2})?", re.ASCII)
# A file is on disk before the row that names it is committed.
GRACE = timedelta(days=1)


class GoneError(Exception):
    """The file is not there, or cannot be opened any more."""


def folder() -> Path:
    return Path(settings.DATA_DIR) / "papers"


def store(case: str, name: str, content: bytes) -> None:
    """On disk when this returns; of one name there is one file, never another."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    sealed = vault.seal(case, binding(name), content)
    with open(folder() / name, "xb", opener=private) as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())


def read(case: str, name: str) -> bytes:
    """What was stored. GoneError where it was erased or a byte differs."""
    try:
        return vault.open_sealed(case, binding(name), (folder() / name).read_bytes())
    except (vault.VaultError, FileNotFoundError) as gone:
        raise GoneError(name) from gone


def discard(name: str) -> None:
    (folder() / name).unlink(missing_ok=True)


def old_names() -> Iterator[str]:
    """Of files that were written more than a day ago, by the clock that wrote them."""
    if not folder().is_dir():
        return
    with TemporaryFile(dir=folder()) as fresh:
        newest = os.fstat(fresh.fileno()).st_mtime - GRACE.total_seconds()
    for entry in os.scandir(folder()):
        if NAME.fullmatch(entry.name) and entry.stat().st_mtime < newest:
            yield entry.name


def sweep(known: Collection[str]) -> int:
    """Remove what no row names, as a kill leaves it; `known` are names without endings."""
    orphans = [name for name in old_names() if name.partition(".")[0] not in known]
    for name in orphans:
        discard(name)
    return len(orphans)


def binding(name: str) -> str:
    """So that no file can stand in for another of the same case."""
    return f"file/{name}"


def private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
