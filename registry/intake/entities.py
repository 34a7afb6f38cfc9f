"""Registrations into the register: the action behind `import_entities`.

Rows are merged in chunks; a chunk, its counts and its position are one
transaction, so a killed import continues where it stopped and ends as if it
had never been killed.
"""

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from registry import clock
from registry.engines import BusyError, engine
from registry.intake import apart, files
from registry.intake.errors import IntakeError
from registry.intake.merge import Outcome, Verdict
from registry.intake.register import RegisterChunk
from registry.intake.registration import Refusal, RegistrationReader, Row
from registry.models import Batch, Entity, EntityName, Finding, Identifier, Source
from registry.search import index

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
    progress(batch)
    index.begin_first_load()
    job = apart.Job(reader, file, batch.position)
    with collector_off(), closing(apart.read(job)) as chunks:
        for chunk in chunks:
            merge_chunk(batch, chunk)
            # What few cycles the ORM made are young; the register's rows are not looked at.
            gc.collect(0)
            batch.refresh_from_db()
            progress(batch)
    finish(batch)


@contextmanager
def collector_off() -> Iterator[None]:
    """A chunk is a million objects without cycles; looking for some takes a third."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def finish(batch: Batch) -> None:
    index.end_first_load()
    engine().analyze(Entity, EntityName, Identifier)
    batch.state, batch.finished_at = Batch.State.DONE, clock.now()
    batch.save(update_fields=["state", "finished_at"])


def merge_chunk(batch: Batch, chunk: apart.Chunk) -> None:
    """One chunk, its findings and counts and the batch's position, in one transaction."""
    rows = [row for row in chunk if isinstance(row, Row)]
    refusals = [refusal for refusal in chunk if isinstance(refusal, Refusal)]
    now = clock.now()
    with transaction.atomic():
        register = RegisterChunk(rows, source=batch.source, as_of=batch.as_of, at=now)
        counts = Counter({Verdict.REJECTED: len(refusals)})
        findings = [refusal.finding(batch) for refusal in refusals]
        for row in rows:
            outcome = register.take(row)
            counts[outcome.verdict] += 1
            findings += findings_of(batch, row, outcome)
        register.write()
        Finding.objects.bulk_create(findings)
        moved = {f"n_{verdict}": F(f"n_{verdict}") + n for verdict, n in counts.items()}
        Batch.objects.filter(pk=batch.pk).update(
            position=F("position") + len(chunk), **moved
        )


def findings_of(batch: Batch, row: Row, outcome: Outcome) -> Iterator[Finding]:
    for code in [*row.findings, *filter(None, [outcome.finding])]:
        flaw = row.code.flaw if row.code and code == Finding.Code.WRONG_CODE else ""
        yield Finding(
            batch=batch,
            row=row.number,
            code=code,
            rejected=outcome.verdict is Verdict.REJECTED,
            name=row.facts.name,
            number=row.code.value if row.code else "",
            detail=flaw,
        )
