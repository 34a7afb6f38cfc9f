"""Conditions as SQL text with its parameters; columns are ours, values are parameters."""

from collections.abc import Iterable
from typing import Any, NamedTuple

# Above every assigned character, so that [prefix, prefix + this) is "starts with".
LAST_CHARACTER = "\U0010ffff"


class Clause(NamedTuple):
    sql: str
    params: tuple[Any, ...] = ()


TRUE, FALSE = Clause("1 = 1"), Clause("1 = 0")


def every(clauses: Iterable[Clause]) -> Clause:
    return joined(" AND ", clauses, TRUE)


def some(clauses: Iterable[Clause]) -> Clause:
    return joined(" OR ", clauses, FALSE)


def joined(word: str, clauses: Iterable[Clause], none: Clause) -> Clause:
    parts = list(clauses)
    if not parts:
        return none
    sql = word.join(part.sql for part in parts)
    return Clause(f"({sql})", tuple(value for part in parts for value in part.params))


def otherwise(clause: Clause) -> Clause:
    return Clause(f"NOT {clause.sql}", clause.params)


def equals(column: str, value: object) -> Clause:
    return Clause(f"({column} = %s)", (value,))


def starts_with(column: str, prefix: str) -> Clause:
    """A range, because an index serves it on both databases."""
    return Clause(f"({column} >= %s AND {column} < %s)", (prefix, prefix + LAST_CHARACTER))
