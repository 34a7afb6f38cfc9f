"""A file as it was given: unpacked, decoded, counted, before anything is written.

The whole file is read once before the first row is used, because a file that
is cut off or broken must change nothing, and that only shows at its end.
"""

import codecs
import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from django.utils.translation import gettext_noop as _

from registry.intake.errors import IntakeError

BLOCK = 1 << 20
GZIP_MAGIC = b"\x1f\x8b"
EMPTY = _("文件是空的。请确认导出是否完成，再重新提交。")
# Other binary kinds that people upload by mistake, by their first bytes.
OTHER_KINDS = {
    b"PK\x03\x04": "XLSX/ZIP",
    b"%PDF": "PDF",
    b"\xd0\xcf\x11\xe0": "XLS",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
}
# Tried in this order: text in GB18030 is almost never valid UTF-8.
ENCODINGS = ("utf-8-sig", "gb18030")
# Read after the last line: a quote still open there would take it in. DOS wrote it too.
END = ["\x1a"]
# No field of a registration comes near; a missing quote would swallow the file.
csv.field_size_limit(20_000)
# Twice what 64 columns of 4,000 characters are, each of them a quote.
MOST_LINE = 1 << 20


@dataclass(frozen=True, slots=True)
class TextFile:
    """A readable CSV file. `n_records` counts the records below the header."""

    path: Path
    digest: str
    encoding: str
    header: tuple[str, ...]
    n_records: int

    def records(self) -> Iterator[list[str]]:
        """The records below the header, in order; an unreadable one has a U+FFFD."""
        rows = read_rows(self.path, self.encoding)
        next(rows)
        for _line, row in rows:
            yield row


def inspect(path: Path) -> TextFile:
    """Read the file through; raises IntakeError with the reason it cannot be taken."""
    if not path.is_file():
        raise IntakeError(_("找不到文件 %(path)s，请核对路径。"), path=path)
    check_is_text(path)
    digest = digest_of(path)
    encoding = encoding_of(path)
    rows = read_rows(path, encoding)
    _line, titles = next(rows, (0, []))
    header = tuple(cell.strip() for cell in titles)
    if not any(header):
        raise IntakeError(EMPTY)
    return TextFile(path, digest, encoding, header, sum(1 for row in rows))


def check_is_text(path: Path) -> None:
    if kind := other_kind(first_bytes(path)):
        raise IntakeError(
            _("这是 %(kind)s 文件，不是 CSV。请另存为 CSV（可用 gzip 压缩）后重新提交。"),
            kind=kind,
        )


def first_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(8)


def other_kind(head: bytes) -> str:
    """What the file is, if it is of a kind that is no text."""
    kinds = (kind for magic, kind in OTHER_KINDS.items() if head.startswith(magic))
    return next(kinds, "")


def digest_of(path: Path) -> str:
    """SHA-256 of the file as given."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def encoding_of(path: Path) -> str:
    """The first encoding the whole file is valid in."""
    fitting = list(ENCODINGS)
    decoders = {name: codecs.getincrementaldecoder(name)() for name in fitting}
    for block in unpacked_blocks(path):
        if b"\0" in block:
            raise IntakeError(
                _("文件含有空字节，像是二进制文件而不是 CSV。请另存为 CSV 后重新提交。")
            )
        fitting = [name for name in fitting if decodes(decoders[name], block)]
    fitting = [name for name in fitting if decodes(decoders[name], b"", final=True)]
    if fitting:
        return fitting[0]
    return mostly_utf8(path)


def decodes(
    decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False
) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def mostly_utf8(path: Path) -> str:
    """A UTF-8 file with a few broken bytes is taken row by row; all else is refused."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    n_broken = n_characters = 0
    for block in unpacked_blocks(path):
        text = decoder.decode(block)
        n_broken += text.count("\ufffd")
        n_characters += len(text)
    if n_broken * 1000 > n_characters:
        raise IntakeError(
            _("文件既不是 UTF-8 也不是 GB18030 编码的文本。请用其中一种编码重新导出。")
        )
    return "utf-8-sig"


def unpacked_blocks(path: Path) -> Iterator[bytes]:
    try:
        with open_binary(path) as file:
            while block := file.read(BLOCK):
                yield block
    except (EOFError, gzip.BadGzipFile, zlib.error) as broken:
        raise IntakeError(
            _("压缩文件不完整或已损坏，没有导入任何内容。请重新传输后再提交。")
        ) from broken


def open_binary(path: Path) -> gzip.GzipFile | io.BufferedReader:
    with path.open("rb") as file:
        packed = file.read(2) == GZIP_MAGIC
    return gzip.open(path, "rb") if packed else path.open("rb")


def read_rows(path: Path, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """Every record and the line it begins on, header included; blank lines are none."""
    with (
        open_binary(path) as binary,
        io.TextIOWrapper(binary, encoding, errors="replace", newline="") as text,
    ):
        reader = csv.reader(chain(lines_of(text), END))
        row: list[str] = []
        # The lines read before the last record, and with it.
        before = read = 0
        try:
            for row in reader:
                if row and row != END:
                    yield read + 1, row
                before, read = read, reader.line_num
        except csv.Error as broken:
            raise unbalanced(read + 1) from broken
        if row != END:
            raise unbalanced(before + 1)


def lines_of(text: io.TextIOWrapper) -> Iterator[str]:
    """The same lines; a file without any line ends is not read into memory."""
    number = 0
    while line := text.readline(MOST_LINE):
        number += 1
        if len(line) == MOST_LINE:
            raise IntakeError(
                _("第 %(line)d 行太长。请检查是否缺少换行，再重新提交。"), line=number
            )
        yield line


def unbalanced(line: int) -> IntakeError:
    return IntakeError(
        _(
            "第 %(line)d 行附近的引号不成对，无法分清各列，没有导入任何内容。"
            "请改正该行后重新提交。"
        ),
        line=line,
    )
