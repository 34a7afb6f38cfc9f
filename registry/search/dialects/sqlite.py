"""Full-text tables of pieces that triggers fill; they answer in the order of the rows."""

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

from registry.search.clauses import Clause, every
from registry.search.dialects.dialect import Found, Pieces

INDEXES = {
    "registry_searchentry": "search_pieces",
    "registry_listedentry": "listed_pieces",
}
# So many steps of its machine SQLite takes between two looks at the clock.
STEPS = 20_000


class SQLite:
    walk = "e.id"

    def contains(self, column: str, text: str) -> Clause:
        return Clause(f"(instr({column}, %s) > 0)", (text,))

    def having(self, table: str, pieces: Pieces, after: int = 0) -> Found:
        index = INDEXES[table]
        wanted = " OR ".join(map(all_of, pieces))
        match = Clause(f"({index} MATCH %s)", (wanted,))
        start = [Clause(f"({index}.rowid > %s)", (after,))] if after else []
        source = f"{index} CROSS JOIN {table} e ON e.id = {index}.rowid"
        return Found(source, every((match, *start)), f"{index}.rowid")

    def scanned(self, table: str, pieces: Pieces, after: int, window: int) -> Found:
        return self.having(table, pieces, after)

    def lookups(self) -> Sequence[tuple[str, str]]:
        return ()

    def count_pieces(self, at_least: int) -> Iterable[tuple[str, int]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT term, doc FROM search_terms WHERE doc >= %s", [at_least])
            return [(piece, n) for piece, n in cursor.fetchall()]

    def relist(self, entity_ids: Sequence[int]) -> None:
        """By the trigger of a view, which those of the listings use, too."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO search_relist SELECT value FROM json_each(%s)",
                [json.dumps(list(entity_ids))],
            )

    @contextmanager
    def time_limit(self, seconds: float) -> Iterator[None]:
        connection.ensure_connection()
        raw, end = connection.connection, time.monotonic() + seconds
        raw.set_progress_handler(lambda: time.monotonic() > end, STEPS)
        try:
            yield
        finally:
            raw.set_progress_handler(None, STEPS)


def all_of(pieces: Sequence[str]) -> str:
    quoted = " AND ".join(f'"{piece}"' for piece in pieces)
    return f"({quoted})"
