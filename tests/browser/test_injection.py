"""Whoever looks for a text that became a program sees it, so that its silence counts: E25.

A page of its own on loopback repeats what it is given, escaped or not, with the policy of
the portal or with none.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from threading import Event, Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType

from tests.injection import payloads
from tests.injection.eyes import Eye, arguments, eye_of

pytestmark = pytest.mark.browser

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'"
PAGE = '<!doctype html><title>x</title><p id="a">{}</p><input value="{}">'
N = 7
# Seconds that a browser may take to send what it was given.
LONGEST = 20


class Echo(ThreadingHTTPServer):
    """Says `body` whatever is asked for, and remembers what only a payload asks for."""

    body, policy = "", ""
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.hits: list[str] = []
        self.was_hit = Event()

    def handle_error(self, *given: Any) -> None:
        """A browser that went on before it had all of a page is no fault."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(*given)


class Handler(BaseHTTPRequestHandler):
    server: Echo

    def do_GET(self) -> None:
        if self.path.startswith("/hit/"):
            self.server.hits.append(self.path)
            self.server.was_hit.set()
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if self.server.policy:
            self.send_header("Content-Security-Policy", self.server.policy)
        self.end_headers()
        self.wfile.write(self.server.body.encode())

    def do_POST(self) -> None:
        """As a beacon is sent."""
        self.do_GET()

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def echo() -> Iterator[Echo]:
    with Echo() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def loopback(browser_type: BrowserType, chromium: str) -> Iterator[Browser]:
    """A browser that asks nobody else, as the experiment's does."""
    browser = browser_type.launch(executable_path=chromium, args=arguments())
    yield browser
    browser.close()


@contextmanager
def looking(browser: Browser) -> Iterator[Eye]:
    context = browser.new_context()
    yield eye_of(context)
    context.close()


def found(echo: Echo, eye: Eye, text: str, policy: str = "") -> list[str]:
    echo.body, echo.policy = PAGE.format(text, text), policy
    echo.hits.clear()
    echo.was_hit.clear()
    faults, _links = eye.open(f"http://127.0.0.1:{echo.server_port}/")
    return faults + echo.hits


def made(pattern: str, n: int = N) -> str:
    return payloads.filled(Random(N), n, pattern)


def not_seen(browser: Browser, echo: Echo, patterns: Sequence[str]) -> list[str]:
    """Each under a number and in a context of its own: nothing late of another counts."""
    missed = []
    for n, pattern in enumerate(patterns, 100):
        with looking(browser) as eye:
            told = found(echo, eye, made(pattern, n))
        others = [one for one in told if one.startswith("/hit/") and f"{n}" not in one]
        if len(told) == len(others):
            missed.append(pattern)
    return missed


def test_every_kind_of_markup_is_seen(loopback: Browser, echo: Echo) -> None:
    missed = not_seen(loopback, echo, payloads.MARKUP)

    # For any browser there is, these are comments up to their first bracket.
    assert missed == [
        text for text in payloads.MARKUP if text.startswith(("<!--[", "<![C"))
    ]


def test_so_is_what_gets_out_of_an_attribute(loopback: Browser, echo: Echo) -> None:
    texts = [text.replace("'", '"') for text in payloads.ATTRIBUTES]

    assert not_seen(loopback, echo, texts) == []


@pytest.mark.parametrize("call", payloads.CALLS)
def test_every_way_to_call_is_noticed_when_it_is_run(
    call: str, loopback: Browser, echo: Echo
) -> None:
    text = f"<script src='data:,{call.replace('N', f'{N}')}'></script>"

    with looking(loopback) as eye:
        told = more_than_its_source(found(echo, eye, text))
        # A beacon leaves when the browser has time for it.
        if not told:
            echo.was_hit.wait(LONGEST)
        told += [*eye.drain(), *echo.hits]

    assert more_than_its_source(told)


def more_than_its_source(told: list[str]) -> list[str]:
    """Without the address that the script itself came from."""
    return [one for one in told if not one.startswith("src=data:")]


def test_what_the_policy_stops_is_seen_all_the_same(loopback: Browser, echo: Echo) -> None:
    with looking(loopback) as eye:
        told = found(echo, eye, "<script>__hit(7)</script>", POLICY)

    assert [one for one in told if one.startswith("refused")]
    assert not [one for one in told if one.startswith("it was run")]


def test_a_text_that_stays_one_is_none(loopback: Browser, echo: Echo) -> None:
    texts = (*payloads.MARKUP, *payloads.ATTRIBUTES, *payloads.LINKS, *payloads.SCRIPTS)
    with looking(loopback) as eye:
        seen = {text: found(echo, eye, escape(made(text)), POLICY) for text in texts}

    assert {text: told for text, told in seen.items() if told} == {}
