"""Looks at pages in Chromium for a payload that is no text any more.

Whatever a payload does is seen: that it calls us, opens a window or a question, asks for
an address, makes an element or an attribute, or is stopped by the policy of the page.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Dialog,
    Error,
    Page,
    sync_playwright,
)

from tests.browser.conftest import FLAGS, REPORT_REFUSALS, Watch
from tests.injection.payloads import ELSEWHERE
from tests.servers import find_chromium

WIDTH, HEIGHT = 1280, 900
# Milliseconds: far more than a page takes on a machine that has much to do.
PATIENCE = 120_000
# How Chromium says that there is nothing to show: a file, or a refusal without a body.
NO_PAGE = ("Download is starting", "ERR_ABORTED")
EMPTY = "ERR_HTTP_RESPONSE_CODE_FAILURE"
# What an attribute or an element says that only a payload makes; and where a page leads.
LOOK = """
() => {
  const found = [];
  // What is no page is shown in an element of Chromium's own, which has a style.
  const isPage = document.contentType === "text/html";
  const address = new Set([
    "href", "src", "action", "formaction", "xlink:href", "data", "poster", "background"]);
  const never = new Set(["iframe", "object", "embed", "base", "frame", "applet", "style"]);
  for (const element of document.querySelectorAll("*")) {
    const tag = element.localName;
    const type = element.getAttribute("type") || "";
    if (never.has(tag)) found.push(`element <${tag}>`);
    if (tag === "script" && !element.hasAttribute("src") && !type.endsWith("json"))
      found.push("a script of its own");
    for (const {name, value} of element.attributes) {
      const plain = value.replace(/[\\u0000-\\u0020]/g, "").toLowerCase();
      const says = `${name}=${value.slice(0, 80)} at <${tag}>`;
      if (/^on/.test(name) || /zq\\d+zq/.test(name)) found.push(says);
      if (name === "srcdoc" || (name === "style" && isPage)) found.push(says);
      if (address.has(name) && /^(javascript|data|vbscript):/.test(plain)) found.push(says);
      if (tag === "meta" && /zq\\d+zq|javascript:|\\/hit\\//.test(plain)) {
        if (element.httpEquiv) found.push(says);
      }
    }
  }
  const links = [...document.querySelectorAll("a[href]")].map(link => link.href);
  return {found, links};
}
"""


@dataclass
class Eye:
    """One page of one person, and what came up while it showed what it showed."""

    page: Page
    watch: Watch
    seen: list[str] = field(default_factory=list)

    def open(self, url: str) -> tuple[list[str], list[str]]:
        """What is wrong with the page, and where it leads."""
        try:
            self.page.goto(url)
        except Error as refused:
            if EMPTY in f"{refused}":
                return [*self.drain()], []
            if not any(map(f"{refused}".count, NO_PAGE)):
                self.seen.append(f"not opened: {refused}")
        try:
            told = self.page.evaluate(LOOK)
        except Error as gone:
            told = {"found": [f"it went away: {gone}"], "links": []}
        return [*told["found"], *self.drain()], told["links"]

    def drain(self) -> Iterator[str]:
        """What was noticed since the last time."""
        yield from self.seen
        yield from (f"refused: {text}" for text in self.watch.refusals)
        yield from (f"asked for {url}" for url in self.watch.strangers)
        yield from (f"script: {text}" for text in self.watch.page_errors)
        self.seen.clear()
        for noted in (self.watch.requests, self.watch.console_errors):
            noted.clear()
        self.watch.page_errors.clear()

    # --- What only a payload does ---------------------------------------------------------

    def call(self, *arguments: object) -> None:
        self.seen.append(f"it was run: {arguments}")

    def ask(self, dialog: Dialog) -> None:
        self.seen.append(f"it asked: {dialog.message}")
        dialog.dismiss()

    def window(self, opened: Page) -> None:
        self.seen.append(f"it opened a window: {opened.url}")
        opened.close()


def arguments() -> list[str]:
    """As the browser tests start it; nobody is asked where nobody lives."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return [*sandbox, *FLAGS, f"--host-resolver-rules=MAP {ELSEWHERE} ~NOTFOUND"]


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=arguments()
        )
        yield browser
        browser.close()


def eye_of(context: BrowserContext) -> Eye:
    # Not all that a watch can look for: each event of each request takes its time.
    watch = Watch()
    context.add_init_script(REPORT_REFUSALS)
    context.on("request", watch.note_request)
    context.on("console", watch.note_console)
    context.on("weberror", watch.note_page_error)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    eye = Eye(page, watch)
    context.expose_function("__hit", eye.call)
    page.on("dialog", eye.ask)
    context.on("page", eye.window)
    return eye
