"""The two languages a visitor reads in, and what every page check needs of a page."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polib
import pytest
from playwright.sync_api import Locator, Page, Response, expect

CATALOGUE = Path(__file__).resolve().parents[2] / "locale/en/LC_MESSAGES/django.po"
# A phone and a desk.
WIDTHS = (375, 1280)
HEIGHT = 900
# More stops than any page has before its first result.
MOST_TABS = 40


@dataclass(frozen=True, slots=True)
class Language:
    """`home` is where its pages start, `tag` what `<html lang>` says."""

    home: str
    tag: str

    def says(self, sentence: str) -> str:
        """What a reader of this language sees for a sentence of the code."""
        return sentence if self is CHINESE else english()[sentence]

    @property
    def other(self) -> "Language":
        return ENGLISH if self is CHINESE else CHINESE


CHINESE = Language("/", "zh-Hans")
ENGLISH = Language("/en/", "en")
both_languages = pytest.mark.parametrize("language", [CHINESE, ENGLISH], ids=["zh", "en"])


@cache
def english() -> dict[str, str]:
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(CATALOGUE))}


def visit(page: Page, path: str) -> Response:
    response = page.goto(path)
    assert response
    return response


def box(page: Page) -> Locator:
    """The search box, which its script makes a combobox."""
    return page.locator("#q")


def ask(page: Page, text: str) -> None:
    """Type into the box and press Enter; the answer has its own address."""
    box(page).fill(text)
    box(page).press("Enter")
    page.wait_for_url("**/search/?q=*")


def follow_result(page: Page, name: str) -> None:
    """Open the result of this name and arrive on its page."""
    page.locator(".result").get_by_role("link", name=name, exact=True).click()
    page.wait_for_url("**/entities/*/")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
