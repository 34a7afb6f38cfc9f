"""Where a text can go in: found from pages, addresses, columns and descriptions themselves.

Nobody lists the places. A form that gets another field, an official table that gets
another column, an address that takes another parameter gets its payloads by having it.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from operator import attrgetter
from urllib.parse import urlencode, urljoin, urlsplit

from django.db.models import Model
from django.forms import BaseForm, FileField
from django.urls import NoReverseMatch, reverse

from registry.models import ListRule
from repair import journey
from tests.access_world.cast import FORM
from tests.access_world.cells import filled, path_of
from tests.access_world.place import undone
from tests.access_world.table import Address, addresses, verdict_for
from tests.access_world.world import World
from tests.injection.asking import APPLICANT, Answer, Person
from tests.injection.controls import Control, Form, Reader, parameters
from tests.injection.fields import Field, name_of, noted

# Who is asked for each page: the first of them who may look at it, and an auditor too,
# who has filters of their own.
WHO = ("anonymous", "several", "editor", "operator", "operator_of_all", "auditor_of_all")
ANONYMOUS, STAFF, AUDITOR = WHO[0], WHO[1], WHO[-1]
# What an applicant has said before the papers.
BEGUN = {
    "who": "role=rep&name=申请人乙某&email=b@example.cn",
    "duty": "done=on&statement=已补报。",
}
# With these alone a filing is found, and the page of it comes with all of its forms.
OPENS = ("pass", "application")


class Map:
    """Every page, and every place on it, as the site is before anything is filled in."""

    def __init__(self, world: World, people: dict[str, Person]) -> None:
        self.world, self.people = world, people
        # By person, in their order; and every address that a page leads to.
        self.pages: dict[tuple[str, str], None] = {}
        self.known: set[str] = set()
        self.fields: dict[str, Field] = {}
        # By the class of a form: which of its fields some page offered.
        self.offered: dict[type, set[str]] = defaultdict(set)
        rows = [row for row in reversed(addresses()) if row.sends]
        self.sends = {self.path(row): self.body(row) for row in rows}
        self.like = {name_of(path): sends for path, sends in self.sends.items()}

    def path(self, address: Address) -> str:
        return path_of(address, self.world, self.world.home)

    def fill(self, value: str) -> str:
        return filled(value, self.world, self.world.home)

    def body(self, address: Address) -> dict[str, str]:
        return {name: self.fill(value) for name, value in address.sends}

    def add(self, made: Field) -> None:
        self.fields.setdefault(made.key, made)

    # --- Explored -------------------------------------------------------------------------

    def explore(self) -> None:
        for address in addresses():
            for who in readers(address):
                self.visit(who, self.path(address))
            self.take_sent(address)
            self.take_answer(address)
            self.take_blanks(address)
        for step, sent in BEGUN.items():
            self.people[APPLICANT].put("POST", self.step(step), sent.encode(), FORM)
        for who, path in self.further():
            self.visit(who, path)
        self.take_described()

    def step(self, name: str) -> str:
        return f"/repair/apply/{self.fill('@begun')}/{name}/"

    def further(self) -> Iterator[tuple[str, str]]:
        """The pages of all objects there are, and those one gets to by filling in."""
        for one in self.world.home.objects.values():
            if isinstance(one, Model):
                kind = f"admin:{one._meta.app_label}_{one._meta.model_name}_change"
                with suppress(NoReverseMatch):
                    yield STAFF, reverse(kind, args=[one.pk])
        for step in journey.TITLES:
            yield APPLICANT, self.step(step)
        for rule in ListRule.objects.order_by("pk"):
            yield STAFF, f"/admin/registry/listing/add/?list_code={rule.list_type_id}"

    def visit(self, who: str, path: str) -> None:
        with noted() as made:
            answer = self.people[who].put("GET", path)
        if answer.status != 200:
            return
        # One person opens it later on.
        if who != AUDITOR or not any((one, path) in self.pages for one in WHO):
            self.pages[who, path] = None
        self.read(answer, who, path, made)
        for form in filter(attrgetter("is_bound"), made):
            # What is bound though nothing was sent reads the query, shown or not.
            self.offered[type(form)] |= form.fields.keys()
            for name in form.fields:
                self.take_parameter(who, path.partition("?")[0], name)

    # --- Places ---------------------------------------------------------------------------

    def read(self, answer: Answer, who: str, path: str, made: list[BaseForm]) -> None:
        """The forms and the links of a page; and which of the forms `made` it shows."""
        if not answer.is_html:
            return
        page = Reader(answer.text)
        links = [urljoin(path, link) for link in page.links]
        self.known |= {link.partition("#")[0] for link in links}
        for asked, name in parameters(links):
            self.take_parameter(who, asked, name)
        for form in page.forms:
            self.take_form(form, who, urljoin(path, form.action or path))
        shown = {name for form in page.forms for name in form.names}
        for one in made:
            names = {name for name in one.fields if one.add_prefix(name) in shown}
            self.offered[type(one)] |= names

    def take_parameter(self, who: str, path: str, name: str) -> None:
        if path.startswith("/") and (address := name_of(path)):
            form = Form(path, "get")
            self.add(Field(f"{address} ?{name}", who, path, "get", name, form))

    def take_form(self, form: Form, who: str, target: str) -> None:
        path, query = urlsplit(target).path, urlsplit(target).query
        address = name_of(path)
        if not (path.startswith("/") and address):
            return
        sends = self.sends.get(path) or self.like.get(address) or {}
        beside = form.untouched() | sends
        mark = "?" if form.method == "get" else ""
        asked = target if query and form.method != "get" else path
        for name in form.names:
            key = f"{address} {mark}{name}"
            self.add(Field(key, who, asked, form.method, name, form, beside))

    def take_sent(self, address: Address) -> None:
        """What is sent there though no page that was read has the form of it."""
        path, sends = self.path(address), self.body(address)
        may = [who for who in WHO if verdict(address, who) in ("200", "moved")]
        for name in sends if may else ():
            key, form = f"{name_of(path)} {name}", Form(path, "post")
            self.add(Field(key, may[0], path, "post", name, form, sends))

    def take_answer(self, address: Address) -> None:
        """The forms that only come as an answer, to whoever sends half of one."""
        path, sends = self.path(address), self.body(address)
        if verdict(address, ANONYMOUS) != "200":
            return
        half = urlencode({name: sends[name] for name in OPENS if name in sends})
        with undone(), noted() as made:
            answer = self.people[ANONYMOUS].put("POST", path, half.encode(), FORM)
            self.read(answer, ANONYMOUS, path, made)
        for form in filter(attrgetter("is_bound"), made):
            self.offered[type(form)] |= form.fields.keys()
            files = [Control(name, "file", None) for name in names_of_files(form)]
            for name in form.fields:
                key, sent = f"{name_of(path)} {name}", Form(path, "post", files)
                self.add(Field(key, ANONYMOUS, path, "post", name, sent, sends))

    def take_blanks(self, address: Address) -> None:
        """Each blank of the address itself."""
        who = next(iter(readers(address)), STAFF)
        for name in address.fills:
            path = f"/{address.address}"
            for blank, value in (address.fills | {name: "\0"}).items():
                path = path.replace(f"<{blank}>", self.fill(value))
            self.add(Field(f"{address.address} at {name}", who, path, "get"))

    def take_described(self) -> None:
        """The parameters that the interface for machines says it takes."""
        person = self.people[ANONYMOUS]
        answer = person.put("GET", "/api/v1/schema", accept="application/json")
        for path, methods in json.loads(answer.body)["paths"].items():
            for parameter in methods["get"].get("parameters", ()):
                self.take_parameter(ANONYMOUS, path, parameter["name"])


def readers(address: Address) -> list[str]:
    """Who may open it: one of the staff, and the auditor."""
    may = [who for who in WHO if verdict_for(address.group, who).get.startswith("200")]
    return list(dict.fromkeys((*may[:1], *(who for who in may if who == AUDITOR))))


def verdict(address: Address, who: str) -> str:
    """How it is answered when something is sent."""
    return verdict_for(address.group, who).post


def names_of_files(form: BaseForm) -> list[str]:
    return [name for name, made in form.fields.items() if isinstance(made, FileField)]
