"""Translations made ready: the .po files become the .mo files that Django reads.

Done by polib, so that a machine needs no gettext to run the site.
"""

import os
from pathlib import Path

import polib
from django.conf import settings


def compile_all() -> list[Path]:
    """Compile each catalogue that is newer than its .mo; returns all the .mo files."""
    catalogues = [path for folder in settings.LOCALE_PATHS for path in folder.rglob("*.po")]
    return [compiled(path) for path in sorted(catalogues)]


def compiled(source: Path) -> Path:
    target = source.with_suffix(".mo")
    if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
        # Another process may be reading it, or making it, at this moment.
        draft = target.with_suffix(f".{os.getpid()}.mo")
        polib.pofile(str(source)).save_as_mofile(str(draft))
        draft.rename(target)
    return target
