"""The two languages a visitor reads in, and what every page check needs of a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import polib
import pytest
from playwright.sync_api import Locator, Page, Response, expect

from tests.authenticator import app_shows

CATALOGUE = Path(__file__).resolve().parents[2] / "locale/en/LC_MESSAGES/django.po"
# A phone and a desk.
WIDTHS = (375, 1280)
HEIGHT = 900
# More stops than any page has before its first result.
MOST_TABS = 40
# How long an authenticator shows a code, and those that were typed, with their secrets.
ONE_CODE = timedelta(seconds=30)
USED: set[tuple[str, str]] = set()


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


def sign_in(page: Page, account: Mapping[str, str]) -> None:
    """At the desk, with a code that was not used before."""
    visit(page, "/admin/")
    page.get_by_label("用户名").fill(account["name"])
    page.get_by_label("密码").fill(account["password"])
    page.get_by_label("动态验证码").fill(unused_code(account["secret"]))
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("待办")


def unused_code(secret: str) -> str:
    """A code counts once: whoever is quicker than the app is let in by the next one."""
    now = datetime.now(UTC)
    codes = (app_shows(secret, now + n * ONE_CODE) for n in range(2))
    code = next(code for code in codes if (secret, code) not in USED)
    USED.add((secret, code))
    return code


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
