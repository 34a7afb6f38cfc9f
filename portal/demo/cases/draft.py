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
    """Journal beside the real place, because all of this may still be taken back.

    Nobody else signs meanwhile. The draft counts once the block has ended well, which
    has to include the commit.
    """
    final, draft = settings.JOURNAL_DIR, place()
    with journal.held(wait=True):
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(final, draft)
        settings.JOURNAL_DIR = draft
        try:
            yield
        finally:
            settings.JOURNAL_DIR = final
        settle()


def settle() -> None:
    """What was drafted counts; done again after a start that was interrupted here."""
    final, draft = settings.JOURNAL_DIR, place()
    if draft.exists():
        # The head last: without it nothing shows.
        for name in (journal.FILE, journal.HEAD):
            if (draft / name).exists():
                (draft / name).replace(final / name)
        shutil.rmtree(draft)
