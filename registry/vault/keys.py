"""Files of keys: 32 random bytes that only their owner can read, written once."""

import os
import secrets
from datetime import datetime
from pathlib import Path

SIZE = 32


class KeyFileError(Exception):
    """A key file that cannot be used; the message says what to do."""


def read(path: Path) -> bytes:
    content = path.read_bytes()
    if len(content) != SIZE:
        raise KeyFileError(
            f"{path} does not hold {SIZE} bytes; put back the right file from its copy."
            " Nothing else opens what was sealed, or signs as before."
        )
    return content


def make(path: Path, at: datetime | None = None) -> None:
    """Put a new key there, unless there is one; dated, where a moment is given."""
    if not path.exists():
        write_once(path, secrets.token_bytes(SIZE), at)


def write_once(path: Path, content: bytes, at: datetime | None = None) -> None:
    """Write beside the place and link in: of two writers one wins whole, and it stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with open(draft, "xb", opener=private) as file:
        file.write(content)
        file.flush()
        if at:
            os.utime(draft, (at.timestamp(), at.timestamp()))
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
