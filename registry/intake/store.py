"""Official files on disk: sealed, under random names, outside any served folder.

They hold numbers of persons that the register never reads; so they go when the delivery
is over. Each has a key of its own in the vault, under the name it has on disk; once that
is destroyed no copy of the file says anything.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from django.conf import settings
from django.utils.translation import gettext_noop as _

from registry import vault
from registry.intake.errors import IntakeError
from registry.models import Delivery
from registry.vault import VaultError

OWNER_ONLY = 0o600
# An upload that was broken off left it.
FORGOTTEN_AFTER = timedelta(days=1)
# Sealed at a time; a file is never whole in memory twice.
PIECE = 1 << 20
# Before each sealed piece.
LENGTH = 4
CHANGED = _("存放的文件已经变化，没有办理。请重新报送。")


def folder() -> Path:
    return Path(settings.DATA_DIR) / "deliveries"


def place(stored_as: str) -> Path:
    return folder() / stored_as


def is_there(stored_as: str) -> bool:
    """Whether it can be opened, as far as can be told without reading it."""
    return place(stored_as).is_file() and vault.has_key(stored_as)


# --- Sealed -------------------------------------------------------------------------------


def put(stored_as: str, blocks: Iterable[bytes], *, at: datetime) -> None:
    """Seal it whole or not at all."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    vault.make_key(stored_as, at=at)
    try:
        with os.fdopen(os.open(place(stored_as), flags, OWNER_ONLY), "wb") as file:
            for piece in sealed(stored_as, blocks):
                file.write(len(piece).to_bytes(LENGTH, "big") + piece)
    except BaseException:
        remove(stored_as)
        raise


def sealed(stored_as: str, blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Bound to their order; the last is empty, so that none can be cut off."""
    with vault.keys_at_hand([stored_as]):
        number = 0
        for number, piece in enumerate(pieces(blocks), start=1):
            yield vault.seal(stored_as, binding(number), piece)
        yield vault.seal(stored_as, binding(number + 1), b"")


def pieces(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, some at a time and never none, however they came."""
    rest = bytearray()
    for block in blocks:
        rest += block
        while len(rest) >= PIECE:
            yield bytes(rest[:PIECE])
            del rest[:PIECE]
    if rest:
        yield bytes(rest)


def binding(number: int) -> str:
    return f"delivery/{number}"


# --- Opened -------------------------------------------------------------------------------


@contextmanager
def opened(stored_as: str) -> Iterator[Path]:
    """The file as it was given, under a path that is good until the end of the block.

    In memory only, where the system can: the process that reads it has no key. IntakeError
    where it is gone, or not what was sealed.
    """
    with plain_file() as (plain, path):
        try:
            plain.writelines(unsealed(stored_as))
        except (VaultError, FileNotFoundError) as gone:
            raise IntakeError(CHANGED) from gone
        plain.flush()
        yield path


def unsealed(stored_as: str) -> Iterator[bytes]:
    with vault.keys_at_hand([stored_as]), place(stored_as).open("rb") as file:
        for number in count(1):
            length = int.from_bytes(file.read(LENGTH), "big")
            piece = vault.open_sealed(stored_as, binding(number), file.read(length))
            if not piece:
                return
            yield piece


@contextmanager
def plain_file() -> Iterator[tuple[IO[bytes], Path]]:
    """A file without a name on any disk, and where our own children find it."""
    if sys.platform == "linux" and is_open_to_children():
        with os.fdopen(os.memfd_create("delivery"), "w+b") as file:
            yield file, Path(f"/proc/{os.getpid()}/fd/{file.fileno()}")
    else:
        with NamedTemporaryFile(dir=folder()) as named:
            yield named, Path(named.name)


def is_open_to_children() -> bool:
    """Not in a process that gave up being root without starting a program since."""
    return Path("/proc/self").stat().st_uid == os.geteuid()


# --- Gone ---------------------------------------------------------------------------------


def remove(stored_as: str) -> None:
    vault.destroy_key(stored_as)
    place(stored_as).unlink(missing_ok=True)


def needed_among(names: Iterable[str]) -> set[str]:
    """Those of a delivery that is not over: their keys are no orphans."""
    rows = Delivery.objects.filter(stored_as__among=list(names))
    needed = rows.exclude(state__in=Delivery.OVER)
    return set(needed.values_list("stored_as", flat=True))


def sweep(at: datetime) -> int:
    """Remove the files of deliveries that are over, and those that none has come for.

    The number removed. A file is there a moment before its delivery.
    """
    if not folder().is_dir():
        return 0
    states = dict(Delivery.objects.values_list("stored_as", "state"))
    unneeded = [
        path
        for path in folder().iterdir()
        if states.get(path.name, Delivery.State.WITHDRAWN) in Delivery.OVER
        and (path.name in states or is_old(path, at))
    ]
    for path in unneeded:
        remove(path.name)
    return len(unneeded)


def is_old(path: Path, at: datetime) -> bool:
    return path.stat().st_mtime < (at - FORGOTTEN_AFTER).timestamp()
