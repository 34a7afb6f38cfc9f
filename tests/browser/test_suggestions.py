"""Suggestions while somebody types: by keyboard, by pointer, with an input method."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Watch
from tests.browser.reading import HEIGHT, WIDTHS, Language, both_languages, box, visit

pytestmark = [pytest.mark.browser, pytest.mark.stack]

PLACES = {"home": "", "results": "search/?q=x", "missing": "entities/"}
BRAND = "澄川"
# Milliseconds; longer than the script waits for another key.
PAUSE = 500


@pytest.fixture(params=WIDTHS)
def page(page: Page, request: pytest.FixtureRequest) -> Page:
    page.set_viewport_size({"width": request.param, "height": HEIGHT})
    return page


def options(page: Page) -> Locator:
    return page.get_by_role("listbox").get_by_role("option")


def suggest(page: Page, text: str = BRAND) -> Locator:
    """Type, and wait for what is suggested."""
    box(page).fill(text)
    expect(options(page).first).to_be_visible()
    return options(page)


def asked(watch: Watch) -> list[str]:
    """What was asked for suggestions, in order."""
    urls = [urlsplit(one.url) for one in watch.requests]
    found = [url for url in urls if url.path.endswith("/search/suggest/")]
    return [parse_qs(url.query)["q"][0] for url in found]


@both_languages
@pytest.mark.parametrize("place", PLACES.values(), ids=list(PLACES))
def test_wherever_the_box_is_it_suggests_and_leads_there(
    page: Page, language: Language, place: str
) -> None:
    visit(page, f"{language.home}{place}")
    first = suggest(page).first
    expect(first.locator("mark")).to_have_text(BRAND)
    name = first.locator("span").first.inner_text()

    first.click()

    page.wait_for_url(f"**{language.home}entities/*/")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


@both_languages
def test_arrows_choose_and_enter_opens(page: Page, language: Language) -> None:
    visit(page, language.home)
    found = suggest(page)
    second = found.nth(1)
    name = second.locator("span").first.inner_text()

    for _ in range(2):
        page.keyboard.press("ArrowDown")
    expect(second).to_have_attribute("aria-selected", "true")
    expect(found.and_(page.locator('[aria-selected="true"]'))).to_have_count(1)
    chosen = second.get_attribute("id") or ""
    expect(box(page)).to_have_attribute("aria-activedescendant", chosen)
    # The focus and what was typed stay where they are.
    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_value(BRAND)
    page.keyboard.press("Enter")

    page.wait_for_url("**/entities/*/")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_arrows_go_round_through_the_box(page: Page) -> None:
    visit(page, "/")
    found = suggest(page)

    page.keyboard.press("ArrowUp")
    expect(found.last).to_have_attribute("aria-selected", "true")
    expect(found.last).to_be_in_viewport()
    page.keyboard.press("ArrowDown")
    expect(page.locator('[aria-selected="true"]')).to_have_count(0)
    assert box(page).get_attribute("aria-activedescendant") is None


def test_enter_without_a_choice_searches(page: Page) -> None:
    visit(page, "/")
    suggest(page)

    page.keyboard.press("Enter")

    page.wait_for_url("**/search/?q=*")
    expect(page.locator(".result").first).to_be_visible()


def test_escape_closes_first_and_keeps_what_was_typed(page: Page) -> None:
    visit(page, "/")
    suggest(page)
    expect(box(page)).to_have_attribute("aria-expanded", "true")

    page.keyboard.press("Escape")

    expect(page.locator("#suggestions")).to_be_hidden()
    expect(box(page)).to_have_attribute("aria-expanded", "false")
    expect(box(page)).to_have_value(BRAND)


def test_it_closes_for_whoever_goes_elsewhere(page: Page) -> None:
    visit(page, "/")
    suggest(page)

    page.keyboard.press("Tab")

    expect(page.locator("#suggestions")).to_be_hidden()


@both_languages
def test_their_number_is_said_and_nothing_when_nothing_is_found(
    page: Page, language: Language
) -> None:
    visit(page, language.home)
    status = page.locator(".search-form [role=status]")

    n = suggest(page).count()
    expect(status).to_contain_text(f"{n}")
    box(page).fill("没有这一家")

    expect(page.locator("#suggestions")).to_be_hidden()
    expect(status).to_be_empty()


def test_who_types_on_is_asked_for_once(page: Page, watch: Watch) -> None:
    visit(page, "/")

    box(page).press_sequentially("chengchuan", delay=10)
    expect(options(page).first).to_be_visible()

    # One request for a pause, not for a key; a slow machine may pause once or twice.
    assert asked(watch)[-1] == "chengchuan"
    assert len(asked(watch)) <= 3


def test_a_late_answer_does_not_replace_a_newer_one(page: Page) -> None:
    held: list[Route] = []
    slow = "**/suggest/?q=%E6%BE%84%E5%B7%9D"

    def hold(route: Route) -> None:
        held.append(route)

    page.route(slow, hold)
    visit(page, "/")
    with page.expect_request(slow):
        box(page).fill(BRAND)

    found = suggest(page, "霁禾")

    expect(found.first.locator("mark")).to_have_text("霁禾")
    assert len(held) == 1


def test_an_input_method_asks_when_it_is_done(page: Page, watch: Watch) -> None:
    page.clock.install()
    visit(page, "/")
    box(page).focus()
    session = page.context.new_cdp_session(page)

    for letters in ("c", "ch", "cheng", "cheng chuan"):
        composing = {"text": letters, "selectionStart": 0, "selectionEnd": len(letters)}
        session.send("Input.imeSetComposition", composing)
        page.clock.run_for(PAUSE)
    session.send("Input.insertText", {"text": BRAND})

    expect(options(page).first).to_be_visible()
    assert asked(watch) == [BRAND]


def test_one_letter_asks_nothing(page: Page, watch: Watch) -> None:
    page.clock.install()
    visit(page, "/")

    box(page).fill("澄")
    page.clock.run_for(PAUSE)
    suggest(page)

    assert asked(watch) == [BRAND]


@both_languages
def test_everybody_can_use_it(open_at: Callable[..., Page], language: Language) -> None:
    page = open_at(WIDTHS[0], bypass_csp=True)
    visit(page, language.home)
    suggest(page)
    page.keyboard.press("ArrowDown")

    found = Axe().run(page)

    assert not found.violations_count, found.generate_report()
