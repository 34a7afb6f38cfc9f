"""What kind of file it is, by its first bytes, and whether it can be taken at all."""

from pathlib import Path

from django.utils.translation import gettext_noop as _

from registry.intake import files
from registry.intake.tables import csvfile, jsonfile
from registry.intake.tables.errors import TableError
from registry.intake.tables.limits import HARMLESS, MEGABYTE, MOST_RATIO
from registry.intake.tables.rows import Source, check_header

# Blanks and the byte order mark may stand before the text.
BEFORE_TEXT = b"\xef\xbb\xbf \t\r\n"


def look(path: Path) -> Source:
    """The file as a source, its header checked; its records are not looked at."""
    source = source_of(path)
    check_header(source.header)
    return source


def check_size(path: Path, most_bytes: int) -> None:
    if not path.is_file():
        raise TableError(_("找不到文件 %(path)s，请核对路径。"), path=str(path))
    if path.stat().st_size > most_bytes:
        raise TableError(
            _("文件超过 %(most)d MB。请分成几个文件，或者用 gzip 压缩后重新提交。"),
            most=most_bytes // MEGABYTE,
        )


def source_of(path: Path) -> Source:
    head = files.first_bytes(path)
    if head.startswith(files.GZIP_MAGIC):
        head = unpacked_head(path)
    if kind := files.other_kind(head):
        raise TableError(
            _(
                "这是 %(kind)s 文件，不是表格。请提供 CSV、XLSX，或者每行一个对象的 JSON"
                "（CSV 和 JSON 可用 gzip 压缩）。"
            ),
            kind=kind,
        )
    if head.lstrip(BEFORE_TEXT)[:1] in (b"{", b"["):
        return jsonfile.look(path)
    return csvfile.look(path)


def unpacked_head(path: Path) -> bytes:
    """The first bytes inside; refuses what was packed to burst or is no gzip at all."""
    head, size, most = b"", 0, max(HARMLESS, path.stat().st_size * MOST_RATIO)
    for block in files.unpacked_blocks(path):
        head = head or block[:64]
        size += len(block)
        if size > most:
            raise TableError(
                _("压缩文件展开后大得不正常，没有读取。请用常用工具重新压缩后提交。")
            )
    if head.startswith(files.GZIP_MAGIC):
        raise TableError(_("压缩文件里又是压缩文件。请只压缩一次后重新提交。"))
    return head
