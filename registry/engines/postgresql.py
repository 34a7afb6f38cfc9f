from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import DateField, Model, Q, UUIDField
from psycopg import sql

from registry.engines import statements
from registry.engines.engine import BusyError


class PostgreSQL:
    """PostgreSQL 15 or newer, through psycopg 3."""

    def bulk_insert(
        self, model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        chosen = statements.fields_of(model, fields)
        columns = [str(field.column) for field in chosen]
        # psycopg adapts a date or UUID anew each time; its text, kept, costs an eighth.
        texts = [
            (place, cache(str) if isinstance(field, DateField) else str)
            for place, field in enumerate(chosen)
            if isinstance(field, DateField | UUIDField)
        ]
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(model._meta.db_table),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
        )
        with (
            # Django wraps the errors of its own cursor methods; COPY is none of them.
            connection.wrap_database_errors,
            connection.cursor() as cursor,
            cursor.copy(statement) as copy,
        ):
            for row in rows:
                values = list(row)
                for place, text in texts:
                    if values[place] is not None:
                        values[place] = text(values[place])
                copy.write_row(values)

    def bulk_update(
        self, model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        statements.update_many(model, fields, rows)

    def reserve_ids(self, model: type[Model], count: int) -> Sequence[int]:
        table, column = model._meta.db_table, model._meta.pk.column
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s))"
                " FROM generate_series(1, %s)",
                [f'"{table}"', column, count],
            )
            return [number for (number,) in cursor.fetchall()]

    @contextmanager
    def exclusive(self, name: str) -> Iterator[None]:
        # A session lock: it outlives the many transactions of a job, and the server
        # frees it when the connection breaks.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name])
            if not cursor.fetchone()[0]:
                raise BusyError(name)
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])

    def take_turn(self, name: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"turn/{name}"])

    def starts_with(self, field: str, prefix: str) -> Q:
        return Q((f"{field}__startswith", prefix))

    def analyze(self, *models: type[Model]) -> None:
        with connection.cursor() as cursor:
            for model in models:
                cursor.execute(
                    sql.SQL("ANALYZE {}").format(sql.Identifier(model._meta.db_table))
                )
