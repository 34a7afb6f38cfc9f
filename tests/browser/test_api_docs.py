"""The page about the interface in a browser: drawn, tried out, and nobody else is asked."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.reading import HEIGHT

pytestmark = [pytest.mark.browser, pytest.mark.stack]

DOCS = "/api/v1/docs"
SIDEWAYS = "() => document.documentElement.scrollWidth - innerWidth"


@pytest.mark.parametrize("width", [375, 1280])
def test_it_shows_every_address_and_fits_the_screen(
    open_at: Callable[..., Page], watch: Watch, width: int
) -> None:
    page = open_at(width, locale="en")
    page.goto(DOCS)

    expect(page.get_by_role("heading", level=1)).to_have_text("Data interface")
    expect(page.locator(".opblock-summary-path")).to_have_text(["/api/v1/changes"])
    assert page.evaluate(SIDEWAYS) <= 0
    # The page, its parts and the description; all else would be somebody else's.
    assert any(one.url.endswith("/api/v1/schema") for one in watch.requests)


def test_a_call_can_be_tried_out(open_at: Callable[..., Page]) -> None:
    page = open_at(1280, locale="zh-CN")
    page.goto(DOCS)
    page.locator(".opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()

    answer = page.locator(".live-responses-table .response .highlight-code").first
    expect(answer).to_contain_text('"signed":')


def test_without_script_it_says_where_the_description_is(
    new_context: Callable[..., object],
) -> None:
    context = new_context(
        viewport={"width": 375, "height": HEIGHT}, java_script_enabled=False, locale="en"
    )
    page: Page = context.new_page()  # type: ignore[attr-defined]
    page.goto(DOCS)

    expect(page.get_by_role("link", name="/api/v1/schema")).to_be_visible()
    expect(page.get_by_text("The details need script")).to_be_visible()


def test_everybody_can_use_it(open_at: Callable[..., Page]) -> None:
    page = open_at(375, bypass_csp=True, locale="en")
    page.goto(DOCS)
    expect(page.locator(".opblock").first).to_be_visible()

    shut = Axe().run(page)
    page.locator(".opblock-summary-control").click()
    expect(page.locator(".opblock-description-wrapper")).to_be_visible()
    # What unfolds is the library's; its colours are ours to correct.
    opened = Axe().run(page, options={"runOnly": ["color-contrast"]})

    assert shut.violations_count == 0, shut.generate_report()
    assert opened.violations_count == 0, opened.generate_report()
