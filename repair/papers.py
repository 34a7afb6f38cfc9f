"""Papers of a filing on disk: known by their first bytes, sealed, under random names."""

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from registry import vault
from registry.errors import Bar
from repair.models import Evidence, Filing
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
    """A file as it was sent."""

    name: str
    content: bytes

    @property
    def kind(self) -> Evidence.Kind | None:
        """What the first bytes say it is; None for everything that is not taken."""
        return next(
            (kind for begins, kind in BEGINNINGS if self.content.startswith(begins)), None
        )


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


def place(evidence: Evidence) -> Path:
    return folder() / evidence.stored_as


def described(paper: Paper, filing: Filing, *, at: datetime) -> Evidence:
    """The row of a paper, not yet saved."""
    if paper.kind is None:
        raise ValueError(paper.name)
    name = Path(paper.name.replace("\\", "/")).name[:LONGEST_NAME]
    return Evidence(
        filing=filing,
        stored_as=new_name(),
        kind=paper.kind,
        n_bytes=len(paper.content),
        digest=hashlib.sha256(paper.content).hexdigest(),
        sealed_name=vault.seal(filing.case, "file name", name.encode()),
        added_at=at,
    )


def store(evidence: Evidence, content: bytes) -> None:
    """Write the sealed file; it is on disk before the row that names it is committed."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    sealed = vault.seal(evidence.filing.case, binding(evidence), content)
    with open(place(evidence), "xb", opener=private) as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())


def read(evidence: Evidence) -> bytes:
    """What was sent; VaultError where it was erased or a byte differs."""
    sealed = place(evidence).read_bytes()
    return vault.open_sealed(evidence.filing.case, binding(evidence), sealed)


def discard(evidence: Evidence) -> None:
    place(evidence).unlink(missing_ok=True)


def binding(evidence: Evidence) -> str:
    """So that no file can stand in for another of the same filing."""
    return f"evidence/{evidence.stored_as}"


def private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
