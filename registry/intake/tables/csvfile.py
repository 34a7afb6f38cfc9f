"""CSV; a record counts from the line it begins on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from registry.intake import files
from registry.intake.tables.errors import TableError
from registry.intake.tables.rows import Record, Source, header_among


@contextmanager
def look(path: Path) -> Iterator[tuple[Source, Iterator[Record]]]:
    encoding = files.encoding_of(path)
    header = header_among(files.read_rows(path, encoding))
    if header is None:
        raise TableError(files.EMPTY)
    source = Source(path, "csv", header.names, (encoding, header.row))
    yield source, records(source)


def records(source: Source) -> Iterator[Record]:
    encoding, header_line = source.details
    for line, row in files.read_rows(source.path, str(encoding)):
        if line > int(header_line):
            yield line, row
