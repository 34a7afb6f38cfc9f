"""What E44 looks for it sees on every screen and on paper, so that its silence counts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserType, Page

from tests.campaign.e44_eyes import PAPER, WIDTHS, on_paper, on_screens
from tests.injection.eyes import arguments

pytestmark = pytest.mark.browser

HEAD = '<!doctype html><html lang="en"><head><title>x</title></head><body><main><h1>x</h1>'
FAULTY = f"{HEAD}<input><p style='width:1400px'>x</p></main></body></html>"
SOUND = f"{HEAD}<p>x</p></main></body></html>"


@pytest.fixture
def blank(browser_type: BrowserType, chromium: str) -> Iterator[Page]:
    """A page of no site."""
    browser = browser_type.launch(executable_path=chromium, args=arguments())
    yield browser.new_page()
    browser.close()


def test_a_faulty_page_is_told_of_at_every_width(blank: Page) -> None:
    blank.set_content(FAULTY)

    told = [*on_screens(blank)]

    for width in WIDTHS:
        of_width = [one for one in told if one.startswith(f"{width} px")]
        assert f"{width} px: label: input" in of_width
        assert any(one.endswith("px too wide") for one in of_width)


def test_it_is_told_of_on_paper(blank: Page) -> None:
    blank.set_content(FAULTY)

    wider, *_cut_off = on_paper(blank)

    # With the margin of the page beside it.
    assert wider == f"on paper: {1400 + 8 - PAPER} px too wide"


def test_a_sound_page_is_not(blank: Page) -> None:
    blank.set_content(SOUND)

    assert [*on_screens(blank), *on_paper(blank)] == []
