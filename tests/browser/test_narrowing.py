"""Results are narrowed by a form, without script, and widened again by a link."""

from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reading import WIDTHS, Language, both_languages, visit

pytestmark = [pytest.mark.browser, pytest.mark.stack]

PHONE, DESK = WIDTHS
ASKED = f"search/?q={quote('有限')}"
PROVINCE, CITY = "990000", "990100"


def conditions(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


@both_languages
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_conditions_are_set_and_taken_away(
    open_at: Callable[..., Page], language: Language, width: int, script: bool
) -> None:
    page = open_at(width, java_script_enabled=script)
    visit(page, f"{language.home}{ASKED}")
    show = page.get_by_role("button", name=language.says("显示"), exact=True)

    def narrow(**chosen: str) -> None:
        if width == PHONE:
            page.locator(".narrowing summary").click()
        for name, value in chosen.items():
            page.locator(f"#id_{name}").select_option(value)
        show.click()

    narrow(kind="enterprise", region=PROVINCE)
    narrow(region=CITY)
    page.wait_for_url(f"**region={CITY}*")

    expected = {"q": ["有限"], "kind": ["enterprise"], "region": [CITY]}
    assert conditions(page) == expected
    chips = page.locator(".chips").get_by_role("link")
    expect(chips).to_have_count(2)
    expect(page.locator("#q")).to_have_value("有限")
    chips.first.click()
    page.wait_for_url(f"**search/?q=*&region={CITY}")
    expect(page.locator(".chips").get_by_role("link")).to_have_count(1)


def test_a_desk_has_them_beside_the_results_and_the_keyboard_gets_there(
    open_at: Callable[..., Page],
) -> None:
    page = open_at(DESK)
    visit(page, f"/{ASKED}")
    kind = page.get_by_label("类别")

    expect(kind).to_be_visible()
    expect(page.locator(".narrowing summary")).to_be_hidden()
    page.locator(".search-form button").focus()
    page.keyboard.press("Tab")
    expect(kind).to_be_focused()


@both_languages
def test_one_reads_on_and_comes_back(
    open_at: Callable[..., Page], language: Language
) -> None:
    page = open_at(PHONE)
    visit(page, f"{language.home}{ASKED}")
    first = page.locator(".result a").first.inner_text()

    page.get_by_role("link", name=language.says("下一页")).click()
    page.wait_for_url("**after=*")
    assert page.locator(".result a").first.inner_text() != first
    page.get_by_role("link", name=language.says("回到第一页")).click()

    expect(page.locator(".result a").first).to_have_text(first)


@both_languages
def test_an_unknown_condition_has_a_way_out(
    open_at: Callable[..., Page], language: Language
) -> None:
    page = open_at(PHONE)
    response = visit(page, f"{language.home}{ASKED}&kind=nothing")
    assert response.status == 400

    page.get_by_role("link", name=language.says("去掉筛选再查")).click()

    expect(page.locator(".result").first).to_be_visible()
