"""The keys of the house: files of 32 random bytes that only their owner can read."""

import os
import secrets
from functools import lru_cache
from pathlib import Path

from django.conf import settings

SIZE = 32


class KeyFileError(Exception):
    """A key file that cannot be used; the message says what to do."""


def master_key() -> bytes:
    """Wraps the keys of cases."""
    return key(settings.KEYS_DIR / "master.key")


def index_key() -> bytes:
    """Makes the hashes by which one exact person is found."""
    return key(settings.KEYS_DIR / "index.key")


@lru_cache(maxsize=8)
def key(path: Path) -> bytes:
    """The key in a file; made at the first start."""
    make(path)
    return read(path)


def read(path: Path) -> bytes:
    content = path.read_bytes()
    if len(content) != SIZE:
        raise KeyFileError(
            f"{path} does not hold {SIZE} bytes; put back the right file from its copy."
            " Nothing else opens what was sealed, or signs as before."
        )
    return content


def make(path: Path) -> None:
    """Put a new key there, unless there is one."""
    if not path.exists():
        write_once(path, secrets.token_bytes(SIZE))


def write_once(path: Path, content: bytes) -> None:
    """Write beside the place and link in: of two writers one wins whole, and it stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with open(draft, "xb", opener=private) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        # Another process was quicker; what it wrote is what counts.
        return
    finally:
        draft.unlink()
    sync(path.parent)


def sync(folder: Path) -> None:
    """A power cut must not take back a name under which something was sealed already."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
