from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model


class BusyError(Exception):
    """Somebody else holds the named lock."""


class Engine(Protocol):
    """What the project needs of a database beyond the ORM."""

    def bulk_insert(
        self, model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        """Insert rows by the fastest way the database has. Constraints hold.

        `fields` are attribute names (`region_id`), values are Python objects of
        the field's type. `rows` must not come from a query that is still running.
        """
        ...

    def bulk_update(
        self, model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        """Set `fields` of many rows; a row is their values and, last, the primary key.

        `fields` and `rows` as for `bulk_insert`; no key comes twice.
        """
        ...

    def check_now(self) -> None:
        """Check what the rows written so far refer to, instead of at the commit."""
        ...

    def reserve_ids(self, model: type[Model], count: int) -> Sequence[int]:
        """Primary keys nobody else will get, for rows that refer to each other.

        Call it inside the transaction that inserts them.
        """
        ...

    def exclusive(self, name: str) -> AbstractContextManager[None]:
        """Hold the named lock for a whole job; freed when the process dies.

        Raises BusyError at once where another process holds it.
        """
        ...

    def take_turn(self, name: str) -> None:
        """Wait for the named turn and keep it until the transaction ends.

        Raises BusyError where another transaction keeps it for longer than any should.
        """
        ...

    def analyze(self, *models: type[Model]) -> None:
        """Tell the planner about freshly loaded tables."""
        ...

    def rewrite(
        self,
        connection: BaseDatabaseWrapper,
        models: Sequence[type[Model]],
        *,
        at_any_cost: bool = False,
    ) -> bool:
        """Write the files of these tables anew, without the bytes of what was deleted.

        Whether none is left now: False inside a transaction, where somebody is in the
        way, and where the site would wait for more than a moment, unless `at_any_cost`.
        """
        ...
