"""The links of the head: in a row at a desk, folded into a menu on a phone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reading import HEIGHT, WIDTHS, Language, both_languages, visit

pytestmark = [pytest.mark.browser, pytest.mark.stack]

PHONE, DESK = WIDTHS


@both_languages
def test_a_phone_folds_them_and_the_keyboard_unfolds(
    page: Page, language: Language
) -> None:
    page.set_viewport_size({"width": PHONE, "height": HEIGHT})
    visit(page, f"{language.home}search/")
    link = page.locator(".site-menu").get_by_text(language.says("帮助"))
    expect(link).not_to_be_visible()

    page.locator(".site-menu summary").focus()
    page.keyboard.press("Enter")
    expect(link).to_be_visible()
    link.click()

    page.wait_for_url(f"**{language.home}help/")
    expect(page.get_by_role("heading", level=1)).to_have_text(language.says("帮助"))


@both_languages
def test_a_desk_shows_them_all(page: Page, language: Language) -> None:
    page.set_viewport_size({"width": DESK, "height": HEIGHT})
    visit(page, f"{language.home}search/")

    expect(page.locator(".site-menu")).not_to_be_visible()
    for sentence in ("查询", "名单目录", "核对自然人", "信用修复", "统计", "帮助"):
        links = page.locator(".site-links")
        link = links.get_by_role("link", name=language.says(sentence), exact=True)
        expect(link).to_be_visible()
