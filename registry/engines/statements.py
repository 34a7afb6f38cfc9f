"""Statements that both databases understand."""

from collections.abc import Iterable, Sequence
from types import NoneType
from typing import Any

from django.db import connection
from django.db.models import Field, Model

# What every driver takes as it is, and most of every row.
PLAIN = (str, int, NoneType)


def fields_of(model: type[Model], names: Sequence[str]) -> list["Field[Any, Any]"]:
    """The concrete fields by name or attribute name (`region_id`)."""
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    return [by_name[name] for name in names]


def column_of(field: "Field[Any, Any]") -> str:
    """The quoted name of the field's column."""
    return connection.ops.quote_name(str(field.column))


def insert_many(
    model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    fields = fields_of(model, names)
    columns = ", ".join(column_of(field) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(model._meta.db_table)
    # Table and columns come from the model, values go as parameters.
    statement = f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608
    execute_many(statement, fields, rows)


def update_many(
    model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    fields = fields_of(model, names)
    assignments = ", ".join(f"{column_of(field)} = %s" for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    key = model._meta.pk
    statement = f"UPDATE {table} SET {assignments} WHERE {column_of(key)} = %s"  # noqa: S608
    execute_many(statement, [*fields, key], rows)


def execute_many(
    statement: str, fields: Sequence["Field[Any, Any]"], rows: Iterable[Sequence[Any]]
) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(statement, [prepared(fields, row) for row in rows])


def prepared(fields: Sequence["Field[Any, Any]"], row: Sequence[Any]) -> list[Any]:
    """The values as the driver takes them; text and numbers are what they are."""
    return [
        value if isinstance(value, PLAIN) else field.get_db_prep_save(value, connection)
        for field, value in zip(fields, row, strict=True)
    ]
