from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from registry.intake import files
from registry.intake.tables import looking
from registry.intake.tables.limits import MOST_BYTES
from registry.intake.tables.rows import Kind, Record, Source, readable


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
        is a row whose columns are not sure; a cell with a U+FFFD could not be read.
        """
        yield from islice(readable(self.source), start, None)


def open_table(path: Path, *, most_bytes: int = MOST_BYTES) -> Table:
    """The file as a table; raises TableError where it cannot be taken whole."""
    source, n_records = looking.look(path, most_bytes)
    digest = files.digest_of(path)
    return Table(path, digest, source.kind, source.header, n_records, source)
