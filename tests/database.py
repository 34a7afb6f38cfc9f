"""Putting the test database back as the migrations left it, whatever guards its tables.

Django's own flush would empty the reference tables (regions, sources) and is
refused by append-only tables; this deletes what tests added, with the triggers
of the tables out of the way for that one transaction.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, connections, models, transaction
from django.db.backends.utils import CursorWrapper

from registry.models import CaseKey, Instance

# By table: the keys of the rows every test may rely on.
_reference: dict[str, frozenset[Any]] = {}
# How PostgreSQL notes that a trigger fires, and how to say so again.
ENABLE = {"O": "ENABLE", "A": "ENABLE ALWAYS", "R": "ENABLE REPLICA"}


def remember_reference_rows() -> None:
    """Whatever a table holds after the migrations is reference and stays."""
    _reference.clear()
    for model in stored_models():
        _reference[model._meta.db_table] = frozenset(keys(model))


def reset_database() -> None:
    """Delete every row that tests added, and put the clock straight."""
    with transaction.atomic(), connection.cursor() as cursor:
        added = {
            model: extra
            for model in stored_models()
            if (
                extra := set(keys(model))
                - _reference.get(model._meta.db_table, frozenset())
            )
        }
        with triggers_off(cursor, [model._meta.db_table for model in added]):
            for model, extra in added.items():
                delete(cursor, model, extra)
        if connection.vendor == "sqlite":
            empty_full_text(cursor)
    CaseKey.objects.all().delete()
    Instance.objects.mark(Instance.Purpose.TEST)


@contextmanager
def shared() -> Iterator[None]:
    """What is made within stays for every test until the block ends, and goes with it."""
    with ExitStack() as stack:
        for alias in connections:
            atomic = transaction.atomic(using=alias)
            # As in a test of its own: what must be outermost may still begin.
            atomic._from_testcase = True  # type: ignore[attr-defined]
            stack.enter_context(atomic)
        yield
        for alias in connections:
            transaction.set_rollback(True, using=alias)


def check_deferred() -> None:
    """What waits for a commit that never comes would else be checked by every test."""
    for alias in connections:
        connections[alias].check_constraints()


def stored_models() -> list[type[models.Model]]:
    """One model for each table there is, except the mark, which is set anew."""
    tables = set(connection.introspection.table_names()) - {Instance._meta.db_table}
    stored = apps.get_models(include_auto_created=True)
    return [
        model
        for model in stored
        if not model._meta.proxy and model._meta.db_table in tables
    ]


def keys(model: type[models.Model]) -> Iterable[Any]:
    return model._base_manager.values_list("pk", flat=True)


def delete(cursor: CursorWrapper, model: type[models.Model], extra: set[Any]) -> None:
    table = connection.ops.quote_name(model._meta.db_table)
    column = connection.ops.quote_name(f"{model._meta.pk.column}")
    ready = model._meta.pk.get_db_prep_value
    # Foreign keys are checked at the end of the transaction, so the order is free.
    cursor.executemany(
        f"DELETE FROM {table} WHERE {column} = %s",
        [(ready(key, connection),) for key in extra],
    )


def empty_full_text(cursor: CursorWrapper) -> None:
    """What the triggers of the search keep on SQLite; no reference row is in it."""
    cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%USING fts5(%'")
    for (name,) in cursor.fetchall():
        cursor.execute(f"INSERT INTO {name}({name}) VALUES ('delete-all')")


@contextmanager
def triggers_off(cursor: CursorWrapper, tables: list[str]) -> Iterator[None]:
    """Without the triggers of these tables; each fires afterwards as it did before."""
    switch: Callable[..., Iterator[None]] = SWITCHES[connection.vendor]
    with contextmanager(switch)(cursor, tables):
        yield


def change_past_guards(rows: models.QuerySet[Any], **changes: Any) -> None:
    """As whoever owns the database could, and no action does."""
    with (
        transaction.atomic(),
        connection.cursor() as cursor,
        triggers_off(cursor, [rows.model._meta.db_table]),
    ):
        rows.update(**changes)


def postgresql_triggers(cursor: CursorWrapper, tables: list[str]) -> Iterator[None]:
    # One by one instead of session_replication_role: that needs a superuser, and
    # triggers that fire ALWAYS fire all the same.
    cursor.execute(
        "SELECT tgrelid::regclass::text, quote_ident(tgname), tgenabled FROM pg_trigger"
        " JOIN pg_class ON pg_class.oid = tgrelid"
        " WHERE NOT tgisinternal AND tgenabled <> 'D' AND relname = ANY(%s)",
        [tables],
    )
    triggers = cursor.fetchall()
    # ALTER TABLE is refused while checks of changed rows are pending.
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    # A connection that a test left open must fail the test, not hang the run.
    cursor.execute("SET LOCAL lock_timeout = '10s'")
    for table, trigger, _ in triggers:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    yield
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table, trigger, enabled in triggers:
        cursor.execute(f"ALTER TABLE {table} {ENABLE[enabled]} TRIGGER {trigger}")


def sqlite_triggers(cursor: CursorWrapper, tables: list[str]) -> Iterator[None]:
    cursor.execute("SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'")
    triggers = [(name, text) for name, text, table in cursor.fetchall() if table in tables]
    for name, _ in triggers:
        cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")
    yield
    for _, text in triggers:
        cursor.execute(text)


SWITCHES = {"postgresql": postgresql_triggers, "sqlite": sqlite_triggers}
