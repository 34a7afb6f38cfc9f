"""What a CHECK cannot say, because it looks at another row or at the row before: triggers.

A guard is one condition, written once for both databases and refused under one name.
Migrations create guards; a later migration that remakes a table on SQLite has to
create its guards again, and a test counts them.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

# How each engine writes the words of a condition; {0} and {1} are what they speak of.
WORDS = {
    "postgresql": {
        "month": "(EXTRACT(YEAR FROM {0})::int * 12 + EXTRACT(MONTH FROM {0})::int)",
        "day": "EXTRACT(DAY FROM {0})::int",
        "eve": "({0} - 1)",
        "days": "({1} - {0})",
        "differ": "({0} IS DISTINCT FROM {1})",
    },
    "sqlite": {
        "month": "(CAST(strftime('%Y', {0}) AS INTEGER) * 12"
        " + CAST(strftime('%m', {0}) AS INTEGER))",
        "day": "CAST(strftime('%d', {0}) AS INTEGER)",
        "eve": "date({0}, '-1 day')",
        "days": "CAST(julianday({1}) - julianday({0}) AS INTEGER)",
        "differ": "({0} IS NOT {1})",
    },
}
# A word with arguments that hold no word themselves; arguments are divided by a bar.
WORD = re.compile(r"\b(month|day|eve|days|differ)\[([^\[\]]*)\]")


@dataclass(frozen=True, slots=True)
class Guard:
    """Refuses `event` ("INSERT", "UPDATE" or "DELETE") on a table where `condition` holds.

    The condition speaks of NEW and OLD and may use `month[x]`, `day[x]`, `eve[x]`,
    `days[x|y]` and `differ[x|y]`, which every engine writes in its own way.
    """

    name: str
    table: str
    event: str
    condition: str = "1 = 1"

    @property
    def when(self) -> str:
        """For an UPDATE only the columns the condition reads: a sweep pays for no other."""
        columns = sorted(set(re.findall(r'NEW\.("?\w+"?)', self.condition)))
        return f"UPDATE OF {', '.join(columns)}" if self.updates(columns) else self.event

    def updates(self, columns: list[str]) -> bool:
        return self.event == "UPDATE" and bool(columns)

    def create(self, vendor: str) -> str:
        return CREATE[vendor].format(
            name=self.name,
            table=self.table,
            event=self.when,
            first=written_for(vendor, of_the_row_alone(self.condition)),
            condition=written_for(vendor, self.condition),
            row="OLD" if self.event == "DELETE" else "NEW",
        )

    def drop(self, vendor: str) -> str:
        return DROP[vendor].format(name=self.name, table=self.table)


CREATE = {
    "postgresql": """
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$
        BEGIN
          IF ({condition}) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = '{name}',
              CONSTRAINT = '{name}', TABLE = '{table}';
          END IF;
          RETURN {row};
        END $guard$;
        CREATE TRIGGER {name} BEFORE {event} ON {table}
        FOR EACH ROW WHEN ({first}) EXECUTE FUNCTION {name}();
    """,
    "sqlite": """
        CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW WHEN {condition}
        BEGIN SELECT RAISE(ABORT, '{name}'); END;
    """,
}
DROP = {
    "postgresql": "DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();",
    "sqlite": "DROP TRIGGER {name};",
}


def of_the_row_alone(condition: str) -> str:
    """Of parts that all have to hold, the first ones, as far as they look at no other row.

    PostgreSQL asks them without calling the function, which costs it far more.
    """
    if "SELECT" in condition and len(divided(condition, "OR")) > 1:
        return "true"
    parts = map(str.strip, divided(condition, "AND"))
    alone = takewhile(lambda part: "SELECT" not in part, parts)
    return " AND ".join(alone) or "true"


def divided(condition: str, word: str) -> list[str]:
    """At each such word that stands in no bracket."""
    parts, depth = [""], 0
    for token in re.split(rf"([()\[\]]|\b{word}\b)", condition):
        depth += (token in ("(", "[")) - (token in (")", "]"))
        if token == word and not depth:
            parts.append("")
        else:
            parts[-1] += token
    return parts


def written_for(vendor: str, condition: str) -> str:
    """The condition in the words of one engine, from the innermost word outwards."""
    while found := WORD.search(condition):
        text = WORDS[vendor][found[1]].format(*found[2].split("|"))
        condition = f"{condition[: found.start()]}{text}{condition[found.end() :]}"
    return condition


class AddGuard(Operation):
    """Create a guard, and drop it on the way back."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, guard: Guard) -> None:
        self.guard = guard

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if is_kept_there(schema_editor):
            schema_editor.execute(self.guard.create(schema_editor.connection.vendor), None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if is_kept_there(schema_editor):
            schema_editor.execute(self.guard.drop(schema_editor.connection.vendor), None)

    def describe(self) -> str:
        return f"Create guard {self.guard.name} on {self.guard.table}"


def is_kept_there(schema_editor: BaseDatabaseSchemaEditor) -> bool:
    """The vault has one table and no guards."""
    return schema_editor.connection.alias == "default"


class RemoveGuard(AddGuard):
    """Drop a guard, and create it again on the way back."""

    def database_forwards(self, *given: Any) -> None:
        super().database_backwards(*given)

    def database_backwards(self, *given: Any) -> None:
        super().database_forwards(*given)

    def describe(self) -> str:
        return f"Remove guard {self.guard.name} of {self.guard.table}"


class GuardsAside(Operation):
    """Run operations that remake a table, which on SQLite would take its guards away.

    There every trigger of the database is set aside and put back unchanged: those of
    other tables speak of this one, too.
    """

    reduces_to_sql = False
    reversible = True

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = list(operations)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        with guards_aside(schema_editor):
            for before, operation, after in self.steps(app_label, from_state):
                operation.database_forwards(app_label, schema_editor, before, after)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        with guards_aside(schema_editor):
            for before, operation, after in reversed(self.steps(app_label, to_state)):
                operation.database_backwards(app_label, schema_editor, after, before)

    def steps(
        self, app_label: str, state: ProjectState
    ) -> list[tuple[ProjectState, Operation, ProjectState]]:
        """Each operation with the state before and after it."""
        found = []
        for operation in self.operations:
            after = state.clone()
            operation.state_forwards(app_label, after)
            found.append((state, operation, after))
            state = after
        return found

    def describe(self) -> str:
        return "; ".join(operation.describe() for operation in self.operations)


@contextmanager
def guards_aside(schema_editor: BaseDatabaseSchemaEditor) -> Iterator[None]:
    if schema_editor.connection.vendor != "sqlite":
        yield
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
    for name, _ in triggers:
        schema_editor.execute(f"DROP TRIGGER {schema_editor.quote_name(name)}", None)
    yield
    for _, text in triggers:
        schema_editor.execute(text, None)
