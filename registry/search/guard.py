"""What one search may cost: time for its statements, and turns for the dear ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from django.db import OperationalError
from django.utils.translation import gettext as _

from registry.search.dialects import dialect
from registry.search.results import QueryError

# Seconds; a hundred times what a search takes.
LONGEST = 2.0
# So many of the dear ones at a time in one process, and how long one waits for its turn.
TURNS = BoundedSemaphore(2)
PATIENCE = 1.0


@contextmanager
def limits() -> Iterator[None]:
    """Raises QueryError where the statements inside take too long."""
    try:
        with dialect().time_limit(LONGEST):
            yield
    except OperationalError as stopped:
        raise busy() from stopped


@contextmanager
def heavy() -> Iterator[None]:
    """Raises QueryError where too many others are at it."""
    if not TURNS.acquire(timeout=PATIENCE):
        raise busy()
    try:
        yield
    finally:
        TURNS.release()


def busy() -> QueryError:
    return QueryError(
        "busy", _("查询的人太多，这次没有查成。请稍后再试，或者输入更完整的名称。")
    )
