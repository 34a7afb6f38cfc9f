"""A place where a text can go in, and which places the code says there are."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch
from urllib.parse import quote_from_bytes

from django.forms import BaseForm
from django.urls import Resolver404, resolve

from registry.intake import columns
from tests.access_world.cast import FORM
from tests.access_world.table import spelt
from tests.deliveries import as_csv, penalty
from tests.injection.asking import Answer, Person, in_parts
from tests.injection.controls import Form
from tests.injection.payloads import Payload
from tests.repair.making import PDF

TITLE = "a title"
# The ending and the content of what is taken: by the desk of official files, and else.
TABLE, PAPER = (b".csv", as_csv([penalty(7_000)])), (b".pdf", PDF.content)
# Forms and fields that no page of the world offers, and why nothing is lost by it.
ELSEWHERE = {
    "EnrolForm": "passwords and a code behind a link that is sent once; never shown again",
    "PerformanceForm": "two choices, a day and a number, as other desks have them",
    "AcceptForm": "a tick",
    "CommitmentForm": "a tick",
    "CounterObjectionForm.paper": "the counter takes scans, under a name of their own",
    "measures": "a choice of codes, for rules that have some",
    "gaps": "a choice of papers, for rules that ask for some",
    "document": "the number of a decision, as every other desk has it",
    "born_on": "a day", "noticed_on": "a day", "last_day": "a day", "corrected_on": "a day",
}  # fmt: skip
APPS = ("portal.", "registry.", "repair.")


@dataclass(frozen=True, slots=True)
class Field:
    """One place for a text. What is sent beside it would be taken by itself."""

    key: str
    who: str
    path: str
    method: str
    name: str = ""
    form: Form | None = None
    beside: dict[str, str] = field(default_factory=dict)

    def send(self, person: Person, payload: Payload) -> Answer:
        if self.form is None:
            return person.put("GET", self.path.replace("\0", quoted(payload.sent)))
        if self.method == "get":
            return person.put("GET", f"{self.path}?{self.body(payload)}")
        if self.form.files:
            return person.put("POST", self.path, *self.parts(self.form, payload))
        return person.put("POST", self.path, self.body(payload).encode(), FORM)

    def body(self, payload: Payload) -> str:
        sent = {name: value.encode() for name, value in self.beside.items()}
        pairs = (sent | {self.name: payload.sent}).items()
        return "&".join(f"{quoted(name.encode())}={quoted(text)}" for name, text in pairs)

    def parts(self, form: Form, payload: Payload) -> tuple[bytes, str]:
        """The payload is one of the texts, or the name of a file that is taken."""
        sent = {name: value.encode() for name, value in self.beside.items()}
        sent |= {self.name: payload.sent}
        called = payload.sent if self.name in form.files else b"a"
        file = PAPER if "delivery" not in self.path else TABLE
        texts = {name: text for name, text in sent.items() if name not in form.files}
        return in_parts(texts, dict.fromkeys(form.files, (called + file[0], file[1])))


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of an official table, or a title that none has."""

    key: str
    column_set: str
    code: str


def quoted(text: bytes) -> str:
    return quote_from_bytes(text, safe="")


def name_of(path: str) -> str:
    """The address as the table of access spells it, and which act or step it is."""
    try:
        found = resolve(path.partition("?")[0])
    except Resolver404:
        return ""
    act = str(found.kwargs.get("name") or found.kwargs.get("step") or "")
    return f"{spelt(found.route)} {act}".strip()


def cells() -> Iterator[Cell]:
    """Every column of every official table, and a title of none of them."""
    for made in columns.column_sets().values():
        for code in (*(column.code for column in made.columns), TITLE):
            yield Cell(f"{made.name} {code}", made.name, code)


# --- What the code says of itself ---------------------------------------------------------


@contextmanager
def noted() -> Iterator[list[BaseForm]]:
    """The forms that are made within."""
    made: list[BaseForm] = []
    make = BaseForm.__init__

    def noting(form: BaseForm, *arguments: Any, **more: Any) -> None:
        make(form, *arguments, **more)
        made.append(form)

    with patch.object(BaseForm, "__init__", noting):
        yield made


def unreached(offered: Mapping[type, Collection[str]]) -> set[str]:
    """The fields of the site's form classes that no page has offered, by the class."""
    told = set()
    for kind in {*classes(BaseForm)}:
        if kind.__module__.startswith(APPS):
            below = (kind, *classes(kind))
            shown = {name for one in below for name in offered.get(one, ())}
            declared = getattr(kind, "base_fields", {}).keys()
            for name in declared - shown:
                keys = {kind.__name__, name, f"{kind.__name__}.{name}"}
                if not keys & ELSEWHERE.keys():
                    told.add(f"{kind.__module__}.{kind.__qualname__} {name}")
    return told


def classes(kind: type) -> Iterator[type]:
    below: list[type] = kind.__subclasses__()
    for one in below:
        yield one
        yield from classes(one)
