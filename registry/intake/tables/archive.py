"""What an XLSX file may be as an archive, before anything in it is parsed."""

import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext_noop as _

from registry.intake.tables.errors import TableError
from registry.intake.tables.limits import HARMLESS, MEGABYTE, MOST_RATIO

MAGIC = b"PK\x03\x04"
MOST_MEMBERS = 200
# Of any part but the rows themselves, which are read as a stream.
MOST_OF_A_PART = 50 * MEGABYTE
# 100,000 rows of 25 full columns are some 220 MB of XML, or half as sheet and as strings.
MOST_OF_ROWS, MOST_IN_ALL = 256 * MEGABYTE, 400 * MEGABYTE
ROWS = ("xl/worksheets/sheet", "xl/sharedstrings.xml")
NEEDED = {"[content_types].xml", "xl/workbook.xml"}
MACROS = "xl/vbaproject.bin"
# Files within the file; pictures and settings of printers are none.
PACKED = {".zip", ".gz", ".7z", ".rar", ".xlsx", ".xlsm", ".xlsb", ".docx", ".pptx", ".tar"}
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
ENCRYPTED = 0x1
# The record that ends an archive: entries, then bytes of their directory, at 10 and 12.
END, END_FIELDS, LONGEST_END = b"PK\x05\x06", struct.Struct("<10xHI"), 22 + 65_535
MOST_OF_DIRECTORY = MEGABYTE

DAMAGED = _(
    "文件已损坏，或者不是 Excel 存的 XLSX（%(fault)s）。"
    "请用 Excel 或 WPS 打开，另存为 .xlsx 后重新提交。"
)
TOO_BIG = _("文件展开后大得不正常，没有读取。请分成几个文件，或者另存为 CSV 后重新提交。")
PROTECTED = _("文件加了密码，无法读取。请去掉密码后重新提交。")
NOT_A_WORKBOOK = _("这是压缩包，不是 XLSX。请解开后提交其中的表格。")
WITH_MACROS = _("文件含有宏。请另存为不含宏的 .xlsx 后重新提交。")
NESTED = _("文件里嵌有别的文件。请把它们删去后重新提交。")


def check(path: Path) -> None:
    """Raises TableError for what no honest workbook is; reads the directory alone."""
    check_directory(path)
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as broken:
        raise TableError(DAMAGED, fault=type(broken).__name__) from broken
    for fault in faults(members):
        raise fault


def check_directory(path: Path) -> None:
    """A directory of a million entries is not even listed."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LONGEST_END))
        end = file.read()
    place = end.rfind(END)
    if place < 0 or len(end) < place + END_FIELDS.size:
        raise TableError(DAMAGED, fault="BadZipFile")
    n_members, size = END_FIELDS.unpack_from(end, place)
    if n_members > MOST_MEMBERS or size > MOST_OF_DIRECTORY:
        raise TableError(TOO_BIG)


def faults(members: list[zipfile.ZipInfo]) -> Iterator[TableError]:
    names = {member.filename.casefold() for member in members}
    if not names >= NEEDED:
        yield TableError(NOT_A_WORKBOOK)
    if any(member.flag_bits & ENCRYPTED for member in members):
        yield TableError(PROTECTED)
    if len(members) > MOST_MEMBERS or sum(m.file_size for m in members) > MOST_IN_ALL:
        yield TableError(TOO_BIG)
    if any(map(bursts, members)):
        yield TableError(TOO_BIG)
    if MACROS in names:
        yield TableError(WITH_MACROS)
    if any(PurePosixPath(name).suffix in PACKED for name in names):
        yield TableError(NESTED)
    if len(names) < len(members) or {m.compress_type for m in members} - METHODS:
        yield TableError(DAMAGED, fault="BadZipFile")


def bursts(member: zipfile.ZipInfo) -> bool:
    rows = member.filename.casefold().startswith(ROWS)
    return member.file_size > (MOST_OF_ROWS if rows else MOST_OF_A_PART) or (
        member.file_size > max(HARMLESS, member.compress_size * MOST_RATIO)
    )
