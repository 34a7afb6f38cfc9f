"""Real Chromium against the real portal, filled with the fictitious register.

A page here may call nobody but the portal, break no rule of its own security
policy and meet no error of the server; every context is watched for that.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Download,
    Page,
    Request,
    Response,
    WebError,
    expect,
)

from tests.browser import reading
from tests.browser.reading import HEIGHT, WIDTHS
from tests.network import is_loopback
from tests.stack import Stack

NewContext = Callable[..., BrowserContext]

# Nothing of the browser's own business, and nothing that needs a screen.
FLAGS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
# Milliseconds; every page here takes a fraction of it.
PATIENCE = 10_000
expect.set_options(timeout=PATIENCE)
# Without marking the database as demo: it stays a test, with its components page.
SEED = """
from django.conf import settings
from portal.demo import accounts
from portal.demo.articles import write_articles
from portal.demo.cases.seed import seed_cases
from portal.demo.seed import seed
from registry import clock
seed(at=clock.now())
accounts.write(accounts.keep(settings.DATA_DIR / "accounts.json"), at=clock.now())
seed_cases(at=clock.now(), receipt=settings.DATA_DIR / "receipt.json")
write_articles(clock.now())
"""
REFUSED = "refused by policy:"
REPORT_REFUSALS = f"""
document.addEventListener("securitypolicyviolation", event =>
  console.error("{REFUSED}", event.violatedDirective, event.blockedURI));
"""
ABORTED = "net::ERR_ABORTED"
# How Chromium says it without our listener.
CHROMIUM_REFUSES = "Content Security Policy"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Last: once Playwright's loop runs in this thread, Django refuses its ORM there."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    given = browser_type_launch_args
    return given | {"args": [*given.get("args", ()), *FLAGS]}


@pytest.fixture(scope="session")
def register(stack: Stack) -> Stack:
    """The stack with the fictitious register in its database."""
    stack.manage("shell", "--verbosity=0", "--command", SEED, within=300)
    return stack


@pytest.fixture(scope="session")
def base_url(register: Stack) -> str:
    return register.web_url


# --- What the browser met ---------------------------------------------------------------


@dataclass
class Watch:
    """Everything the browser asked for and everything it complained about."""

    requests: list[Request] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    downloads: list[str] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)
    page_errors: list[str] = field(default_factory=list)

    def follow(self, context: BrowserContext) -> None:
        context.add_init_script(REPORT_REFUSALS)
        context.on("request", self.note_request)
        context.on("response", self.note_response)
        context.on("requestfailed", self.note_failure)
        context.on("page", lambda page: page.on("download", self.note_download))
        context.on("console", self.note_console)
        context.on("weberror", self.note_page_error)

    def note_request(self, request: Request) -> None:
        self.requests.append(request)

    def note_response(self, response: Response) -> None:
        self.responses.append(response)

    def note_failure(self, request: Request) -> None:
        # The browser gave up a picture itself because the test went on to another page.
        if is_part(request) and request.failure == ABORTED:
            return
        self.failed.append((request.url, request.failure or ""))

    def note_download(self, download: Download) -> None:
        self.downloads.append(download.url)

    @property
    def failures(self) -> list[str]:
        """What got no answer; a page that became a file is one that was given up."""
        files = {(url, ABORTED) for url in self.downloads}
        return [f"{url}: {why}" for url, why in self.failed if (url, why) not in files]

    def note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.console_errors.append(message.text)

    def note_page_error(self, error: WebError) -> None:
        self.page_errors.append(str(error.error))

    @property
    def pages(self) -> list[Response]:
        """Without what they consist of, in the order they came."""
        return [one for one in self.responses if not is_part(one.request)]

    @property
    def refusals(self) -> list[str]:
        marks = (REFUSED, CHROMIUM_REFUSES)
        return [text for text in self.console_errors if any(map(text.count, marks))]

    @property
    def strangers(self) -> list[str]:
        urls = [request.url for request in self.requests]
        return [url for url in urls if not is_loopback(urlsplit(url).hostname)]

    @property
    def broken(self) -> list[str]:
        """Errors of the server; and any at all of what a page consists of."""
        return [
            f"{response.status} {response.url}"
            for response in self.responses
            if response.status >= (400 if is_part(response.request) else 500)
        ]

    def check(self) -> None:
        assert not self.refusals, "the security policy was broken"
        assert not self.strangers, "a third party was asked"
        assert not self.broken, "the server failed"
        assert not self.failures, "a request got no answer"
        assert not self.page_errors, "a script failed"


def is_part(request: Request) -> bool:
    """A style sheet or picture; the page itself may be a 404 on purpose."""
    return not request.is_navigation_request()


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    yield watch
    watch.check()


@pytest.fixture
def new_context(new_context: NewContext, watch: Watch) -> NewContext:
    """As the plug-in's, with somebody watching; `page` is made by it too."""

    def watched(**options: Any) -> BrowserContext:
        context = new_context(**options)
        context.set_default_timeout(PATIENCE)
        watch.follow(context)
        return context

    return watched


@pytest.fixture
def open_at(new_context: NewContext) -> Callable[..., Any]:
    """A page of its own, `width` wide, in a context with the given options."""

    def opened(width: int, **options: Any) -> Any:
        context = new_context(viewport={"width": width, "height": HEIGHT}, **options)
        return context.new_page()

    return opened


@pytest.fixture
def sign_in(register: Stack, open_at: Callable[..., Page]) -> Callable[[str], Page]:
    """A page at a desk, of whoever has one of the demo's accounts."""
    file = register.data_dir / "accounts.json"
    accounts = {row["name"]: row for row in json.loads(file.read_text(encoding="utf-8"))}

    def signed_in(name: str) -> Page:
        page = open_at(WIDTHS[-1])
        reading.sign_in(page, accounts[name])
        return page

    return signed_in
