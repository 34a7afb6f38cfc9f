"""What is true of the rows of every kind of file."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

from django.utils.translation import gettext_noop as _

from registry.intake.columns import is_header
from registry.intake.tables.errors import TableError
from registry.intake.tables.limits import MOST_CHARACTERS, MOST_COLUMNS

Kind = Literal["csv", "xlsx", "jsonl"]
# The row as the user sees it in the file, and what its cells say.
Record = tuple[int, list[str]]
# Named in one sentence; whoever has more finds the rest with the same search.
MOST_NAMED = 20
# Titles and remarks above a header take a few rows.
ROWS_TO_A_HEADER = 10
# Names of columns are shorter; what is longer stands where no header is.
MOST_OF_A_NAME = 100
# No database takes NUL, no page the others; half a pair of surrogates is no character.
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# Excel shows a number of more than 15 digits like this, and has forgotten the others.
ROUNDED = re.compile(r"[+-]?\d(\.\d+)?[eE]\+?\d{1,3}")


@dataclass(frozen=True)
class Source:
    """A file whose kind and header are known; `details` is what its reader found out."""

    path: Path
    kind: Kind
    header: tuple[str, ...]
    details: tuple[str | int, ...]


class Reader(Protocol):
    """A module that reads one kind of file."""

    def look(self, path: Path) -> AbstractContextManager[tuple[Source, Iterator[Record]]]:
        """The source and its records, opened once; raises TableError."""

    def records(self, source: Source) -> Iterator[Record]:
        """Every record below the header."""


def is_rounded(text: str) -> bool:
    """Whether a spreadsheet has cut a long number: 9.11E+17 names nobody."""
    return ROUNDED.fullmatch(text) is not None


def tidy(name: str) -> str:
    """The name of a column as it can be shown and compared."""
    return UNREADABLE.sub("\ufffd", name).strip()


def header_of(cells: Iterable[str]) -> tuple[str, ...]:
    """The names of the columns; empty ones at the end are none."""
    header = [tidy(cell) for cell in cells]
    while header and not header[-1]:
        header.pop()
    return tuple(header)


def check_header(header: Sequence[str]) -> None:
    if len(header) > MOST_COLUMNS:
        raise TableError(
            _("文件有 %(n)d 列，最多可以有 %(most)d 列。请按模板整理后重新提交。"),
            n=len(header),
            most=MOST_COLUMNS,
        )
    if any(len(name) > MOST_OF_A_NAME for name in header):
        raise TableError(
            _("有一列的名称超过 %(most)d 个字。第一行应当是列名，请按模板整理后重新提交。"),
            most=MOST_OF_A_NAME,
        )
    for name in filter(None, header):
        if header.count(name) > 1:
            raise TableError(
                _("表头中“%(name)s”不止一列，分不清以哪一列为准。请只保留一列。"),
                name=name,
            )


class Header(NamedTuple):
    """Where the columns are named, and whether any official set knows their names."""

    row: int
    names: tuple[str, ...]
    known: bool


def header_among(rows: Iterable[Record]) -> Header | None:
    """Among the first rows that say something: a title may stand above the header."""
    first = None
    for row, cells in islice(filter(says_something, rows), ROWS_TO_A_HEADER):
        header = Header(row, header_of(cells), is_header(cells))
        if header.known:
            return header
        first = first or header
    return first


def says_something(record: Record) -> bool:
    text = "".join(record[1])
    return bool(text) and not text.isspace()


def readable(records: Iterable[Record], width: int) -> Iterator[Record]:
    """The records that say something, fitted to the header, fit to be stored."""
    for row, values in filter(says_something, records):
        cells = values if len(values) <= width else trimmed(values, width)
        clean = UNREADABLE.search("".join(cells)) is None
        yield row, cells if clean else [UNREADABLE.sub("\ufffd", c) for c in cells]


def trimmed(values: list[str], width: int) -> list[str]:
    """Empty cells beyond the header say nothing; others say that the row is astray."""
    return values if any(values[width:]) else values[:width]


def count(records: Iterable[Record]) -> int:
    """How many records there are; raises TableError for cells that no column takes."""
    n_records, long = 0, []
    for row, values in records:
        n_records += 1
        if len(values) > MOST_COLUMNS or max(map(len, values)) > MOST_CHARACTERS:
            long.append(row)
            if len(long) == MOST_NAMED:
                break
    if long:
        raise TableError(
            _(
                "第 %(rows)s 行有内容超过 %(most)d 个字，或者列数超过 %(columns)d。"
                "请改正后重新提交。"
            ),
            rows="、".join(map(str, long)),
            most=MOST_CHARACTERS,
            columns=MOST_COLUMNS,
        )
    return n_records
