"""E44: nobody is shut out of a page, in either language, by day or by night, on any screen.

Axe finds nothing on a small phone, a phone, a tablet and a desk, no page is wider than
its screen or cuts anything off there, nor on a sheet of A4. The browser tests look at
each page in one language, by day and on one phone, `test_pages_weight_and_access.py`.
"""

import atexit
from collections.abc import Iterator
from functools import cache
from itertools import product

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PATIENCE, SEED
from tests.browser.reading import CHINESE, ENGLISH, HEIGHT, visit
from tests.browser.test_pages_weight_and_access import (
    CUT_OFF,
    PAGES,
    SIDEWAYS,
    objects_of,
    path_of,
)
from tests.campaign.e43_hundred_thousand import chromium
from tests.campaign.frame import Experiment, Outcome
from tests.stack import Stack

LIGHT, DARK = "light", "dark"
WIDTHS = (320, 375, 768, 1280)
# A sheet of A4 without the margins that a browser leaves, in pixels of a style sheet.
PAPER = 717
STEPS = tuple(product((CHINESE, ENGLISH), (LIGHT, DARK)))


def step(seed: int, i: int) -> Outcome:
    """Every page in one language and one light."""
    language, light = STEPS[i]
    looks, failures = 0, []
    stack = site()
    objects = objects_of(stack)
    with chromium() as browser:
        page = open_page(browser, stack, light)
        for name in PAGES:
            visit(page, path_of(name, language, objects))
            looks += len(WIDTHS) + 1
            found = [*on_screens(page), *on_paper(page)]
            failures += [f"{name}, {language.tag}, {light}, {what}" for what in found]
    return Outcome(looks, tuple(failures))


@cache
def site() -> Stack:
    """With the fictitious register, as the browser tests have it; gone with the process.

    To start it takes about as long as a step.
    """
    stack = Stack()
    atexit.register(stack.close)
    stack.start()
    stack.manage("shell", "--verbosity=0", "--command", SEED, within=300)
    return stack


def open_page(browser: Browser, stack: Stack, light: str) -> Page:
    # Axe is a script that the pages themselves do not allow.
    context = browser.new_context(base_url=stack.web_url, bypass_csp=True)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.emulate_media(color_scheme="dark" if light == DARK else "light")
    return page


def on_screens(page: Page) -> Iterator[str]:
    page.emulate_media(media="screen")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        yield from fitting(page, f"{width} px")
        for violation in Axe().run(page).response["violations"]:
            places = [" ".join(map(str, node["target"])) for node in violation["nodes"]]
            yield f"{width} px: {violation['id']}: {'; '.join(places)}"


def on_paper(page: Page) -> Iterator[str]:
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": HEIGHT})
    yield from fitting(page, "on paper")


def fitting(page: Page, where: str) -> Iterator[str]:
    if (wider := page.evaluate(SIDEWAYS)) > 0:
        yield f"{where}: {wider} px too wide"
    yield from (f"{where}: cut off: {what}" for what in page.evaluate(CUT_OFF))


COVERS = ("templates", "static/css", "portal/views")
EXPERIMENT = Experiment(
    "E44",
    "EYES",
    seed=20260316,
    # The browser tests are the slice of it: they have a site already.
    steps={"full": len(STEPS), "ci": 0},
    step=step,
    covers=COVERS,
)
