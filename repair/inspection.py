"""Every paper is looked into before it is kept, in a process bound in memory and time.

What a file calls itself is not asked. A picture comes back remade; of a PDF nothing is
changed, it is taken or it is not.
"""

import signal
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO

from django.utils.translation import gettext_lazy as _

from registry.errors import Bar, BarredError
from registry.intake import child
from registry.intake.tables import bounds
from repair import pdfs, pictures
from repair.pdfs import FlawError

# By the clock; a paper of ten megabytes takes two or three.
SECONDS = 30
# What a browser or a server would take for a program, wherever it stands in the file.
PROGRAMS = (b"<script", b"<html", b"<?php", b"<!doctype html")
SENTENCES = {
    "broken": _("文件不完整，或者已经损坏，没有收下。请重新扫描或者导出，再选择一次。"),
    "locked": _("文件有密码或者限制，没有收下。请去掉密码后重新保存，或者打印后扫描。"),
    "active": _(
        "文件里有脚本、附件、表单或者自动执行的动作，没有收下。请打印成普通 PDF 后再选择。"
    ),
    "two_in_one": _(
        "文件里还藏着另一种文件，没有收下。请重新扫描，或者打印成普通 PDF 后再选择。"
    ),
    "too_many_points": _(
        "图片的尺寸太大，没有收下。请把长和宽缩小到一万点以内，总数不超过四千万点。"
    ),
    "too_large_inside": _("文件展开以后太大，没有收下。请用较低的分辨率重新扫描。"),
    "unreadable": _(
        "文件无法在规定的时间和内存里读完，没有收下。请用较低的分辨率重新扫描。"
    ),
}


def inspected(content: bytes, kind: str, most_bytes: int) -> bytes:
    """The paper as it is kept. BarredError, with what to do, where it is not taken."""
    job = Job(content, kind, most_bytes)
    try:
        with closing(
            child.run(job, prepare=bounds.PREPARE, env=bounds.environment())
        ) as chunks:
            code, kept = next(chunks)[0]
    except (child.DiedError, StopIteration) as died:
        raise refusal("unreadable") from died
    if code:
        raise refusal(code)
    result: bytes = kept
    return result


def refusal(code: str) -> BarredError:
    return BarredError([Bar(f"paper_{code}", str(SENTENCES[code]))])


@dataclass(frozen=True, slots=True)
class Job:
    """What the other process does; it knows no setting, no key and no database."""

    content: bytes
    kind: str
    most_bytes: int

    def chunks(self) -> Iterator[child.Items]:
        bounds.confine()
        signal.alarm(SECONDS)
        try:
            yield [("", self.kept())]
        except FlawError as flaw:
            yield [(flaw.code, b"")]

    def kept(self) -> bytes:
        refuse_two_in_one(self.content)
        if self.kind != "pdf":
            return pictures.remade(self.content, self.kind, self.most_bytes)
        pdfs.refuse_flaws(self.content)
        return self.content


def refuse_two_in_one(content: bytes) -> None:
    """One file is one paper, whichever program opens it."""
    small = content.lower()
    if any(program in small for program in PROGRAMS) or zipfile.is_zipfile(
        BytesIO(content)
    ):
        raise FlawError("two_in_one")
