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
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        make(path)
    content = path.read_bytes()
    if len(content) != SIZE:
        raise KeyFileError(
            f"{path} does not hold {SIZE} bytes; put back the right file from its copy."
            " Without it nothing that was sealed can be read."
        )
    return content


def make(path: Path) -> None:
    """Write a new key beside its place and link it in: of two makers one wins whole."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with open(draft, "xb", opener=private) as file:
        file.write(secrets.token_bytes(SIZE))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        # Another process was quicker; its key is the one.
        return
    finally:
        draft.unlink()


def private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
