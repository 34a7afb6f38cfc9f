"""The journal of a past that is still being played; it counts once that is committed."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from registry.ledger import journal


def place() -> Path:
    final: Path = settings.JOURNAL_DIR
    return final.with_name(f"{final.name}.draft")


@contextmanager
def drafted() -> Iterator[None]:
    """Journal beside the real place, because all of this may still be taken back."""
    final, draft = settings.JOURNAL_DIR, place()
    shutil.rmtree(draft, ignore_errors=True)
    settings.JOURNAL_DIR = draft
    try:
        yield
    finally:
        settings.JOURNAL_DIR = final


def settle() -> None:
    """What was drafted counts; safe to do again after a start that was interrupted here."""
    final, draft = settings.JOURNAL_DIR, place()
    if draft.exists():
        final.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The head last: without it nothing shows.
        for name in (journal.FILE, journal.HEAD):
            if (draft / name).exists():
                (draft / name).replace(final / name)
        shutil.rmtree(draft)
