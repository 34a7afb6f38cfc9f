"""What kind of file it is, by its first bytes, and whether it can be taken at all."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import cast

from django.utils.translation import gettext_noop as _

from registry.intake import files
from registry.intake.tables import archive
from registry.intake.tables.errors import TableError
from registry.intake.tables.limits import HARMLESS, MOST_RATIO
from registry.intake.tables.rows import (
    Kind,
    Reader,
    Record,
    Source,
    check_header,
    readable,
)

READERS: dict[Kind, str] = {
    "csv": "registry.intake.tables.csvfile",
    "jsonl": "registry.intake.tables.jsonfile",
    "xlsx": "registry.intake.tables.xlsxfile",
}
# Blanks and the byte order mark may stand before the text.
BEFORE_TEXT = b"\xef\xbb\xbf \t\r\n"
# So much tells the kind, even where some blanks stand before it.
HEAD = 64
# How XML and pages begin, also those that a program saved as .xls; no table does.
MARKUP = re.compile(rb"<[!?/a-zA-Z]")


@contextmanager
def look(path: Path) -> Iterator[tuple[Source, Iterator[Record]]]:
    """The file as a source, its header checked, and its records as they can be used."""
    with reader(kind_of(path)).look(path) as (source, records):
        check_header(source.header)
        yield source, readable(records, len(source.header))


def records(source: Source) -> Iterator[Record]:
    """The records of a source that was looked at before."""
    return readable(reader(source.kind).records(source), len(source.header))


def reader(kind: Kind) -> Reader:
    # By name: only a process that reads a workbook loads what reads workbooks.
    return cast(Reader, import_module(READERS[kind]))


def kind_of(path: Path) -> Kind:
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(archive.MAGIC):
        return "xlsx"
    if head.startswith(files.GZIP_MAGIC):
        head = unpacked_head(path)
    check_is_table(head)
    text = head.lstrip(BEFORE_TEXT)
    if MARKUP.match(text):
        raise TableError(
            _(
                "这是 XML 或者网页，不是表格。"
                "请用 Excel 或 WPS 打开，另存为 .xlsx 后重新提交。"
            )
        )
    return "jsonl" if text[:1] in (b"{", b"[") else "csv"


def check_is_table(head: bytes) -> None:
    kind = files.other_kind(head)
    if kind == "XLS":
        raise TableError(
            _(
                "这是旧版 Excel 文件（.xls），或者加了密码。"
                "请去掉密码，另存为 .xlsx 后重新提交。"
            )
        )
    if kind:
        raise TableError(
            _(
                "这是 %(kind)s 文件，不是表格。请提供 CSV、XLSX，或者每行一个对象的 JSON"
                "（CSV 和 JSON 可用 gzip 压缩）。"
            ),
            kind=kind,
        )


def unpacked_head(path: Path) -> bytes:
    """The first bytes inside; refuses what was packed to burst or is no gzip at all."""
    head, size, most = b"", 0, max(HARMLESS, path.stat().st_size * MOST_RATIO)
    for block in files.unpacked_blocks(path):
        head = head or block[:HEAD]
        size += len(block)
        if size > most:
            raise TableError(
                _("压缩文件展开后大得不正常，没有读取。请用常用工具重新压缩后提交。")
            )
    if head.startswith(files.GZIP_MAGIC):
        raise TableError(_("压缩文件里又是压缩文件。请只压缩一次后重新提交。"))
    return head
