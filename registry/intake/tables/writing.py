"""Workbooks for people: a template to fill in, and the rows that were not taken.

Every cell is written as a string in a column of text, so that no number loses digits
and nothing that came in a file is ever a formula.
"""

import io
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import override

from registry.intake.columns import Column, ColumnSet
from registry.intake.tables.limits import MOST_ROWS

TEXT, HEADER, REQUIRED = (
    {"num_format": "@", "quote_prefix": True},
    {"num_format": "@", "bold": True, "bg_color": "#E8EDF3", "border": 1},
    {"num_format": "@", "bold": True, "bg_color": "#FCE8B2", "border": 1},
)
WRAPPED = {"num_format": "@", "text_wrap": True, "valign": "top"}
NARROWEST, WIDEST = 14, 40
# Longer lists of choices do not fit into the rule of a cell.
MOST_OF_CHOICES = 255
# Two workbooks of the same content are the same bytes.
CREATED = datetime(2018, 12, 31)  # noqa: DTZ001  the library wants it without a zone


def error_rows(
    path: Path, header: Sequence[str], rows: Iterable[tuple[Sequence[str], str]]
) -> None:
    """The cells of each row behind the reason why it came back; many rows, many sheets.

    The reason stands first, where nobody has to look for it, and its column is not one
    of the table: corrected rows are handed in as they are.
    """
    titles = [_("退回原因"), *header]
    rest = iter(rows)
    with closing(workbook(path, constant_memory=True, tmpdir=str(path.parent))) as book:
        text, bold = book.add_format(TEXT), book.add_format(HEADER)
        is_full = True
        while is_full:
            sheet = add_sheet(book, titles, [bold] * len(titles))
            place = 0
            for place, (values, reason) in enumerate(islice(rest, MOST_ROWS - 1), 1):
                write_row(sheet, place, (reason, *values), text)
            is_full = place == MOST_ROWS - 1


def template(columns: ColumnSet, language: str) -> bytes:
    """A workbook to fill in, with a second sheet that explains each column."""
    content = io.BytesIO()
    with override(language), closing(workbook(content, in_memory=True)) as book:
        text, bold, required = map(book.add_format, (TEXT, HEADER, REQUIRED))
        names = [column.name(language) for column in columns.columns]
        marks = [required if column.required else bold for column in columns.columns]
        sheet = add_sheet(book, names, marks, title=_("数据"))
        for place, column in enumerate(columns.columns):
            sheet.set_column(place, place, width_of(names[place]), text)
            offer(sheet, place, column)
        explain(book, columns, language)
    return content.getvalue()


def explain(book: Any, columns: ColumnSet, language: str) -> None:
    titles = [
        *(_("列名"), _("代码"), _("是否必填"), _("填写内容"), _("可选值")),
        *(_("示例"), _("是否保存"), _("说明")),
    ]
    bold, wrapped = book.add_format(HEADER), book.add_format(WRAPPED)
    sheet = add_sheet(book, titles, [bold] * len(titles), title=_("填写说明"))
    sheet.set_column(0, len(titles) - 1, NARROWEST)
    for wide in (0, 3, 4, 5, 7):
        sheet.set_column(wide, wide, WIDEST)
    for place, column in enumerate(columns.columns, start=1):
        write_row(sheet, place, explanation(column, language), wrapped)


def explanation(column: Column, language: str) -> tuple[str, ...]:
    kinds = {
        "text": _("文字"),
        "date": _("日期，写成 2026-04-08"),
        "amount": _("金额，以万元为单位，例如 12.5"),
        "code": _("号码，按文字填写，不要让表格软件改成数字"),
        "choice": _("从可选值中选一个"),
    }
    kept = {"yes": _("会保存"), "no": _("不保存"), "never": _("绝不保存，请留空")}
    return (
        column.name(language),
        column.code,
        _("必填") if column.required else _("选填"),
        kinds[column.kind],
        "、".join(column.choices),
        column.example,
        kept[column.kept],
        column.note(language),
    )


def workbook(target: Path | IO[bytes], **options: Any) -> Any:
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"created": CREATED})
    return book


def add_sheet(
    book: Any, titles: Sequence[str], marks: Sequence[Any], *, title: str | None = None
) -> Any:
    """A sheet whose header stays in sight."""
    sheet = book.add_worksheet(title)
    sheet.freeze_panes(1, 0)
    for place, (name, mark) in enumerate(zip(titles, marks, strict=True)):
        sheet.write_string(0, place, name, mark)
    return sheet


def write_row(sheet: Any, row: int, cells: Iterable[str], mark: Any) -> None:
    for place, cell in enumerate(cells):
        sheet.write_string(row, place, cell, mark)


def offer(sheet: Any, place: int, column: Column) -> None:
    """A list to choose from below the header."""
    if column.choices and len(",".join(column.choices)) <= MOST_OF_CHOICES:
        rule = {"validate": "list", "source": list(column.choices)}
        sheet.data_validation(1, place, MOST_ROWS - 1, place, rule)


def width_of(name: str) -> int:
    """Room for the name, in which most characters are as wide as two."""
    return max(NARROWEST, min(WIDEST, 2 * len(name) + 2))
