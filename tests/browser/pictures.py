"""Pictures of a journey, to be looked at: PICTURES names a folder for them.

`PICTURES=/some/folder python -m pytest tests/browser/test_one_listing.py` takes each step
at two widths and in both languages; without it nothing is taken.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page

# What staff sit before: a desk, and a small screen.
WIDTHS = (1280, 1024)
HEIGHT = 900


def take(page: Page, name: str, widths: Sequence[int] = WIDTHS) -> None:
    """The page as it is, and the same address in English as it opens."""
    if folder := os.environ.get("PICTURES"):
        shoot(page, Path(folder), f"{name}-zh", widths)
        english = page.context.new_page()
        english.goto(in_english(page.url))
        shoot(english, Path(folder), f"{name}-en", widths)
        english.close()


def shoot(page: Page, folder: Path, name: str, widths: Sequence[int] = WIDTHS) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    given = page.viewport_size
    for width in widths:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
    if given:
        page.set_viewport_size(given)


def in_english(url: str) -> str:
    host, path = url.split("//", 1)[1].split("/", 1)
    return f"http://{host}/en/{path}"
