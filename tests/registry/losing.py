"""A database that is lost with what was done since its backup; the journal is not."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from registry.logbook import signing
from tests.factories import AT


class GoneError(Exception):
    """The database is lost, and what was done since the backup with it."""


@contextmanager
def lost() -> Iterator[None]:
    """What happens inside is journalled and then lost with the database."""
    try:
        with transaction.atomic(), transaction.atomic(using="vault"):
            yield
            signing.sign(AT)
            raise GoneError
    except GoneError:
        return
