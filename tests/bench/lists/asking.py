"""Every list of the workplace, asked in every way it offers: of two registers in turns."""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.apps import apps
from django.contrib.admin.sites import site
from django.db import connections
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from registry.models import Delivery, Listing, User
from tests.factories import sign_in

ROUNDS = 5
# How much longer the larger register may take.
MOST = 1.5
READERS = ("large", "small", "all")


@dataclass(frozen=True, slots=True)
class Question:
    reader: str
    page: str
    what: str
    # Where a page has rows that only one register has, the addresses differ.
    urls: dict[int, str]
    # Whose list of rows it is.
    list: Any = None


@dataclass
class Desk:
    """One register, and who is signed in there."""

    n: int
    connection: Any
    clients: dict[str, Client]

    def ask(self, reader: str, url: str) -> Any:
        connections["default"] = self.connection
        return self.clients[reader].get(url)

    def changelist(self, reader: str, url: str) -> Any:
        return self.ask(reader, url).context_data["cl"]

    def seconds(self, reader: str, url: str) -> float:
        start = time.perf_counter()
        answer = self.ask(reader, url)
        taken = time.perf_counter() - start
        assert answer.status_code == 200, (url, answer.status_code)
        return taken


Asking = Callable[[list[Desk]], Iterator[Question]]


def asked(registers: dict[int, Any], ask: Asking | None = None) -> list[dict[str, Any]]:
    """What `ask` asks, which is everything unless it is given."""
    desks = [desk(n, connection) for n, connection in registers.items()]
    answers = []
    for question in (ask or questions)(desks):
        answers.append(measured(question, desks))
        # One by one: all of it takes minutes.
        sys.stdout.write(f"{line(answers[-1])}\n")
        sys.stdout.flush()
    return answers


def line(answer: dict[str, Any]) -> str:
    small, large = answer["small_ms"], answer["large_ms"]
    where = f"{answer['reader']:<6} {answer['page']} {answer['what']}"
    return f"  {answer['ratio']:5.2f}  {small:7.1f} ms {large:7.1f} ms  {where}".rstrip()


def desk(n: int, connection: Any) -> Desk:
    connections["default"] = connection
    clients = {}
    for reader in READERS:
        clients[reader] = Client()
        sign_in(clients[reader], User.objects.get(username=reader))
    return Desk(n, connection, clients)


def measured(question: Question, desks: list[Desk]) -> dict[str, Any]:
    """With as many rows on a page as both have; what seems late is asked again."""
    with rows_on_a_page(question, desks):
        small, large = compared(question, desks, ROUNDS)
        if large > MOST * small:
            small, large = compared(question, desks, 3 * ROUNDS)
    return {
        "reader": question.reader,
        "page": question.page,
        "what": question.what,
        "small_ms": round(small * 1000, 1),
        "large_ms": round(large * 1000, 1),
        "ratio": round(large / small, 2),
    }


@contextmanager
def rows_on_a_page(question: Question, desks: list[Desk]) -> Iterator[None]:
    """A row takes long to write: pages are compared that have equally many."""
    if question.list is None:
        yield
        return
    given = question.list.list_per_page
    found = [one.changelist(question.reader, question.urls[one.n]) for one in desks]
    question.list.list_per_page = max(1, min(given, *(page.result_count for page in found)))
    try:
        yield
    finally:
        question.list.list_per_page = given


def compared(question: Question, desks: list[Desk], rounds: int) -> list[float]:
    """Median seconds of each; the first answers warm them up and do not count."""
    seconds: dict[int, list[float]] = {desk.n: [] for desk in desks}
    for turn in range(rounds + 1):
        for one in desks if turn % 2 else reversed(desks):
            taken = one.seconds(question.reader, question.urls[one.n])
            if turn:
                seconds[one.n].append(taken)
    return [statistics.median(seconds[one.n]) for one in desks]


# --- What is asked -----------------------------------------------------------------------


def questions(desks: list[Desk]) -> Iterator[Question]:
    for reader in READERS:
        yield same(desks, reader, "today", "", "/admin/")
        for model, rows in site._registry.items():
            url = reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")
            if desks[-1].ask(reader, url).status_code == 200:
                for question in of_list(desks, reader, str(model._meta.model_name), url):
                    yield replace(question, list=rows)
        if reader != "small":
            yield same(desks, reader, "sources", "", "/admin/registry/delivery/sources/")
            yield from searches(desks, reader)
    yield from rows_of_a_delivery(desks)


def same(desks: list[Desk], reader: str, page: str, what: str, url: str) -> Question:
    return Question(reader, page, what, {one.n: url for one in desks})


def of_list(desks: list[Desk], reader: str, page: str, url: str) -> Iterator[Question]:
    """As it opens, by each choice of each filter, in each order, and as far as both go."""
    yield same(desks, reader, page, "", url)
    found = [one.changelist(reader, url) for one in desks]
    # What fits on a page is as long in both registers: rules, measures, texts of law.
    if reader == "small" or found[-1].paginator.num_pages == 1:
        return
    for what, query in ways(found[-1]):
        yield same(desks, reader, page, what, f"{url}{query}")
    # The last one that is full in both.
    last = min(one.paginator.count // one.list_per_page for one in found)
    for number in sorted({2, last}):
        if 1 < number <= last:
            yield same(desks, reader, page, f"page {number}", f"{url}?p={number}")


def ways(changelist: Any) -> Iterator[tuple[str, str]]:
    for spec in changelist.filter_specs:
        for choice in list(spec.choices(changelist))[1:]:
            yield f"filter {choice['query_string'][1:]}", choice["query_string"]
    for index, name in enumerate(changelist.list_display):
        if changelist.get_ordering_field(name):
            yield f"by {name}", f"?o={index}"
            yield f"by {name}, last first", f"?o=-{index}"


NAMES = ("name", "code", "part of a name")
OF_CASES = (*NAMES, "number", "case", "year")
SEARCHED = {
    "registry/entity": NAMES,
    "registry/listing": OF_CASES,
    "registry/proposal": OF_CASES,
    "registry/step": OF_CASES,
    "registry/viewing": OF_CASES,
    "repair/application": OF_CASES,
}


def searches(desks: list[Desk], reader: str) -> Iterator[Question]:
    """What both registers have, under the number and the name it has there."""
    found = {one.n: known(one) for one in desks}
    for page, terms in SEARCHED.items():
        path, rows = f"/admin/{page}/", site.get_model_admin(model_of(page))
        if desks[0].ask(reader, path).status_code == 200:
            for term in terms:
                urls = {n: f"{path}?q={words[term]}" for n, words in found.items()}
                name = page.partition("/")[2]
                yield Question(reader, name, f"search by {term}", urls, rows)


def model_of(page: str) -> type[Model]:
    return apps.get_model(page.replace("/", "."))


def known(one: Desk) -> dict[str, str]:
    connections["default"] = one.connection
    large = User.objects.get(username="large")
    rows = Listing.objects.filter(authority=large.authority_id, ended_at__isnull=False)
    listing = rows.select_related("entity").order_by("pk")[rows.count() // 2]
    assert listing.entity
    return {
        "number": listing.decision_no,
        "case": listing.case[:12],
        "name": listing.entity.name,
        "code": listing.entity.identifiers.get().value,
        "part of a name": listing.entity.name[2:5],
        # The beginning of the numbers of all cases of the authority.
        "year": listing.decision_no.partition("〕")[0],
    }


def rows_of_a_delivery(desks: list[Desk]) -> Iterator[Question]:
    found = {}
    for one in desks:
        connections["default"] = one.connection
        found[one.n] = Delivery.objects.filter(n_records__gt=0).earliest("pk")
    for what, query in (
        ("", ""),
        ("doubtful ones", "?verdict=doubtful"),
        ("last rows", "?after={last}"),
    ):
        urls = {
            n: f"/admin/registry/delivery/{delivery.pk}/change/"
            + query.format(last=delivery.n_records - 60)
            for n, delivery in found.items()
        }
        yield Question("large", "rows of a delivery", what, urls)
