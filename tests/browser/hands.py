"""Two ways to use a page: pointing at things, or with the keys alone."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.reading import MOST_TABS

# Of what has the focus, or of the box that carries the ring for it.
FOCUS_SHOWS = """
() => [document.activeElement, document.activeElement.parentElement].some(element => {
  const { boxShadow, outlineStyle, outlineWidth } = getComputedStyle(element);
  return boxShadow !== "none" || outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
})
"""
HAS_FOCUS = "element => element === document.activeElement"


class Pointer:
    """Whoever points at a thing and presses it, and types into what was pressed."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        target.click()

    def write(self, target: Locator, text: str) -> None:
        target.click()
        target.fill(text)


class Keyboard:
    """Whoever has nothing but keys, and has to see at each of them what it would press."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self.reach(target)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def reach(self, target: Locator) -> None:
        """With the Tab key, from where the focus is; round the page if need be."""
        expect(target).to_be_visible()
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            assert self.page.evaluate(FOCUS_SHOWS), "nobody sees where the focus is"
            if target.evaluate(HAS_FOCUS):
                expect(target).to_be_in_viewport()
                return
        pytest.fail(f"the Tab key does not reach {target}")


Hands = Pointer | Keyboard
