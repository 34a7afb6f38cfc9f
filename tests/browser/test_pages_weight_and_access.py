"""Every page is light, complete in its head, usable by everybody and fits its screen.

Usable on one phone, by day; on every screen, by night and on paper is the experiment E44
of the campaign.
"""

from collections.abc import Callable
from urllib.parse import quote
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.reading import (
    CHINESE,
    HEIGHT,
    WIDTHS,
    Language,
    both_languages,
    visit,
)
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack]

MOST_BYTES = 60 * 1024
MOST_REQUESTS = 12
NAME = "澄川机电设备有限公司"
# What follows the home of a language, and the status it answers with.
PAGES = {
    "home": ("", 200),
    "results": (f"search/?q={quote('澄川')}", 200),
    "narrowed": (f"search/?q={quote('有限')}&region=990100&listed=1", 200),
    "condition-unknown": (f"search/?q={quote('有限')}&region=x", 400),
    "narrowed-to-nobody": (f"search/?q={quote('澄川')}&kind=social_organisation", 200),
    "nothing": (f"search/?q={quote('王小明')}", 200),
    "error": ("search/?q=x", 400),
    "no-question": ("search/", 200),
    "found-nothing": (f"search/?q={quote('无此字号')}", 200),
    "entity": ("entities/{public_id}/", 200),
    "section": ("entities/{public_id}/permits/", 200),
    "lists": ("lists/", 200),
    "list": ("lists/SAMR_ABNORMAL/", 200),
    "list-narrowed": ("lists/SAMR_ABNORMAL/?q=nobody&sort=ending", 200),
    "list-refused": ("lists/SAMR_ABNORMAL/?year=x", 400),
    "list-of-persons": ("lists/CR_NO_RIDE/", 200),
    "list-with-persons": ("lists/SPC_DEFAULTER_OPEN/", 200),
    "listing": ("listings/{case}/", 200),
    "listing-absent": (f"listings/{'0' * 32}/", 404),
    "objections": ("objections/", 200),
    "objection": ("objections/{case}/", 200),
    "check": ("persons/check/", 200),
    "verify": ("verify/", 200),
    "verify-nothing": ("verify/2026AAAABBBBCCCC", 200),
    "ledger": ("ledger/", 200),
    "ledger-case": ("ledger/?q={case}", 200),
    "ledger-nothing": ("ledger/?q=nothing", 200),
    "leaf-of-rule": ("ledger/leaf/0/", 200),
    "leaf": ("ledger/leaf/{leaf}/", 200),
    "leaf-absent": ("ledger/leaf/99999999/", 404),
    "statistics": ("statistics/", 200),
    "articles": ("articles/", 200),
    "article": ("articles/3/", 200),
    "article-gone": ("articles/5/", 410),
    "help": ("help/", 200),
    "help-text": ("help/no-score/", 200),
    "glossary": ("help/glossary/", 200),
    "components": ("components/", 200),
    "apply": ("repair/apply/{case}/", 200),
    "draft-gone": (f"repair/apply/{UUID(int=1)}/who/", 404),
    "missing": ("entities/", 404),
}
# A small phone, a phone, a desk of 1280 pixels magnified twice, and one where the letters
# alone are.
SCREENS = ((320, 1), (375, 1), (640, 1), (1280, 2))
# A listing that cannot leave display while the tests run; its content is opened.
STAYS = """
    SELECT "case", leaf FROM registry_listing
    WHERE list_type_id = %s AND entity_id IS NOT NULL AND ended_at IS NULL
      AND held_since IS NULL AND displayed_from < now()
      AND displayed_until > now() + interval '30 days'
    ORDER BY id LIMIT 1
"""

every_page = pytest.mark.parametrize("name", PAGES)

HANDLERS = """
() => [...document.querySelectorAll("*")]
  .flatMap(element => element.getAttributeNames())
  .filter(name => name.startsWith("on"))
"""
SIDEWAYS = "() => document.documentElement.scrollWidth - innerWidth"
# Hidden on purpose until focused, or meant for screen readers only.
CUT_OFF = """
() => {
  const unseen = ".visually-hidden, .skip-link, thead, thead *";
  const width = document.documentElement.clientWidth;
  const label = element => `${element.tagName}.${element.className} ${
    element.textContent.trim().slice(0, 30)}`;
  return [...document.body.querySelectorAll("*")]
    .filter(element => !element.matches(unseen))
    .filter(element => {
      const place = element.getBoundingClientRect();
      const outside = place.right > width + 1 || place.left < -1;
      const clips = getComputedStyle(element).overflow !== "visible";
      const hides = clips && (element.scrollWidth > element.clientWidth + 1
        || element.scrollHeight > element.clientHeight + 1);
      return place.width && (outside || hides);
    })
    .map(label);
}
"""
LETTERS = "times => { document.documentElement.style.fontSize = `${times * 100}%`; }"
# Words that lie on other words, on a field or on a drawing. Lines that follow each other
# closely share the room above and below their letters.
OVERLAPS = """
() => {
  const unseen = ".visually-hidden, .skip-link, thead, option";
  const isSeen = element =>
    element.checkVisibility({ visibilityProperty: true }) && !element.closest(unseen);
  const places = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    if (!text.data.trim() || !isSeen(text.parentElement)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const place of range.getClientRects())
      places.push({ place, element: text.parentElement, said: text.data.trim() });
  }
  const drawn = "input, select, textarea, button, svg > rect:first-of-type";
  for (const element of document.querySelectorAll(drawn))
    if (isSeen(element)) places.push({
      place: element.getBoundingClientRect(), element, said: element.name || element.tagName
    });
  places.sort((one, other) => one.place.top - other.place.top);
  const touches = (one, other) => {
    const [a, b] = [one.place, other.place];
    const high = Math.min(a.bottom, b.bottom) - b.top;
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const isInside = one.element.contains(other.element)
      || other.element.contains(one.element);
    return !isInside && wide > 2 && high > 0.3 * Math.min(a.height, b.height);
  };
  return places.flatMap((one, n) => {
    const below = places.slice(n + 1);
    const end = below.findIndex(other => other.place.top > one.place.bottom);
    return (end < 0 ? below : below.slice(0, end))
      .filter(other => touches(one, other))
      .map(other => `${one.said.slice(0, 30)} / ${other.said.slice(0, 30)}`);
  });
}
"""
# The hint in an empty box has to be readable to its end.
HINT_OVERFLOWS = """
field => {
  const style = getComputedStyle(field);
  const brush = document.createElement("canvas").getContext("2d");
  brush.font = style.font;
  const room = field.clientWidth - parseFloat(style.paddingLeft)
    - parseFloat(style.paddingRight);
  return brush.measureText(field.placeholder).width - room;
}
"""


@pytest.fixture(scope="session")
def objects(register: Stack) -> dict[str, str]:
    return objects_of(register)


def objects_of(register: Stack) -> dict[str, str]:
    """What stands in the paths: an organisation, a listing, and the leaf of that."""
    query = "SELECT public_id FROM registry_entity WHERE name = %s"
    ((public_id,),) = register.query(query, NAME)
    ((case, leaf),) = register.query(STAYS, "SAMR_SERIOUS")
    return {"public_id": str(public_id), "case": str(case), "leaf": str(leaf)}


@pytest.fixture
def path(name: str, language: Language, objects: dict[str, str]) -> str:
    return path_of(name, language, objects)


def path_of(name: str, language: Language, objects: dict[str, str]) -> str:
    inner, _status = PAGES[name]
    return language.home + inner.format(**objects)


@both_languages
@every_page
def test_it_is_light_and_complete_and_fits_its_screen(
    page: Page, name: str, path: str, language: Language, watch: Watch, base_url: str
) -> None:
    """Looked at from all sides at once, because opening it is what takes the time."""
    response = visit(page, path)
    page.wait_for_load_state("networkidle")

    assert response.status == PAGES[name][1]
    assert_light(watch)
    assert_complete(page, language, base_url + path.partition("?")[0])
    assert_nothing_inline(page)
    assert_fits(page)


def assert_light(watch: Watch) -> None:
    sizes = {
        response.url: response.request.sizes()["responseBodySize"]
        for response in watch.responses
    }
    assert len(watch.requests) <= MOST_REQUESTS
    assert 0 < sum(sizes.values()) <= MOST_BYTES, sizes


def assert_complete(page: Page, language: Language, canonical: str) -> None:
    assert page.title().strip(" -")
    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", language.tag)
    expect(page.locator("link[rel=canonical]")).to_have_attribute("href", canonical)


def assert_nothing_inline(page: Page) -> None:
    expect(page.locator("style, [style], script:not([src])")).to_have_count(0)
    assert page.evaluate(HANDLERS) == []


def assert_fits(page: Page) -> None:
    for screen in SCREENS:
        width, times = screen
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.evaluate(LETTERS, times)
        assert page.evaluate(SIDEWAYS) <= 0, screen
        assert page.evaluate(CUT_OFF) == [], screen
        assert page.evaluate(OVERLAPS) == [], screen
        for box in page.get_by_role("searchbox").all():
            assert box.evaluate(HINT_OVERFLOWS) <= 0, screen


def test_words_on_words_are_found(page: Page) -> None:
    page.set_content("<p>one</p><p style='margin-top: -2em'>two</p><p>three</p>")

    assert page.evaluate(OVERLAPS) == ["one / two"]


@pytest.mark.parametrize("language", [CHINESE], ids=["zh"])
@every_page
def test_everybody_can_use_it(
    open_at: Callable[..., Page], path: str, language: Language
) -> None:
    """By day, on a phone, in one language: the markup is the same in the other."""
    page = open_at(WIDTHS[0], bypass_csp=True)
    page.emulate_media(color_scheme="light")
    visit(page, path)

    found = Axe().run(page)

    assert not found.violations_count, found.generate_report()
