"""Official files on disk: under random names, outside any served folder, as they came.

They hold numbers of persons that the register never reads; so they go when the delivery
is over.
"""

import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from registry.models import Delivery

OWNER_ONLY = 0o600
# An upload that was broken off left it.
FORGOTTEN_AFTER = timedelta(days=1)


def folder() -> Path:
    return Path(settings.DATA_DIR) / "deliveries"


def place(stored_as: str) -> Path:
    return folder() / stored_as


def put(stored_as: str, blocks: Iterable[bytes]) -> Path:
    """Write it whole or not at all."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    path = place(stored_as)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        with os.fdopen(os.open(path, flags, OWNER_ONLY), "wb") as file:
            for block in blocks:
                file.write(block)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def remove(stored_as: str) -> None:
    place(stored_as).unlink(missing_ok=True)


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
        path.unlink(missing_ok=True)
    return len(unneeded)


def is_old(path: Path, at: datetime) -> bool:
    return path.stat().st_mtime < (at - FORGOTTEN_AFTER).timestamp()
