"""A job: make the search index of a register anew, and tell how long and how large."""

import time
from io import StringIO

from django.core.management import call_command
from django.db import connection

# Whatever the index consists of bears its name.
NAMED = "search"
SIZES = {
    # The tables with their indexes and long values.
    "postgresql": """
SELECT relname, pg_total_relation_size(oid) FROM pg_class
WHERE relkind = 'r' AND relname LIKE %s ORDER BY relname""",
    # FTS5 keeps its own in tables of derived names.
    "sqlite": """
SELECT tbl_name, sum(pgsize) FROM sqlite_master JOIN dbstat USING (name)
WHERE tbl_name LIKE %s GROUP BY tbl_name ORDER BY tbl_name""",
}
REGISTER = {
    "postgresql": "SELECT pg_database_size(current_database())",
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
}


def job() -> dict[str, object]:
    start = time.perf_counter()
    call_command("reindex", stdout=StringIO())
    seconds = time.perf_counter() - start
    settle()
    with connection.cursor() as cursor:
        cursor.execute(SIZES[connection.vendor], [f"%{NAMED}%"])
        parts = dict(cursor.fetchall())
        cursor.execute(REGISTER[connection.vendor])
        (whole,) = cursor.fetchone()
    return {
        "build_s": round(seconds, 1),
        "parts": parts,
        "bytes": sum(parts.values()),
        "register_bytes": whole,
    }


def settle() -> None:
    """As autovacuum would leave it within minutes of a load."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
