"""Papers of a filing: known by their content, kept sealed on disk under random names."""

import hashlib
import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from registry import vault
from registry.errors import Bar, BarredError
from repair import inspection
from repair.models import DraftPaper, Evidence, Filing
from repair.models.evidence import MEGABYTE, MOST_BYTES, new_name

MOST_PAPERS = 10
LONGEST_NAME = 120
# By how a file begins; what its name or the browser says is not asked.
BEGINNINGS = (
    (b"%PDF-", Evidence.Kind.PDF),
    (b"\xff\xd8\xff", Evidence.Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Evidence.Kind.PNG),
)


@dataclass(frozen=True, slots=True)
class Paper:
    """A file as it was sent; `document` says which of the papers asked for it is."""

    name: str
    content: bytes
    document: str = ""

    @property
    def kind(self) -> Evidence.Kind | None:
        """What the first bytes say it is; None for everything that is not taken."""
        return next(
            (kind for begins, kind in BEGINNINGS if self.content.startswith(begins)), None
        )


def taken(name: str, content: bytes, *, document: str = "") -> Paper:
    """What is kept of a file that was sent. BarredError, and nothing kept, where it is
    not what it should be; done before any transaction, because it takes its time.
    """
    sent = Paper(name, content, document)
    if bars := bars_to_papers((sent,)):
        raise BarredError(bars)
    kind = sent.kind.value if sent.kind else ""
    kept = inspection.inspected(content, kind, MOST_BYTES)
    return replace(sent, content=kept)


def bars_to_papers(papers: tuple[Paper, ...], *, n_before: int = 0) -> list[Bar]:
    """Why these files are not taken."""
    bars = []
    if n_before + len(papers) > MOST_PAPERS:
        text = _("材料超过 %(most)d 份。请合并后再提交。")
        bars.append(Bar("too_many_papers", text % {"most": MOST_PAPERS}))
    if any(len(paper.content) > MOST_BYTES for paper in papers):
        text = _("文件超过 %(most)d MB。请压缩或者分成几份。")
        bars.append(Bar("paper_too_large", text % {"most": MOST_BYTES // MEGABYTE}))
    if any(paper.kind is None for paper in papers):
        bars.append(
            Bar("paper_of_other_kind", _("文件不是 PDF、JPEG 或者 PNG。请换成其中一种。"))
        )
    return bars


def folder() -> Path:
    return Path(settings.DATA_DIR) / "evidence"


def place(evidence: Evidence | DraftPaper) -> Path:
    return folder() / evidence.stored_as


def described(paper: Paper, filing: Filing, *, at: datetime) -> Evidence:
    """The row of a paper, not yet saved."""
    return Evidence(filing=filing, added_at=at, **facts_of(paper, filing.case))


def facts_of(paper: Paper, case: str) -> dict[str, Any]:
    """What a row says of a paper, its name sealed under the key of a case."""
    if paper.kind is None:
        raise ValueError(paper.name)
    return {
        "stored_as": new_name(),
        "kind": paper.kind,
        "document": paper.document,
        "n_bytes": len(paper.content),
        "digest": hashlib.sha256(paper.content).hexdigest(),
        "sealed_name": vault.seal(case, "file name", plain_name(paper.name).encode()),
    }


def plain_name(name: str) -> str:
    """Without folders, and without what makes a name look like another one."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(one for one in last if one.isprintable())[:LONGEST_NAME]


def store(evidence: Evidence, content: bytes) -> None:
    put(evidence.filing.case, evidence, content)


def put(case: str, row: Evidence | DraftPaper, content: bytes) -> None:
    """Write the sealed file; it is on disk before the row that names it is committed."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    sealed = vault.seal(case, binding(row), content)
    with open(place(row), "xb", opener=private) as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())


def read(evidence: Evidence) -> bytes:
    """What was sent; VaultError where it was erased or a byte differs."""
    sealed = place(evidence).read_bytes()
    return vault.open_sealed(evidence.filing.case, binding(evidence), sealed)


def discard(evidence: Evidence | DraftPaper) -> None:
    place(evidence).unlink(missing_ok=True)


def binding(evidence: Evidence | DraftPaper) -> str:
    """So that no file can stand in for another of the same filing."""
    return f"evidence/{evidence.stored_as}"


def private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
