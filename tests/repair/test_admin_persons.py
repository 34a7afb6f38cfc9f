"""The case desk and persons: closed until it is said what for; a fresh code to end."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from registry.models import Listing, ListRule, User, Viewing
from repair import actions
from repair.models import Application
from tests.factories import AT, make_listing, make_person, sign_in
from tests.repair.making import STATEMENT, file

pytestmark = pytest.mark.django_db

NAME = "欧阳测试"


@pytest.fixture
def desk(clerk: User) -> Client:
    client = Client()
    sign_in(client, clerk)
    return client


@pytest.fixture
def of_person(rule: ListRule, clerk: User) -> Application:
    """What a natural person asks, of the clerk's authority."""
    party = make_person(name=NAME)
    return file(
        make_listing(rule, authority=clerk.authority, party=party, conduct_on=AT.date()),
        role="person",
    )


def path(application: Application, tail: str) -> str:
    return f"/admin/repair/application/{application.pk}/{tail}"


def read(client: Client, application: Application) -> str:
    return client.get(path(application, "change/")).content.decode()


def test_the_file_of_a_person_opens_for_a_purpose(
    desk: Client, of_person: Application, clerk: User
) -> None:
    closed = read(desk, of_person)
    assert NAME not in closed
    assert STATEMENT.name not in closed
    assert "谁、何时、为什么查看都会记录。" in closed

    desk.post(path(of_person, "open/"), {"purpose": "repair"})

    assert NAME in read(desk, of_person)
    row = Viewing.objects.get()
    assert (row.by, row.listing, row.purpose) == (clerk, of_person.listing, "repair")


def test_without_one_it_stays_closed(desk: Client, of_person: Application) -> None:
    page = desk.post(path(of_person, "open/"), {"purpose": ""}).content.decode()

    assert NAME not in page
    assert 'class="errorlist"' in page
    assert Viewing.objects.count() == 0


def test_so_do_its_papers(desk: Client, of_person: Application) -> None:
    paper = of_person.filing.evidence.get()
    where = path(of_person, f"evidence/{paper.pk}/")

    page = desk.get(where, follow=True).content.decode()
    assert "请先选择查看事由，打开当事人资料，再看材料。" in page
    desk.post(path(of_person, "open/"), {"purpose": "repair"})

    assert desk.get(where).headers["Content-Disposition"].startswith("attachment")


def test_nobody_else_opens_it(of_person: Application, stranger: User) -> None:
    client = Client()
    sign_in(client, stranger)

    answer = client.post(path(of_person, "open/"), {"purpose": "repair"})

    assert answer.status_code == 404
    assert Viewing.objects.count() == 0


def test_a_grant_takes_a_fresh_code(
    application: Application, clerk: User, decider: User, listing: Listing
) -> None:
    how: dict[str, Any] = {"by": clerk, "at": AT}
    application = actions.accept_application(application, **how)
    actions.propose_grant(application, "已核实。", corrected_on=None, **how)
    client = Client()
    sign_in(client, decider)
    sent = {"key": "11111111-1111-4111-8111-111111111111", "document": "示例修〔2026〕1号"}

    with time_machine.travel(AT + timedelta(minutes=6), tick=False):
        page = client.post(path(application, "acts/grant/"), sent).content.decode()

    assert "这件事要再次验证" in page
    assert "示例修〔2026〕1号" in page
    assert Listing.objects.get(pk=listing.pk).ended_at is None
