"""A table is read in a bounded process of its own, first to its end and then row by row."""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext_noop as _

from registry.intake import child, files
from registry.intake.errors import IntakeError
from registry.intake.tables import bounds, looking
from registry.intake.tables.errors import TableError
from registry.intake.tables.limits import MEGABYTE, MOST_BYTES
from registry.intake.tables.rows import Kind, Record, Source, count

# A chunk crosses to the parent when it has so many rows or characters.
CHUNK_ROWS, CHUNK_CHARACTERS = 5_000, 2_000_000


@dataclass(frozen=True)
class Table:
    """A file that was read through once and can be taken."""

    path: Path
    # SHA-256 of the file as given, in hexadecimal.
    digest: str
    kind: Kind
    header: tuple[str, ...]
    n_records: int
    source: Source = field(repr=False)

    def records(self, start: int = 0) -> Iterator[Record]:
        """Each record after the first `start`: its row in the file, its cells as text.

        Cells are in the order of the header. A list of another length than the header
        is a row whose columns are not sure; a cell with a U+FFFD could not be read. What
        stands before `start` is read too, and takes its time.
        """
        with closing(bounded(Reading(self.source, start))) as chunks:
            for chunk in chunks:
                for row, values in chunk:  # noqa: UP028  a chunk says less of its tuples
                    yield row, values


def open_table(path: Path, *, most_bytes: int = MOST_BYTES) -> Table:
    """The file as a table; raises TableError where it cannot be taken whole."""
    check_size(path, most_bytes)
    with closing(bounded(Looking(path))) as chunks:
        ((kind, header, details, n_records),) = next(chunks)
    source = Source(path, kind, header, details)
    return Table(path, files.digest_of(path), kind, header, n_records, source)


def check_size(path: Path, most_bytes: int) -> None:
    if not path.is_file():
        raise TableError(_("找不到文件 %(path)s，请核对路径。"), path=str(path))
    if path.stat().st_size > most_bytes:
        raise TableError(
            _("文件超过 %(most)d MB。请分成几个文件，或者用 gzip 压缩后重新提交。"),
            most=most_bytes // MEGABYTE,
        )


class Looking(NamedTuple):
    path: Path

    def chunks(self) -> Iterator[child.Items]:
        """One chunk of one tuple: what makes the source, and how many records it has."""
        bounds.confine()
        with looking.look(self.path) as (source, records):
            n_records = count(bounds.metered(records))
        yield [(source.kind, source.header, source.details, n_records)]


class Reading(NamedTuple):
    source: Source
    start: int

    def chunks(self) -> Iterator[child.Items]:
        bounds.confine()
        records = bounds.metered(looking.records(self.source))
        yield from bounds.unhurried(chunked(islice(records, self.start, None)))


def chunked(records: Iterator[Record]) -> Iterator[child.Items]:
    chunk: child.Items = []
    n_characters = 0
    for record in records:
        chunk.append(record)
        n_characters += sum(map(len, record[1]))
        if len(chunk) >= CHUNK_ROWS or n_characters >= CHUNK_CHARACTERS:
            yield chunk
            chunk, n_characters = [], 0
    if chunk:
        yield chunk


def bounded(job: child.Job) -> Generator[child.Items]:
    """The chunks of the job; whatever ends it before its end is one sentence."""
    try:
        yield from child.run(job, prepare=bounds.PREPARE, env=bounds.environment())
    except child.DiedError as died:
        raise TableError(reason(died.code)) from died
    except IntakeError as refused:
        raise TableError(refused.sentence, **refused.about) from refused


def reason(code: int) -> str:
    if code in bounds.OUT_OF_TIME:
        return _("读取文件用的时间超过了限制，没有采用任何内容。请分成几个文件后重新提交。")
    if code == child.OUT_OF_MEMORY or code in bounds.OUT_OF_MEMORY:
        return _(
            "读取文件用的内存超过了限制，没有采用任何内容。"
            "请分成几个文件，或者另存为 CSV 后重新提交。"
        )
    return _("读取文件的进程中断，没有采用任何内容。请重新提交。")
