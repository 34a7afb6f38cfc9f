"""A case typed by keyboard: a party suggested and chosen, days and bars as one types."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reading import visit

pytestmark = [pytest.mark.browser, pytest.mark.stack]

COMPANY = "诚川贸易有限公司"
ADD = "/admin/registry/listing/add/?list_code=SAMR_SERIOUS"


def type_with_help(page: Page) -> None:
    visit(page, ADD)
    days = page.locator("#days")
    page.get_by_label("单位", exact=True).focus()

    page.keyboard.type("chengchuanmaoyi")
    expect(page.get_by_role("option").first).to_contain_text(COMPANY)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(days).to_contain_text(COMPANY)
    expect(page.get_by_role("listbox")).to_be_hidden()

    page.get_by_label("期限", exact=True).fill("48")
    expect(days).to_contain_text("期限超过规则的上限")
    page.get_by_label("期限", exact=True).fill("12")
    for words in ("公示最后一日", "最早可申请修复", "已存为草稿。"):
        expect(days).to_contain_text(words)


def go_on_with_the_draft(page: Page) -> None:
    """What was typed is there again, and goes when nobody wants it."""
    visit(page, "/admin/")
    page.get_by_role("link", name="市场监督管理严重违法失信名单 · 9").first.click()
    expect(page.get_by_label("期限", exact=True)).to_have_value("12")
    page.get_by_role("button", name="删去这份草稿").click()
    expect(page.get_by_text("草稿已删去。")).to_be_visible()


def type_without_a_script(page: Page) -> None:
    visit(page, ADD)
    page.get_by_label("单位", exact=True).fill("诚川")
    page.get_by_role("button", name="计算期限").click()
    page.get_by_role("radio", name=COMPANY).check()
    page.get_by_role("button", name="计算期限").click()
    expect(page.locator("#days")).to_contain_text(f"{COMPANY} · 9")


def test_a_case_is_typed_with_help(
    sign_in: Callable[[str], Page], open_at: Callable[..., Page]
) -> None:
    page = sign_in("maker")

    type_with_help(page)
    go_on_with_the_draft(page)

    state = page.context.storage_state()
    plain = open_at(1024, java_script_enabled=False, storage_state=state)
    type_without_a_script(plain)
