"""From the home pages along every link: none leads nowhere, and no page lies apart.

Of addresses of one shape (language, address of the resolver, names of what is asked and
place on the page) the first few are opened and all of their links followed.
"""

import math
import urllib.error
import urllib.request
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, unquote, urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve
from django.utils import translation

from tests.access_world import table
from tests.browser import surfaces
from tests.browser.reading import CHINESE, ENGLISH, Language
from tests.stack import Stack

# It needs no browser, only the register that is made for them.
pytestmark = [pytest.mark.browser, pytest.mark.stack]

OF_ONE_SHAPE = 6
# Of lists every one: each has a rule of its own.
UNBOUNDED = "lists/<code>/"
HTML = "text/html"
PROGRAM, OF_ONE_BROWSER = "for programs", "the answer to a form, of one browser"
# Linked where there is more than a page shows, as nowhere in the demo: the place on a page
# that goes on there.
GOES_ON = {
    "entities/<public_id>/": ("permits", "permits/"),
    "lists/<code>/": ("candidates", "candidates/"),
}
# What no link needs to lead to, and why.
WITHOUT_A_LINK = {
    "api/": "no address",
    "api/v1/changes": PROGRAM,
    "components/": "for whoever makes pages",
    "healthz/live": PROGRAM,
    "healthz/ready": PROGRAM,
    "healthz/trust": PROGRAM,
    "objections/receipt/": OF_ONE_BROWSER,
    "repair/apply/<draft>/<step>/": OF_ONE_BROWSER,
    "repair/candidates/receipt/": OF_ONE_BROWSER,
    "repair/receipt/": OF_ONE_BROWSER,
    "robots.txt": PROGRAM,
    "search/suggest/": "asked while somebody types",
    "verify/<number>": "printed on letters",
    **dict.fromkeys(surfaces.NOT_READ, "not read"),
}


class Reader(HTMLParser):
    """Of one page: its head, its places and where it leads."""

    def __init__(self) -> None:
        super().__init__()
        self.lang, self.canonical, self.title = "", "", ""
        self.n_headings = 0
        self.places: set[str] = set()
        self.links: list[str] = []
        self.is_in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.is_in_title = tag == "title"
        self.n_headings += tag == "h1"
        if "id" in given:
            self.places.add(given["id"])
        if tag == "html":
            self.lang = given.get("lang", "")
        if given.get("rel") == "canonical":
            self.canonical = given["href"]
        if tag == "form" and given.get("method") == "get":
            self.links.append(given.get("action", ""))
        self.links += [given[name] for name in ("href", "src") if name in given]

    def handle_data(self, data: str) -> None:
        if self.is_in_title:
            self.title += data.strip()

    def handle_endtag(self, tag: str) -> None:
        self.is_in_title = False


class Shape(NamedTuple):
    """What addresses have in common that are answered alike."""

    language: str
    address: str
    asked: frozenset[str]
    place: str


@dataclass
class Crawl:
    """What was found on the way, each with the page that led there."""

    site: str
    came_from: dict[str, str] = field(default_factory=dict)
    shapes: Counter[Shape] = field(default_factory=Counter)
    places: list[tuple[str, str]] = field(default_factory=list)
    # By what was asked for; the pages by where it was answered.
    statuses: dict[str, int] = field(default_factory=dict)
    pages: dict[str, Reader] = field(default_factory=dict)
    waiting: deque[str] = field(default_factory=deque)

    def walk(self) -> "Crawl":
        for language in (CHINESE, ENGLISH):
            self.follow(language.home, self.site)
        while self.waiting:
            self.open(self.waiting.popleft())
        return self

    def follow(self, link: str, page: str) -> None:
        """Wait for its turn, unless it leads away or enough of its shape were opened."""
        url, _, place = urljoin(page, link).partition("#")
        if not url.startswith(f"{self.site}/"):
            return
        self.places += [(url, place)] if place else []
        shape = shape_of(urlsplit(url), place)
        if url not in self.came_from and self.shapes[shape] < most_of(shape):
            self.shapes[shape] += 1
            self.came_from[url] = page
            self.waiting.append(url)

    def open(self, url: str) -> None:
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                self.statuses[url] = answer.status
                if answer.headers.get_content_type() == HTML:
                    self.read(url, answer.url, answer.read().decode())
        except urllib.error.HTTPError as refusal:
            with refusal:
                self.statuses[url] = refusal.code

    def read(self, url: str, answered_at: str, text: str) -> None:
        page = Reader()
        page.feed(text)
        self.pages[url] = self.pages[answered_at] = page
        place, rest = GOES_ON.get(address_of(urlsplit(answered_at).path), ("", ""))
        for link in [*page.links, *([rest] if place in page.places else [])]:
            self.follow(link, answered_at)

    @property
    def reached(self) -> set[str]:
        """The addresses of the resolver from which an answer came."""
        good = (url for url, status in self.statuses.items() if status < 400)
        return {address_of(urlsplit(url).path) for url in good}


def shape_of(url: SplitResult, place: str) -> Shape:
    asked = frozenset(name for name, _value in parse_qsl(url.query))
    address = url.path if is_static(url.path) else address_of(url.path)
    return Shape(language_of(url.path).tag, address, asked, place)


def most_of(shape: Shape) -> float:
    is_whole = shape.address == UNBOUNDED and not shape.asked
    return math.inf if is_whole else OF_ONE_SHAPE


def language_of(path: str) -> Language:
    return ENGLISH if path.startswith(ENGLISH.home) else CHINESE


def is_static(path: str) -> bool:
    return path.startswith("/static/")


def address_of(path: str) -> str:
    """As the resolver has it; the path itself where it has none."""
    inner = unquote(path).removeprefix("/en")
    try:
        with translation.override("zh-hans"):
            return table.spelt(resolve(inner).route)
    except Resolver404:
        return path


@pytest.fixture(scope="module")
def crawl(register: Stack) -> Crawl:
    return Crawl(register.web_url).walk()


def flaws(url: str, page: Reader) -> Iterator[str]:
    """What the head of a page lacks."""
    path = urlsplit(url).path
    if not page.title.strip(" -"):
        yield "no title"
    if page.n_headings != 1:
        yield f"{page.n_headings} headings of the first level"
    if page.lang != language_of(path).tag:
        yield f"language {page.lang}"
    if page.canonical != url.partition("?")[0]:
        yield f"canonical {page.canonical}"


def test_what_a_page_lacks_is_seen() -> None:
    page = Reader()
    page.feed("<html lang=en><title> - </title><h1>one</h1><h1>two</h1>")

    assert list(flaws("http://site/lists/?q=x", page)) == [
        "no title",
        "2 headings of the first level",
        "language en",
        "canonical ",
    ]


def test_every_link_is_answered(crawl: Crawl) -> None:
    broken = {
        url: (status, crawl.came_from[url])
        for url, status in crawl.statuses.items()
        if status >= 400
    }

    assert broken == {}


def test_every_page_has_title_heading_language_and_canonical(crawl: Crawl) -> None:
    found = {url: list(flaws(url, page)) for url, page in crawl.pages.items()}

    assert {url: wrong for url, wrong in found.items() if wrong} == {}


def test_every_link_to_a_place_on_a_page_finds_it(crawl: Crawl) -> None:
    lost = [
        (url, place)
        for url, place in crawl.places
        if url in crawl.pages and unquote(place) not in crawl.pages[url].places
    ]

    assert lost == []


def test_every_public_page_is_linked_or_said_not_to_be(crawl: Crawl) -> None:
    assert surfaces.public() - crawl.reached - set(WITHOUT_A_LINK) == set()
    assert set(WITHOUT_A_LINK) <= surfaces.public()
