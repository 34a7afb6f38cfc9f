from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from registry.search.clauses import Clause

# All of the pieces of one of these sets stand in the name.
Pieces = Sequence[Sequence[str]]


class Found(NamedTuple):
    """Where to read names from, as `e`, which of them, and an order they come in."""

    source: str
    condition: Clause
    order: str


class Dialect(Protocol):
    """What search needs of a database beyond plain SQL."""

    # The order of `having` and `scanned`, of the table itself.
    walk: str

    def contains(self, column: str, text: str) -> Clause:
        """`text` stands somewhere in the column; no index serves it."""
        ...

    def having(self, table: str, pieces: Pieces, after: int = 0) -> Found:
        """The rows that have the pieces, by their index, behind the row `after`."""
        ...

    def scanned(self, table: str, pieces: Pieces, after: int, window: int) -> Found:
        """The same in the same order, and others: quick where what is asked is common.

        Only so many rows may be looked at; reads name, kind, region and sections.
        """
        ...

    def lookups(self) -> Sequence[tuple[str, str]]:
        """Name and statement of each index that Django cannot make; a load drops them."""
        ...

    def count_pieces(self, at_least: int) -> Iterable[tuple[str, int]]:
        """The pieces in at least so many names, and in how many; may be from a sample."""
        ...

    def relist(self, entity_ids: Sequence[int]) -> None:
        """Make the listed entries of these entities anew, at the commit at the latest."""
        ...

    def time_limit(self, seconds: float) -> AbstractContextManager[None]:
        """Statements inside end after so long with OperationalError."""
        ...
