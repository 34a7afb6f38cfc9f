from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from registry.intake import files
from registry.intake.tables.errors import TableError
from registry.intake.tables.rows import Kind, Record, header_of


@dataclass(frozen=True)
class CsvFile:
    """A CSV file; a record counts from the line it begins on."""

    kind: ClassVar[Kind] = "csv"
    path: Path
    encoding: str
    header: tuple[str, ...]
    header_line: int

    def records(self) -> Iterator[Record]:
        for line, row in files.read_rows(self.path, self.encoding):
            if line > self.header_line:
                yield line, row


def look(path: Path) -> CsvFile:
    encoding = files.encoding_of(path)
    for line, row in files.read_rows(path, encoding):
        if header := header_of(row):
            return CsvFile(path, encoding, header, line)
    raise TableError(files.EMPTY)
