"""Pictures of every page, to be looked at: `python -m tests.browser.screens URL FOLDER`."""

import os
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.servers import find_chromium

WIDTHS = (375, 1280)
PAGES = {
    "home": "",
    "results": "search/?q=澄川",
    "former": "search/?q=云澜市澄川机电厂",
    "narrowed": "search/?q=有限&region=990100&kind=enterprise&listed=1",
    "narrowed-to-nobody": "search/?q=澄川&kind=social_organisation",
    "condition-unknown": "search/?q=澄川&region=x",
    "advice": "search/?q=91990102MA00000010",
    "pinyin": "search/?q=chengchuan",
    "nothing": "search/?q=王小明",
    "error": "search/?q=x",
    "no-question": "search/",
    "missing": "entities/",
    "listing-absent": f"listings/{'0' * 32}/",
    "article-gone": "articles/5/",
    "components": "components/",
}


def main(url: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=[*sandbox, "--disable-gpu"]
        )
        for width in WIDTHS:
            for language, prefix in (("zh", "/"), ("en", "/en/")):
                shoot(browser, f"{url}{prefix}", folder, f"{width}-{language}", width)
        browser.close()


def shoot(browser: Browser, start: str, folder: Path, suffix: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    for name, path in PAGES.items():
        page.goto(f"{start}{path}")
        page.screenshot(path=folder / f"{name}-{suffix}.png", full_page=True)
    page.goto(f"{start}search/?q=澄川机电")
    page.locator(".result a").first.click()
    page.screenshot(path=folder / f"entity-{suffix}.png", full_page=True)
    suggest(page, start)
    page.screenshot(path=folder / f"suggestions-{suffix}.png")
    page.emulate_media(color_scheme="dark")
    page.goto(start)
    page.screenshot(path=folder / f"dark-{suffix}.png")
    page.close()


def suggest(page: Page, start: str) -> None:
    """Some letters typed, the second suggestion chosen."""
    page.goto(start)
    page.locator("#q").fill("澄川")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), Path(sys.argv[2]))
