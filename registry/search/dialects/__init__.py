"""How each database finds names by pieces of two characters."""

from django.db import connection

from registry.search.dialects.dialect import Dialect, Found
from registry.search.dialects.postgresql import PostgreSQL
from registry.search.dialects.sqlite import SQLite

__all__ = ("Dialect", "Found", "dialect")

DIALECTS: dict[str, Dialect] = {"postgresql": PostgreSQL(), "sqlite": SQLite()}


def dialect() -> Dialect:
    return DIALECTS[connection.vendor]
