"""Where the public could see a listing of an organisation: every such place, in one list.

Whoever adds an address that is public and is read adds it here, as a surface that tells
of listings or, with the reason, among those that do not; a test asks for one of the two.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import NamedTuple
from urllib.parse import quote

from playwright.sync_api import APIRequestContext

from tests.access_world import table
from tests.browser.reading import CHINESE, ENGLISH, Language


@dataclass(frozen=True, slots=True)
class Sought:
    """One listing, and by what its party is looked for. `n` are on display on its list."""

    party: str
    pinyin: str
    uscc: str
    public_id: str
    region: str
    section: str
    list_code: str
    list_name: str
    authority: str
    case: str
    decision: str
    leaf: int
    n: int

    def filled(self, text: str) -> str:
        return text.format(**asdict(self), before=self.leaf - 1)

    def address(self, path: str) -> str:
        """The path with everything quoted that stands in it."""
        quoted = {name: quote(f"{value}") for name, value in asdict(self).items()}
        return path.format(**quoted, before=self.leaf - 1)


Shows = Callable[[str, Sought], bool]


def says(words: str) -> Shows:
    """Whether the words stand there, filled in."""
    return lambda text, sought: sought.filled(words) in text


def holds_line(words: str) -> Shows:
    return lambda text, sought: sought.filled(words) in text.splitlines()


def is_still_told(text: str, sought: Sought) -> bool:
    """Of the feed: that the listing began, and nothing of its end."""
    told = [one for one in json.loads(text)["changes"] if one.get("case") == sought.case]
    kinds = [one["t"] for one in told]
    return "list" in kinds and "end" not in kinds


class Surface(NamedTuple):
    """`shows` of what it answers while the listing is on display, and of nothing later.

    `after` is the status it answers with when the listing has ended.
    """

    address: str
    path: str
    shows: Shows
    after: int = 200
    languages: tuple[Language, ...] = (CHINESE, ENGLISH)


ONCE = (CHINESE,)
OF_CASE, OF_PARTY = says("/listings/{case}/"), says("/entities/{public_id}/")
NUMBERED, MARKED = says("{decision}"), says('<ul class="marks')
LIST = "lists/<code>/"

SURFACES = (
    Surface("", "", OF_CASE),
    Surface("search/", "search/?q={party}&listed=1", OF_PARTY),
    Surface("search/", "search/?q={pinyin}&listed=1&region={region}", OF_PARTY),
    Surface("search/", "search/?q={uscc}", MARKED),
    Surface("entities/<public_id>/", "entities/{public_id}/", OF_CASE),
    Surface("entities/<public_id>/<key>/", "entities/{public_id}/{section}/", OF_CASE),
    Surface(LIST, "lists/{list_code}/", OF_CASE),
    Surface(LIST, "lists/{list_code}/?q={party}", OF_CASE),
    Surface(LIST, "lists/{list_code}/?q={uscc}", OF_CASE),
    Surface(LIST, "lists/{list_code}/?q={uscc}&authority={authority}", OF_CASE),
    Surface(LIST, "lists/{list_code}/?q={uscc}&sort=ending", OF_CASE),
    # Once, because only so many files are handed out in an hour.
    Surface(LIST, "lists/{list_code}/?format=csv", OF_CASE, languages=ONCE),
    Surface("listings/<case>/", "listings/{case}/", NUMBERED, after=404),
    Surface("repair/apply/<case>/", "repair/apply/{case}/", NUMBERED, after=404),
    Surface("objections/<case>/", "objections/{case}/", NUMBERED, after=404),
    Surface("ledger/leaf/<leaf>/", "ledger/leaf/{leaf}/", says("{decision}")),
    Surface(
        "ledger/receipts/<case>",
        "ledger/receipts/{case}",
        says('"index": {leaf},'),
        after=404,
        languages=ONCE,
    ),
    Surface("ledger/<name>", "ledger/active", holds_line("{leaf}"), languages=ONCE),
    Surface(
        "api/v1/changes",
        "api/v1/changes?after={before}",
        is_still_told,
        languages=ONCE,
    ),
    Surface(
        "statistics/<name>.csv",
        "statistics/lists.csv",
        holds_line("{list_name},{n}"),
        languages=ONCE,
    ),
)
# Of the rest none tells of a listing of an organisation, or only what says so itself.
OTHERS = {
    "api/": "no address",
    "api/v1/docs": "about the interface",
    "api/v1/schema": "about the interface",
    "articles/": "written by editors; a case leaves them in tests/portal/test_articles.py",
    "articles/<pk>/": "written by editors",
    "articles/feed.atom": "written by editors",
    "candidates/<case>/": "who may be listed, before anything is",
    "components/": "nothing real",
    "healthz/live": "for machines of the operator",
    "healthz/ready": "for machines of the operator",
    "healthz/trust": "for machines of the operator",
    "help/": "texts of ours",
    "help/<slug>/": "texts of ours",
    "help/glossary/": "texts of ours",
    "ledger/": "that something was published and has ended stays, and names nobody",
    "ledger/verify.py": "a program",
    "ledger/verify_letter.py": "a program",
    "lists/": "the figures of the file of statistics",
    "lists/<code>/candidates/": "who may be listed, before anything is",
    "objections/": "what an objection is",
    "objections/receipt/": "of one browser",
    "persons/check/": "of natural persons, in tests/portal/test_person_check.py",
    "repair/": "what a repair is",
    "repair/apply/<draft>/<step>/": "of one browser",
    "repair/candidates/<case>/": "of a candidate",
    "repair/candidates/receipt/": "of one browser",
    "repair/receipt/": "of one browser",
    "repair/track/": "a form; what it opens has a number and a secret",
    "robots.txt": "for programs",
    "search/suggest/": "names of the register, listed or not",
    "statistics/": "the figures of the files of statistics",
    "verify/": "a form",
    "verify/<number>": "whether a letter is ours, without any name",
}
# With an address of each, which says so.
NOT_READ = {
    "persons/receipt/": "persons/receipt/",
    "repair/apply/<draft>/drop/": "repair/apply/00000000-0000-0000-0000-000000000001/drop/",
    "repair/track/complete/": "repair/track/complete/",
    "repair/track/paper/": "repair/track/paper/",
    "repair/track/receipt/": "repair/track/receipt/",
    "repair/track/review/": "repair/track/review/",
    "repair/track/withdraw/": "repair/track/withdraw/",
}


def public() -> set[str]:
    """Every address of the resolver that needs no account."""
    return {one for one in table.patterns() if not one.startswith("admin/")}


class Seen(NamedTuple):
    """How one surface answered in one language; `names_it` by the decision's number."""

    url: str
    status: int
    after: int
    shows: bool
    names_it: bool


def walk(request: APIRequestContext, sought: Sought) -> Iterator[Seen]:
    """Every surface as the server answers now: nothing that a browser has kept."""
    for surface in SURFACES:
        for language in surface.languages:
            url = f"{language.home}{sought.address(surface.path)}"
            answer = request.get(url)
            text = answer.text()
            answer.dispose()
            shows, names_it = surface.shows(text, sought), sought.decision in text
            yield Seen(url, answer.status, surface.after, shows, names_it)


def hidden(request: APIRequestContext, sought: Sought) -> list[Seen]:
    """Surfaces that do not show what is on display."""
    return [one for one in walk(request, sought) if one.status != 200 or not one.shows]


def left(request: APIRequestContext, sought: Sought) -> list[Seen]:
    """Surfaces that show what has ended, or answer otherwise than they should."""
    return [
        one
        for one in walk(request, sought)
        if one.status != one.after or one.shows or one.names_it
    ]
