"""What a kill has left behind: keys of no case, papers of no filing.

Key and paper are written before the row that names them; after a day nobody is about to
write that row any more. A key that came back with an old copy of the vault, of a case
that is erased, goes the same way.
"""

import os
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from django.db.models import QuerySet

from registry import vault
from registry.actions import traces
from registry.days import day_of
from registry.intake import store
from registry.logbook import append
from registry.logbook.errors import RestoringError
from registry.models import (
    CandidateObjection,
    CaseKey,
    Head,
    KeptDraft,
    LedgerEntry,
    Listing,
)
from repair import papers
from repair.models import ApplicationDraft, DraftPaper, Evidence, Filing

GRACE = timedelta(days=1)
BATCH = 1_000
NAME = re.compile(r"[0-9a-f]{32}", re.ASCII)


def sweep(at: datetime) -> int:
    """Once a civil day; the number of keys and papers that went."""
    head = Head.objects.current()
    if head is None or head.swept_on == day_of(at) or is_restoring():
        return 0
    n_swept = sweep_keys(at) + sweep_papers()
    Head.objects.filter(pk=1).update(swept_on=day_of(at))
    if n_swept:
        traces.owe(at)
    return n_swept


def is_restoring() -> bool:
    """The cases of those keys may be in a newer copy of the database."""
    try:
        append.refuse_while_restoring(LedgerEntry.objects.size())
    except RestoringError:
        return True
    return False


# --- Keys ---------------------------------------------------------------------------------


def sweep_keys(at: datetime) -> int:
    old, last, n_swept = CaseKey.objects.filter(made_at__lt=at - GRACE), "", 0
    while cases := list(
        old.filter(case__gt=last).order_by("case").values_list("case", flat=True)[:BATCH]
    ):
        orphans = set(cases) - cases_among(cases) - store.needed_among(cases)
        vault.destroy_keys(orphans)
        n_swept, last = n_swept + len(orphans), cases[-1]
    return n_swept


def cases_among(cases: list[str]) -> set[str]:
    """Those that a case, a filing or an objection bears which is not erased, or a draft."""
    found = set()
    # Before the filings: one of them may take over the key of a draft at this moment.
    for draft in (KeptDraft, ApplicationDraft):
        kept = draft._default_manager.filter(case__among=cases)
        found |= set(kept.values_list("case", flat=True))
    for model in (Listing, Filing, CandidateObjection):
        rows = model._default_manager.filter(case__among=cases, erased_at=None)
        found |= set(rows.values_list("case", flat=True))
    return found


# --- Papers -------------------------------------------------------------------------------


def sweep_papers() -> int:
    folder = papers.folder()
    if not folder.is_dir():
        return 0
    n_swept, names = 0, old_names(folder)
    while batch := list(islice(names, BATCH)):
        orphans = set(batch) - stored_among(batch)
        remove(folder, orphans)
        n_swept += len(orphans)
    return n_swept


def stored_among(names: list[str]) -> set[str]:
    """Those that a draft or a filing names; the draft first, whose papers it may become."""
    found = set(rows_of(DraftPaper.objects.filter(stored_as__among=names)))
    kept = Evidence.objects.filter(stored_as__among=names, erased_at=None)
    return found | set(rows_of(kept))


def rows_of(rows: QuerySet[Any]) -> Iterator[str]:
    return rows.values_list("stored_as", flat=True).iterator()


def old_names(folder: Path) -> Iterator[str]:
    """By the clock that wrote their times: that of the register may be moved."""
    with TemporaryFile(dir=folder) as fresh:
        newest = os.fstat(fresh.fileno()).st_mtime - GRACE.total_seconds()
    for entry in os.scandir(folder):
        if NAME.fullmatch(entry.name) and entry.stat().st_mtime < newest:
            yield entry.name


def remove(folder: Path, names: Iterable[str]) -> None:
    for name in names:
        (folder / name).unlink(missing_ok=True)
