"""A table read in the process of the test, by what a bounded child does otherwise."""

from pathlib import Path
from typing import NamedTuple

import pytest

from registry.intake.errors import IntakeError
from registry.intake.tables import looking
from registry.intake.tables.rows import Record, count


class Taken(NamedTuple):
    kind: str
    header: tuple[str, ...]
    records: list[Record]


def take(path: Path) -> Taken:
    with looking.look(path) as (source, records):
        n_records = count(records)
    found = list(looking.records(source))
    assert len(found) == n_records
    return Taken(source.kind, source.header, found)


def take_bytes(folder: Path, content: bytes) -> Taken:
    (path := folder / "file").write_bytes(content)
    return take(path)


def refusal(folder: Path, content: bytes) -> str:
    """The sentence with which the file is refused."""
    with pytest.raises(IntakeError) as refused:
        take_bytes(folder, content)
    return str(refused.value)
