import fcntl
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import Max, Model

from registry.engines import statements
from registry.engines.engine import BusyError

# VACUUM lets readers go on but no writer begin, who waits ten seconds at most: measured
# at 70 MB a second.
MOST_WHILE_SERVING = 512 * 1024**2
# In milliseconds.
PATIENCE = 500


class SQLite:
    """SQLite 3.40 or newer, one host, WAL."""

    def bulk_insert(
        self, model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        statements.insert_many(model, fields, rows)

    def bulk_update(
        self, model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        statements.update_many(model, fields, rows)

    def check_now(self) -> None:
        """Here it would look through every table; the commit looks at what was written."""

    def reserve_ids(self, model: type[Model], count: int) -> Sequence[int]:
        # The transaction is IMMEDIATE, so no other writer can take the same numbers.
        last = model._default_manager.aggregate(last=Max("pk"))["last"] or 0
        return range(last + 1, last + count + 1)

    @contextmanager
    def exclusive(self, name: str) -> Iterator[None]:
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        # Named after the database too: tests share the folder but not the database.
        place = hashlib.sha256(f"{connection.settings_dict['NAME']}".encode()).hexdigest()[
            :8
        ]
        with (settings.DATA_DIR / f"{name}-{place}.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as taken:
                raise BusyError(name) from taken
            yield

    def take_turn(self, name: str) -> None:
        """The transaction is IMMEDIATE: nobody else writes until it ends anyway."""

    def analyze(self, *models: type[Model]) -> None:
        with connection.cursor() as cursor:
            for model in models:
                cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")

    def rewrite(
        self,
        connection: BaseDatabaseWrapper,
        models: Sequence[type[Model]],
        *,
        at_any_cost: bool = False,
    ) -> bool:
        """The whole file: secure_delete forgets what pages that were split have moved."""
        if connection.in_atomic_block:
            return False
        with connection.cursor() as cursor, patience(cursor):
            cursor.execute(
                "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
            )
            if cursor.fetchone()[0] > MOST_WHILE_SERVING and not at_any_cost:
                return False
            try:
                cursor.execute("VACUUM")
            except OperationalError:
                return False
            # What was written before lies in the log until nobody reads from it.
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return not cursor.fetchone()[0]


@contextmanager
def patience(cursor: CursorWrapper) -> Iterator[None]:
    """Whoever waits for the readers to leave keeps every writer waiting."""
    cursor.execute("PRAGMA busy_timeout")
    ((usual,),) = cursor.fetchall()
    cursor.execute(f"PRAGMA busy_timeout = {PATIENCE}")
    try:
        yield
    finally:
        cursor.execute(f"PRAGMA busy_timeout = {usual:d}")
