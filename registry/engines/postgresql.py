import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateField, Field, Model, UUIDField
from psycopg import errors, sql
from psycopg.errors import Diagnostic, LockNotAvailable

from registry.engines import statements
from registry.engines.engine import BusyError

# VACUUM FULL shuts everybody out of a table: measured at 60 MB a second, so two seconds.
MOST_WHILE_SERVING = 120 * 1024**2
# Whoever comes after a lock that is waited for waits, too.
PATIENCE, PATIENCE_BY_HAND = "500ms", "10s"
TRIES = 3
# Longer than any turn should be, that of a release of 100,000 listings included.
LONGEST_TURN = "30s"
Fields = Sequence["Field[Any, Any]"]


class PostgreSQL:
    """PostgreSQL 15 or newer, through psycopg 3."""

    def bulk_insert(
        self, model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        chosen = statements.fields_of(model, fields)
        copy_in(model._meta.db_table, columns_of(chosen), chosen, rows)

    def bulk_update(
        self, model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        """By COPY into a table of this transaction: a statement a row costs far more."""
        table, stage = model._meta.db_table, f"new_{model._meta.db_table}"
        key, chosen = model._meta.pk, statements.fields_of(model, fields)
        columns = columns_of(chosen)
        names = {
            "table": sql.Identifier(table),
            "stage": sql.Identifier(stage),
            "key": sql.Identifier(str(key.column)),
            "columns": listed(columns),
            "changes": taken_from(stage, columns),
        }
        with transaction.atomic():
            execute(
                "CREATE TEMP TABLE {stage} ON COMMIT DROP AS"
                " SELECT {columns}, {key} AS row_key FROM {table} WITH NO DATA",
                **names,
            )
            copy_in(stage, [*columns, "row_key"], [*chosen, key], rows)
            # Guards fire for every row: their queries need no new plan each time.
            execute("SET LOCAL plan_cache_mode = force_generic_plan")
            execute(
                "UPDATE {table} SET {changes} FROM {stage}"
                " WHERE {table}.{key} = {stage}.row_key",
                **names,
            )
            execute("DROP TABLE {stage}", **names)

    def check_now(self) -> None:
        connection.check_constraints()

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
        ask = (
            "SELECT set_config('lock_timeout', %s, true),"
            " pg_advisory_xact_lock(hashtext(%s))"
        )
        try:
            with connection.cursor() as cursor:
                cursor.execute(ask, [LONGEST_TURN, f"turn/{name}"])
        except OperationalError as refused:
            if isinstance(refused.__cause__, errors.LockNotAvailable):
                raise BusyError(name) from refused
            raise

    def analyze(self, *models: type[Model]) -> None:
        for model in models:
            execute("ANALYZE {table}", table=sql.Identifier(model._meta.db_table))

    def rewrite(
        self,
        connection: BaseDatabaseWrapper,
        models: Sequence[type[Model]],
        *,
        at_any_cost: bool = False,
    ) -> bool:
        if connection.in_atomic_block:
            return False
        patience = PATIENCE_BY_HAND if at_any_cost else PATIENCE
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [patience])
            try:
                # Each of them, so that one that is in use keeps no other from its turn.
                done = [vacuumed(connection, model, at_any_cost) for model in models]
            finally:
                cursor.execute("RESET lock_timeout")
        return all(done)


def execute(statement: str, **parts: sql.Composable) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(**parts))


def columns_of(fields: Fields) -> list[str]:
    return [str(field.column) for field in fields]


def listed(columns: Sequence[str]) -> sql.Composable:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def taken_from(stage: str, columns: Sequence[str]) -> sql.Composable:
    return sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(column), sql.Identifier(stage, column))
        for column in columns
    )


def copy_in(
    table: str, columns: Sequence[str], fields: Fields, rows: Iterable[Sequence[Any]]
) -> None:
    # psycopg adapts a date or UUID anew each time; its text, kept, costs an eighth.
    texts = [
        (place, cache(str) if isinstance(field, DateField) else str)
        for place, field in enumerate(fields)
        if isinstance(field, DateField | UUIDField)
    ]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), listed(columns)
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


# --- Written anew -------------------------------------------------------------------------


def vacuumed(
    connection: BaseDatabaseWrapper, model: type[Model], at_any_cost: bool
) -> bool:
    """Whether no dead row is left in the table, its indexes and its long values."""
    table = sql.Identifier(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("SELECT pg_total_relation_size({}::regclass)").format(
                sql.Literal(table.as_string())
            )
        )
        if cursor.fetchone()[0] > MOST_WHILE_SERVING and not at_any_cost:
            return False
    n_dead = None
    for _ in range(TRIES):
        if (n_dead := vacuum(connection, table)) is not None:
            break
    return n_dead == 0


def vacuum(connection: BaseDatabaseWrapper, table: sql.Identifier) -> int | None:
    """Write it anew; the dead rows an older snapshot keeps, None where it is in use."""
    kept: list[int] = []

    def note(said: Diagnostic) -> None:
        # In any language the detail begins with that number.
        if found := re.match(r"\d+", said.message_detail or ""):
            kept.append(int(found[0]))

    connection.connection.add_notice_handler(note)
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("VACUUM (FULL, VERBOSE) {}").format(table))
    except OperationalError as refused:
        if isinstance(refused.__cause__, LockNotAvailable):
            return None
        raise
    finally:
        connection.connection.remove_notice_handler(note)
    return kept[0] if kept else None
