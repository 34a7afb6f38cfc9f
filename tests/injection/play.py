"""Deals payloads to everything that takes a text, and opens every page after each batch.

Run in a process of its own, with the settings in the environment. What a batch writes is
undone after it, so that every form is there again.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from random import Random
from typing import NamedTuple
from urllib.parse import urlsplit

import time_machine
from django.core.cache import cache
from django.urls import translate_url
from playwright.sync_api import Browser, BrowserContext

from portal.articles import actions as editing
from portal.models import Article
from registry.models import Entity, Role
from tests.access_world import place, rows
from tests.access_world.fields import always
from tests.access_world.world import World, make_world
from tests.database import shared
from tests.factories import AT, make_user
from tests.injection import fields, files
from tests.injection.asking import APPLICANT, Answer, Person
from tests.injection.eyes import HEIGHT, WIDTH, Eye, chromium, eye_of
from tests.injection.fields import Cell, Field, name_of
from tests.injection.map import WHO, Map
from tests.injection.payloads import BATCH, ROUND, Payload, payload
from tests.injection.site import WHO as WHO_HEADER
from tests.injection.site import Site

LANGUAGES = ("zh-hans", "en")
# Of the pages that were not there before, so many of a kind are opened by one person.
FEW = 3
# What somebody typed at a desk is kept for them, sealed, until it is right.
KEPT = ("registry_keptdraft", "vault_case_key")
# A link that a payload made of an address leads nowhere.
NOWHERE = ("", "admin/<url>")


class Batches(NamedTuple):
    """Batches from `first` to before `until`; all pages, or one of each kind."""

    seed: int
    first: int
    until: int
    is_small: bool


def main(seed: int, first: int, until: int, *, is_small: bool) -> None:
    # Before anything else: a connection made while its loop does not run is another one.
    with chromium() as browser, time_machine.travel(AT, tick=False):
        place.prepare()
        with shared():
            world = make_world()
            files.make_lists()
            game = Game(world, browser, Batches(seed, first, until, is_small))
            failures = [*game.all()]
    sys.stdout.write(json.dumps(game.told() | {"failures": failures}))


class Game:
    def __init__(self, world: World, browser: Browser, which: Batches) -> None:
        self.world, self.browser, self.which = world, browser, which
        self.people = {name: Person(name, world) for name in (*WHO, APPLICANT)}
        self.map = Map(world, self.people)
        self.map.explore()
        cells = {cell.key: cell for cell in fields.cells()}
        self.places: dict[str, Field | Cell] = {**self.map.fields, **cells}
        # By where: how many payloads went there.
        self.seen = Counter(dict.fromkeys(self.places, 0))
        self.n_pages = self.n_refused = 0
        self.watch = rows.Watch()

    def all(self) -> Iterator[str]:
        missing = fields.unreached(self.map.offered)
        yield from (f"no page offers {one}" for one in sorted(missing))
        site = Site({name: person.session for name, person in self.people.items()})
        with site.serving():
            for n in range(self.which.first, self.which.until):
                with place.undone():
                    yield from Batch(self, site, n).all()

    def pages(self) -> list[tuple[str, str]]:
        """All that there were before, or the first of each kind."""
        if not self.which.is_small:
            return [*self.map.pages]
        kinds = {
            (who, name_of(path)): (who, path) for who, path in reversed(self.map.pages)
        }
        return [*reversed(kinds.values())]

    def told(self) -> dict[str, object]:
        return {
            "n": BATCH * (self.which.until - self.which.first),
            "n_sent": self.seen.total(),
            "n_places": len(self.places),
            "n_refused": self.n_refused,
            "n_pages": self.n_pages,
            "seen": self.seen,
        }


class Batch:
    """One batch of payloads: dealt, and then every page opened."""

    def __init__(self, game: Game, site: Site, n: int) -> None:
        self.game, self.site, self.n = game, site, n
        # Of the pages that are new, by person and kind: how many were opened.
        self.new = Counter[tuple[str, str]]()
        self.few = 1 if game.which.is_small else FEW

    def all(self) -> Iterator[str]:
        last = Entity.objects.order_by("pk").values_list("pk", flat=True).last()
        with self.site.turn:
            kept = [*self.deal()]
            yield from (fault for _who, _path, fault in kept if fault)
        new = [("anonymous", path) for path in shown_since(last or 0)]
        answers = [(who, path) for who, path, fault in kept if not fault]
        yield from self.look([*self.game.pages(), *answers, *new])

    # --- Dealt ----------------------------------------------------------------------------

    def dealt(self) -> list[tuple[Field | Cell, Payload]]:
        """Every place comes up once in a round; the payloads go round and round."""
        seed, places = self.game.which.seed, [*self.game.places.values()]
        Random(f"{seed} {self.n // ROUND}").shuffle(places)
        mine = places[self.n % ROUND :: ROUND]
        n_each = max(BATCH, len(mine))
        made = [payload(seed, self.n * BATCH + k) for k in range(BATCH)]
        return [(mine[k % len(mine)], made[k % BATCH]) for k in range(n_each)]

    def deal(self) -> Iterator[tuple[str, str, str]]:
        """Whose browser opens which answer, or what went wrong instead."""
        self.game.watch.learn()
        cells = []
        for target, one in self.dealt():
            self.game.seen[target.key] += 1
            if isinstance(target, Cell):
                cells.append((target, one))
                continue
            yield from self.send(target, one)
        authority = self.game.world.home.authority
        for _refused in files.bring_in(cells, authority, self.n):
            self.game.n_refused += 1
        publish()

    def send(self, target: Field, one: Payload) -> Iterator[tuple[str, str, str]]:
        watch = self.game.watch
        with watch.looking():
            answer = target.send(self.game.people[target.who], one)
        cache.clear()
        what = f"batch {self.n}, {target.key} = {one.text!r}"
        if answer.status >= 500:
            yield target.who, "", f"{what}: {answer.status}"
        kinds = {kind for kind, _key in watch.changes() if not always(kind)}
        changes = [kind for kind in kinds if not kind.lstrip("+-").startswith(KEPT)]
        for alias, table in rows.tables():
            if table in watch.written:
                watch.before[table] = rows.read(alias, table)
        if answer.is_refusal:
            self.game.n_refused += 1
            yield from self.left(target, answer, changes, what)
        # What says nothing of it can do nothing with it.
        if one.mark in answer.text:
            yield target.who, self.site.keep(answer), ""

    def left(
        self, target: Field, answer: Answer, changes: list[str], what: str
    ) -> Iterator[tuple[str, str, str]]:
        """What was refused has written nothing."""
        is_told = "errorlist" in answer.text or 'role="alert"' in answer.text
        if changes and (answer.status >= 400 or is_told):
            yield target.who, "", f"{what}: refused, and yet {', '.join(changes)}"

    # --- Opened ---------------------------------------------------------------------------

    def look(self, pages: list[tuple[str, str]]) -> Iterator[str]:
        """Each page, and whatever it leads to that was not there before."""
        waiting, known = pages, {path for _who, path in pages}
        with ExitStack() as stack:
            eyes: dict[str, Eye] = {}
            while waiting:
                who, path = waiting.pop(0)
                if who not in eyes:
                    eyes[who] = eye_of(stack.enter_context(self.context(who)))
                faults, links = eyes[who].open(self.url(path))
                self.game.n_pages += 1
                faults += [*self.site.hits, *self.site.broken]
                self.site.hits.clear()
                self.site.broken.clear()
                yield from (f"batch {self.n}, {path} by {who}: {one}" for one in faults)
                found = [link for link in links if self.is_new(who, link, known)]
                waiting += [(who, path_of_link(link)) for link in found]

    def is_new(self, who: str, link: str, known: set[str]) -> bool:
        path = path_of_link(link)
        kind = who, name_of(path)
        is_known = path in known or path in self.game.map.known
        if is_known or not link.startswith(self.site.url) or kind[1] in NOWHERE:
            return False
        known.add(path)
        self.new[kind] += 1
        return self.new[kind] <= self.few

    def context(self, who: str) -> BrowserContext:
        return self.game.browser.new_context(
            base_url=self.site.url,
            viewport={"width": WIDTH, "height": HEIGHT},
            extra_http_headers={WHO_HEADER: who},
        )

    def url(self, path: str) -> str:
        """In one language, and in the other one in the next batch and in the next round."""
        language = LANGUAGES[(self.n + self.n // ROUND) % len(LANGUAGES)]
        return f"{self.site.url}{translate_url(path, language)}"


def path_of_link(link: str) -> str:
    """Without the language, which each batch has its own of."""
    return re.sub(r"^/en/", "/", urlsplit(link).path)


def publish() -> None:
    """What editors have written is for everybody."""
    editor = make_user("publishing-editor", None, Role.EDITOR)
    for article in Article.objects.filter(shown_from=None):
        editing.publish(article, shown_from=AT, by=editor, at=AT)


def shown_since(last: int) -> Iterator[str]:
    """The pages of new organisations, which lead to all that is shown of them."""
    for entity in Entity.objects.filter(pk__gt=last):
        yield f"/entities/{entity.public_id}/"
