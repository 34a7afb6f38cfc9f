"""XLSX, read as a stream by openpyxl; defusedxml sees to it that no entity is expanded."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, time, timedelta
from math import isfinite
from pathlib import Path
from typing import IO, Any

import openpyxl
from django.utils.translation import gettext_noop as _
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.styles.numbers import BUILTIN_FORMATS

from registry.intake.tables import archive
from registry.intake.tables.errors import TableError
from registry.intake.tables.limits import MOST_ROWS
from registry.intake.tables.rows import Header, Record, Source, header_among

# Excel knows these dates of East Asia by their number alone and writes no format for them.
BUILTIN_FORMATS.update(dict.fromkeys((*range(27, 37), *range(50, 59)), "yyyy-mm-dd"))
# How Excel writes a character that XML has none for; of those only line ends are meant.
ESCAPED = re.compile(r"_x00([01][0-9A-Fa-f])_")
UNREADABLE = "\ufffd"
EMPTY = _("工作簿里没有看得见的数据。请把数据放在第一张工作表，再重新提交。")


@contextmanager
def look(path: Path) -> Iterator[tuple[Source, Iterator[Record]]]:
    """The first visible sheet with a known header; without one, the first with rows.

    A workbook takes long to open, so its records come from the same opening.
    """
    archive.check(path)
    with opened(path) as book:
        found = list(headers(book))
        if not found:
            raise TableError(EMPTY)
        sheet, header = next((pair for pair in found if pair[1].known), found[0])
        source = Source(path, "xlsx", header.names, (sheet, header.row))
        yield source, below(source, book)


def records(source: Source) -> Iterator[Record]:
    with opened(source.path) as book:
        yield from below(source, book)


def below(source: Source, book: Any) -> Iterator[Record]:
    """The rows under the header, in a workbook that is open already."""
    width = len(source.header)
    sheet, header_row = map(int, source.details)
    for row, cells in rows_of(book.worksheets[sheet]):
        if row > header_row and cells:
            # Empty cells at the end are not written.
            yield row, cells + [""] * (width - len(cells))


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The workbook. What it cannot do with hostile bytes the library says in many ways."""
    try:
        # Given a path, openpyxl would judge it by the name.
        with path.open("rb") as file, closing(load(file)) as book:
            yield book
    except (TableError, MemoryError):
        raise
    except Exception as broken:
        fault = type(broken.__cause__ or broken).__name__
        raise TableError(archive.DAMAGED, fault=fault) from broken


def load(file: IO[bytes]) -> Any:
    return openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)


def headers(book: Any) -> Iterator[tuple[int, Header]]:
    for place, sheet in enumerate(book.worksheets):
        if sheet.sheet_state == "visible" and (header := header_among(rows_of(sheet))):
            yield place, header


def rows_of(sheet: Any) -> Iterator[Record]:
    # Written by whoever made the file, and often wrong: WPS says A1.
    sheet.reset_dimensions()
    for row, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        if row > MOST_ROWS:
            raise TableError(archive.TOO_BIG)
        yield row, texts(cells)


def texts(cells: tuple[object, ...]) -> list[str]:
    """What the cells say; none for the empty ones at the end."""
    end = len(cells)
    while end and cells[end - 1] is None:
        end -= 1
    return ["" if cell is None else text_of(cell) for cell in cells[:end]]


def text_of(value: object) -> str:
    """What a cell holds as text, the same wherever the file was made."""
    if isinstance(value, str):
        text = ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
        return UNREADABLE if text in ERROR_CODES else text
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        return number_of(value)
    if isinstance(value, datetime):
        whole_day = value.time() == time.min
        return value.date().isoformat() if whole_day else value.isoformat(" ", "seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else UNREADABLE


def number_of(value: float) -> str:
    """With the 15 digits Excel has; a longer number shows as `is_rounded` knows it."""
    return f"{value:.15g}".upper() if isfinite(value) else UNREADABLE
