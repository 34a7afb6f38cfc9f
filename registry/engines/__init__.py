"""What differs between the two databases, in one small class each.

`engine()` is the one of the default connection, `engine("vault")` that of the vault;
nothing else in the project asks which database it runs on.
"""

from django.db import DEFAULT_DB_ALIAS, connections

from registry.engines import lookups  # noqa: F401  registers `among`
from registry.engines.engine import BusyError, Engine
from registry.engines.postgresql import PostgreSQL
from registry.engines.sqlite import SQLite

__all__ = ("BusyError", "Engine", "engine")

ENGINES: dict[str, Engine] = {"postgresql": PostgreSQL(), "sqlite": SQLite()}


def engine(using: str = DEFAULT_DB_ALIAS) -> Engine:
    return ENGINES[connections[using].vendor]
