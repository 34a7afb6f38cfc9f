"""Registrations into the register: the action behind `import_entities`.

Rows are merged in chunks; a chunk, its counts and its position are one
transaction, so a killed import continues where it stopped and ends as if it
had never been killed.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from registry import clock
from registry.engines import BusyError, engine
from registry.intake import files
from registry.intake.errors import IntakeError
from registry.intake.merge import Verdict
from registry.intake.register import RegisterChunk
from registry.intake.registration import RegistrationReader, RejectedError, Row
from registry.models import (
    Batch,
    Entity,
    EntityName,
    Finding,
    Identifier,
    SearchEntry,
    Source,
)

CHUNK = 5000

Progress = Callable[[Batch], None]


def import_entities(
    path: Path, *, source: Source, as_of: datetime, progress: Progress
) -> Batch:
    """Merge a registration file into the register; the batch says what became of each row.

    Raises IntakeError before anything is written where the file cannot be taken.
    The same file again continues an import that was killed; a finished one is
    run again and finds nothing to change.
    """
    file = files.inspect(path)
    reader = RegistrationReader(file.header)
    try:
        with engine().exclusive("import_entities"):
            batch = open_batch(file, source=source, as_of=as_of)
            run(batch, file, reader, progress)
    except BusyError as busy:
        raise IntakeError(_("另一个导入正在进行。请等它结束，再运行同一命令。")) from busy
    return batch


def open_batch(file: files.TextFile, *, source: Source, as_of: datetime) -> Batch:
    batch, _created = Batch.objects.get_or_create(
        source=source,
        digest=file.digest,
        as_of=as_of,
        state=Batch.State.RUNNING,
        defaults={
            "filename": file.path.name[-255:],
            "n_records": file.n_records,
            "started_at": clock.now(),
        },
    )
    return batch


def run(
    batch: Batch, file: files.TextFile, reader: RegistrationReader, progress: Progress
) -> None:
    records = islice(enumerate(file.records(), start=1), batch.position, None)
    progress(batch)
    while chunk := list(islice(records, CHUNK)):
        merge_chunk(batch, reader, chunk)
        batch.refresh_from_db()
        progress(batch)
    finish(batch)


def finish(batch: Batch) -> None:
    if batch.n_created:
        engine().analyze(Entity, EntityName, Identifier, SearchEntry)
    batch.state, batch.finished_at = Batch.State.DONE, clock.now()
    batch.save(update_fields=["state", "finished_at"])


def merge_chunk(
    batch: Batch, reader: RegistrationReader, records: list[tuple[int, list[str]]]
) -> None:
    rows, rejected = read_chunk(batch, reader, records)
    with transaction.atomic():
        register = RegisterChunk(
            rows, source=batch.source, as_of=batch.as_of, at=clock.now()
        )
        counts = dict.fromkeys(Verdict, 0)
        counts[Verdict.REJECTED] = len(rejected)
        findings = rejected
        for row in rows:
            outcome = register.take(row)
            counts[outcome.verdict] += 1
            if outcome.finding:
                row.findings.append(outcome.finding)
            findings += findings_of(
                batch, row, rejected=outcome.verdict is Verdict.REJECTED
            )
        register.write()
        Finding.objects.bulk_create(findings)
        moved = {f"n_{verdict}": F(f"n_{verdict}") + n for verdict, n in counts.items()}
        Batch.objects.filter(pk=batch.pk).update(
            position=F("position") + len(records), **moved
        )


def read_chunk(
    batch: Batch, reader: RegistrationReader, records: list[tuple[int, list[str]]]
) -> tuple[list[Row], list[Finding]]:
    rows, rejected = [], []
    for number, values in records:
        try:
            rows.append(reader.read(number, values))
        except RejectedError as refusal:
            rejected.append(
                Finding(
                    batch=batch,
                    row=number,
                    code=refusal.code,
                    rejected=True,
                    name=refusal.name,
                    number=refusal.number,
                    detail=refusal.detail,
                )
            )
    return rows, rejected


def findings_of(batch: Batch, row: Row, *, rejected: bool) -> Iterator[Finding]:
    for code in row.findings:
        yield Finding(
            batch=batch,
            row=row.number,
            code=code,
            rejected=rejected,
            name=row.name,
            number=row.code.value if row.code else "",
            detail=flaw_of(row) if code == Finding.Code.WRONG_CODE else "",
        )


def flaw_of(row: Row) -> str:
    return str(Identifier.Flaw(row.code.flaw).label) if row.code else ""
