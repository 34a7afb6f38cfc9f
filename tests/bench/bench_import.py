"""Import of registrations on PostgreSQL, beside bare COPY and a plain pipeline."""

import csv
import gzip
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection, transaction
from stdnum.cn import uscc

from registry.intake.entities import import_entities
from registry.models import Batch, Source
from tests.bench.frame import Bar, Contestant, Report, compare

READS_FILE = True
AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
COLUMNS = (
    "name",
    "code",
    "registered",
    "type",
    "capital",
    "scope",
    "province",
    "city",
    "address",
)
STAGED = (*COLUMNS, "name_key", "valid")
STAGE = f"""
CREATE TEMP TABLE bench_stage (
  id bigint DEFAULT nextval(pg_get_serial_sequence('registry_entity', 'id')),
  {", ".join(f"{column} text" for column in COLUMNS)}, name_key text, valid boolean
) ON COMMIT DROP"""
# The same tables with the same constraints, so that both pay for them; no merge, no
# regions, no names to search by, no findings, no resuming.
ENTITIES = """
INSERT INTO registry_entity (id, public_id, kind, name, name_key, status, registered_on,
  company_type, capital, scope, address, source_id, source_as_of, created_at, updated_at)
SELECT DISTINCT ON (code) id, gen_random_uuid(), 'other', name, name_key, 'unknown',
  registered::date, type, capital, scope, address, 'REGISTRATION', now(), now(), now()
FROM bench_stage ORDER BY code, id"""
IDENTIFIERS = """
INSERT INTO registry_identifier (entity_id, kind, value, valid, flaw)
SELECT DISTINCT ON (code) id, 'other', code, valid,
  CASE WHEN valid THEN '' ELSE 'unknown_form' END
FROM bench_stage ORDER BY code, id"""


def bench(file: Path) -> Report:
    rows = list(parse(file))
    measures = compare(
        len(rows),
        [
            Contestant("bare COPY", lambda: copy("bench_bare", COLUMNS, rows), empty_table),
            Contestant("plain pipeline", lambda: plain_pipeline(file), empty_register),
            Contestant(
                "import_entities", lambda: whole_import(file, len(rows)), empty_register
            ),
        ],
    )
    return Report(
        "import",
        f"{len(rows):,} registrations of {file.name}",
        measures,
        [
            Bar("import_entities", "bare COPY"),
            Bar("import_entities", "plain pipeline", at_least=0.5),
        ],
    )


def parse(file: Path) -> Iterator[list[str]]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
        reader = csv.reader(text)
        next(reader)
        yield from (row for row in reader if len(row) == len(COLUMNS))


def copy(table: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    with connection.cursor() as cursor:
        statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
        with cursor.copy(statement) as target:
            for row in rows:
                target.write_row(row)


def plain_pipeline(file: Path) -> None:
    """What one would write in an afternoon: parse, fold, check, stage, insert."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(STAGE)
        copy("bench_stage", STAGED, map(checked, parse(file)))
        cursor.execute(ENTITIES)
        cursor.execute(IDENTIFIERS)


def checked(row: list[str]) -> list[object]:
    return [*row, unicodedata.normalize("NFKC", row[0]).casefold(), uscc.is_valid(row[1])]


def empty_table() -> None:
    """A bare table: what COPY alone can do."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_bare")
        columns = ", ".join(f"{column} text" for column in COLUMNS)
        cursor.execute(f"CREATE TABLE bench_bare ({columns})")


def empty_register() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE registry_entity, registry_batch, registry_searchentry CASCADE"
        )


def whole_import(file: Path, n_rows: int) -> None:
    source = Source.objects.get(code="REGISTRATION")
    batch = import_entities(file, source=source, as_of=AS_OF, progress=ignore)
    assert batch.n_created > 0.99 * n_rows, "the bench measures a first import"


def ignore(batch: Batch) -> None:
    """A bench draws no bar."""
