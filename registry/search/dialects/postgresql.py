"""A GIN index of pieces, and an index in a shuffled order that covers what is asked."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction

from registry.search.clauses import Clause, every, some
from registry.search.dialects.dialect import Found, Pieces

# By table: the columns `search_pieces` makes pieces of, and those of the covering index.
PIECES = {
    "registry_searchentry": "name_key, region, kind",
    "registry_listedentry": "name_key, region, kind, sections",
}
NAMES = {"registry_searchentry": "search", "registry_listedentry": "listed"}
# Blocks of the table that are read to count its pieces, in names.
SAMPLE = 300_000


class PostgreSQL:
    walk = "e.shuffle, e.id"

    def contains(self, column: str, text: str) -> Clause:
        return Clause(f"(strpos({column}, %s) > 0)", (text,))

    def having(self, table: str, pieces: Pieces, after: int = 0) -> Found:
        columns = PIECES[table].replace(", ", ", e.")
        condition = some(
            Clause(f"(search_pieces(e.{columns}) @> %s::text[])", (list(every_one),))
            for every_one in pieces
        )
        if after:
            condition = every((condition, behind("e", table, after)))
        return Found(f"{table} e", condition, "e.shuffle, e.id")

    def scanned(self, table: str, pieces: Pieces, after: int, window: int) -> Found:
        start = behind("s", table, after) if after else Clause("true")
        # All of them are values, or the window would be looked at without an index.
        columns = PIECES[table].replace(", ", ", s.")
        source = (
            f"(SELECT s.id, s.shuffle, s.{columns} FROM {table} s WHERE {start.sql}"
            f" ORDER BY s.shuffle, s.id LIMIT {window:d}) e"
        )
        return Found(source, Clause("true", start.params), "e.shuffle, e.id")

    def lookups(self) -> Sequence[tuple[str, str]]:
        return [one for table in PIECES for one in lookups_of(table)]

    def count_pieces(self, at_least: int) -> Iterable[tuple[str, int]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM registry_searchentry")
            ((total,),) = cursor.fetchall()
            share = min(1.0, SAMPLE / total) if total else 1.0
            cursor.execute(
                "SELECT piece, round(count(*) / %(share)s)::int FROM ("
                " SELECT unnest(search_pieces(name_key, region, kind)) AS piece"
                " FROM registry_searchentry TABLESAMPLE SYSTEM (%(percent)s) REPEATABLE (1)"
                ") pieces GROUP BY piece HAVING count(*) >= %(least)s",
                {"share": share, "percent": 100 * share, "least": at_least * share},
            )
            return [(piece, n) for piece, n in cursor.fetchall()]

    def relist(self, entity_ids: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO search_relist (entity_ids) VALUES (%s)", [list(entity_ids)]
            )

    @contextmanager
    def time_limit(self, seconds: float) -> Iterator[None]:
        """Pages read at random are as dear as PostgreSQL has them by itself: so the plans
        of the search were measured.
        """
        ask = (
            "SELECT set_config('statement_timeout', %s, true),"
            " set_config('random_page_cost', '4', true)"
        )
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(ask, [f"{seconds:.3f}s"])
            yield


def behind(alias: str, table: str, after: int) -> Clause:
    # The row itself tells where it stands; one that is gone leaves nothing behind it.
    return Clause(
        f"({alias}.shuffle >= (SELECT shuffle FROM {table} WHERE id = %s)"
        f" AND ({alias}.shuffle, {alias}.id) >"
        f" ((SELECT shuffle FROM {table} WHERE id = %s), %s))",
        (after, after, after),
    )


def lookups_of(table: str) -> list[tuple[str, str]]:
    pieces, scan = f"{NAMES[table]}_pieces", f"{NAMES[table]}_scan"
    columns = PIECES[table]
    return [
        (
            pieces,
            f"CREATE INDEX {pieces} ON {table} USING gin (search_pieces({columns}))"
            " WITH (fastupdate = off)",
        ),
        (scan, f"CREATE INDEX {scan} ON {table} (shuffle, id) INCLUDE ({columns})"),
    ]
