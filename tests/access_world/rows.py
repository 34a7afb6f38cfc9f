"""What a request has changed: every row of every table it wrote to, before and after."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections

from registry.vault.router import VAULT

WRITES = re.compile(r'(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM) "(\w+)"')
# By table and key: the columns.
Table = dict[Any, dict[str, Any]]
# By kind (`table.column` of a row that was there, `+table`, `-table`) and which of it.
Changes = dict[tuple[str, Any], Any]


@dataclass(slots=True)
class Watch:
    """Knows every row as it was, and which tables are written to while it looks."""

    before: dict[str, Table] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)

    def learn(self) -> None:
        for alias, table in tables():
            self.before[table] = read(alias, table)

    @contextmanager
    def looking(self) -> Iterator[None]:
        self.written.clear()
        with ExitStack() as stack:
            for alias in (DEFAULT_DB_ALIAS, VAULT):
                stack.enter_context(connections[alias].execute_wrapper(self.note))
            yield

    def note(self, execute: Any, sql: str, *arguments: Any) -> Any:
        self.written.update(WRITES.findall(sql))
        return execute(sql, *arguments)

    def changes(self) -> Changes:
        """What is other now, by what it is and of which row."""
        found: Changes = {}
        for alias, table in tables():
            if table in self.written:
                found |= compared(table, self.before[table], read(alias, table))
        return found


def tables() -> Iterator[tuple[str, str]]:
    of_vault = {model._meta.db_table for model in apps.get_models() if of_the_vault(model)}
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        yield (VAULT if table in of_vault else DEFAULT_DB_ALIAS), table


def of_the_vault(model: Any) -> bool:
    return bool(model._meta.model_name == "casekey")


def read(alias: str, table: str) -> Table:
    """By the first column, which is the key everywhere."""
    with connections[alias].cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        names = [column[0] for column in cursor.description or ()]
        found = (dict(zip(names, row, strict=True)) for row in cursor.fetchall())
        return {row[names[0]]: row for row in found}


def compared(table: str, before: Table, after: Table) -> Changes:
    found: Changes = {}
    # By their order: some keys are made by chance.
    for place, key in enumerate(sorted(after.keys() - before.keys())):
        for name, value in after[key].items():
            found[f"+{table}", (place, name)] = value
    for key in before.keys() - after.keys():
        found[f"-{table}", key] = None
    for key in after.keys() & before.keys():
        for name, value in after[key].items():
            if value != before[key][name]:
                found[f"{table}.{name}", key] = value
    return found
