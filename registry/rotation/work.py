"""What the three have in common."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from registry.engines import BusyError, engine
from registry.vault import rings

# Rows that one run brings to the new key: seconds, so that a tick stays short.
MOST = 20_000


class RotationError(Exception):
    """Why a key is not replaced now; the message says what to do."""


class Moved(NamedTuple):
    """Rows that one run brought to the newest key, and those it has left for another."""

    n: int = 0
    n_left: int = 0


@contextmanager
def alone(purpose: str) -> Iterator[bool]:
    """Whether this process is the only one now that changes the key of a purpose."""
    try:
        with engine().exclusive(f"key-{purpose}"):
            yield True
    except BusyError:
        yield False


@contextmanager
def by_hand(purpose: str) -> Iterator[None]:
    with alone(purpose) as ours:
        if not ours:
            raise RotationError(
                f"Another process is at work on the {purpose} key; try again in a minute."
            )
        yield


def begin(purpose: str, at: datetime) -> rings.HouseKey:
    """Make the next key; RotationError while the one before last is still needed."""
    with by_hand(purpose):
        if len(paths := rings.paths_of(purpose)) > 1:
            raise RotationError(
                f"{paths[-1].name} is still in use beside {paths[0].name}: the last change"
                " is not finished. The tick goes on with it; --status says what is left."
            )
        if not paths:
            raise RotationError(
                f"There is no {purpose} key yet. It is made when the first one is needed;"
                f" where there was one, put it back from its copy, or use --lost."
            )
        return rings.make_next(purpose, at)


def replace_lost(purpose: str, at: datetime) -> rings.HouseKey:
    """A new key for one that is gone for good; RotationError where it is not."""
    with by_hand(purpose):
        if paths := rings.paths_of(purpose):
            raise RotationError(f"{paths[0]} is there; only a missing key is replaced.")
        return rings.make_next(purpose, at)
