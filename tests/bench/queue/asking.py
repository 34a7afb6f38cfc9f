"""The queue, asked in every way it offers, and what leads to and from it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.contrib.admin.sites import site
from django.db import connections

from registry.models import User
from repair.models import Application
from tests.bench.lists import asking
from tests.bench.lists.asking import Desk, Question, of_list, same

QUEUE = "/admin/repair/application/"


def asked(registers: dict[int, Any]) -> list[dict[str, Any]]:
    return asking.asked(registers, questions)


def questions(desks: list[Desk]) -> Iterator[Question]:
    rows = site._registry[Application]
    for reader in ("large", "all"):
        yield same(desks, reader, "today", "", "/admin/")
        for question in of_list(desks, reader, "application", QUEUE):
            yield replace(question, list=rows)
    yield Question("large", "one application", "", {one.n: page(one) for one in desks})


def page(one: Desk) -> str:
    connections["default"] = one.connection
    user = User.objects.get(username="large")
    first = Application.objects.for_staff(user).open().by_due()[0]
    return f"{QUEUE}{first.pk}/change/"
