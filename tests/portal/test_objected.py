"""An entry that somebody objects to says so wherever it is shown, while it lasts."""

from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from registry.logbook import signing
from registry.models import Listing, Role, User
from registry.search import index
from repair import actions
from repair.models import Objection
from tests.factories import AT, make_authority, make_listing, make_person, make_user
from tests.registry.over import at_day
from tests.repair.making import make_cure_rule, object_to

pytestmark = pytest.mark.django_db
MARK, SAID = "有异议，正在核查", "本公司已经起诉。"


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    cache.clear()


@pytest.fixture
def listing() -> Listing:
    return make_listing(make_cure_rule(), authority=make_authority())


@pytest.fixture
def clerk(listing: Listing) -> User:
    return make_user("clerk", listing.authority, Role.REPAIR_CLERK)


@pytest.fixture
def decider(listing: Listing) -> User:
    return make_user("decider", listing.authority, Role.REPAIR_DECIDER)


def pages(listing: Listing) -> dict[str, str]:
    """Every public page that shows the entry, by what it is."""
    entity = listing.entity
    assert entity is not None
    paths = {
        "home": "/",
        "listing": f"/listings/{listing.case}/",
        "entity": f"/entities/{entity.public_id}/",
        "section": f"/entities/{entity.public_id}/abnormal/",
        "list": f"/lists/{listing.list_type_id}/",
    }
    client = Client()
    return {name: client.get(path).content.decode() for name, path in paths.items()}


def marked(listing: Listing) -> set[str]:
    return {name for name, text in pages(listing).items() if "objected" in text}


def test_every_page_of_the_entry_is_marked_once_it_is_accepted(
    listing: Listing, clerk: User
) -> None:
    objection = object_to(listing, said=SAID)
    assert marked(listing) == set()

    actions.accept_objection(objection, by=clerk, at=AT)

    shown = pages(listing)
    assert marked(listing) == set(shown)
    assert MARK in shown["listing"]
    assert "2026-03-16" in shown["list"]
    # The statement waits for a clerk.
    assert all(SAID not in text for text in shown.values())


def test_a_cleared_statement_stands_on_the_page_of_the_entry(
    listing: Listing, clerk: User, decider: User
) -> None:
    objection = object_to(listing, said=SAID)
    objection = actions.accept_objection(objection, by=clerk, at=AT)
    actions.clear_statement(objection, by=clerk, at=AT)
    assert SAID in pages(listing)["listing"]

    actions.propose_rejection(objection, "不实", by=clerk, at=AT)
    assert SAID in pages(listing)["listing"]
    actions.reject(objection, "核实无误。", by=decider, at=AT)

    assert marked(listing) == set()
    assert SAID not in pages(listing)["listing"]


@pytest.mark.parametrize("end", ["withdrawn", "ended"])
def test_the_mark_goes_with_the_objection(
    end: str, listing: Listing, clerk: User, decider: User
) -> None:
    objection = actions.accept_objection(object_to(listing), by=clerk, at=AT)
    if end == "withdrawn":
        actions.withdraw_objection(objection, at=AT)
    else:
        actions.propose_end(objection, "属实", "wrong", by=clerk, at=AT)
        actions.uphold(objection, "示例异〔2026〕1号", by=decider, at=AT)

    assert marked(listing) == set()


def test_of_two_objections_the_first_day_is_told(listing: Listing, clerk: User) -> None:
    first, second = object_to(listing), object_to(listing, kind="term")
    actions.accept_objection(first, by=clerk, at=AT)
    actions.accept_objection(second, by=clerk, at=at_day(date(2026, 3, 17)))
    assert "2026-03-16" in pages(listing)["list"]

    actions.withdraw_objection(first, at=at_day(date(2026, 3, 17)))
    assert "2026-03-17" in pages(listing)["list"]


def test_a_result_of_a_search_is_marked(listing: Listing, clerk: User) -> None:
    actions.accept_objection(object_to(listing), by=clerk, at=AT)
    entity = listing.entity
    assert entity is not None
    index.rebuild()
    connection.check_constraints()

    found = Client().get("/search/", {"q": entity.name}, follow=True).content.decode()

    assert MARK in found


def test_a_person_finds_the_mark_on_the_own_entry(clerk: User) -> None:
    rule = make_cure_rule("TEST_PERSON", person_lookup="factor")
    party = make_person()
    listing = make_listing(
        rule, authority=clerk.authority, party=party, conduct_on=date(2026, 1, 5)
    )
    actions.accept_objection(object_to(listing, role="person"), by=clerk, at=AT)
    asked = {"name": party.name, "document": "resident", "number": party.number}

    answer = Client().post("/persons/check/", asked).content.decode()

    assert MARK in answer
    assert f"/objections/{listing.case}/" in answer


def test_a_review_marks_nothing(listing: Listing, clerk: User, decider: User) -> None:
    superior = make_authority("测试省市场监督管理局")
    listing.authority.superior = superior
    listing.authority.save()
    objection = actions.accept_objection(object_to(listing), by=clerk, at=AT)
    actions.propose_rejection(objection, "不实", by=clerk, at=AT)
    objection = actions.reject(objection, "核实无误。", by=decider, at=AT)
    review = actions.ask_for_review(objection, "没有核实。", at=AT)
    above = make_user("above", superior, Role.REPAIR_CLERK)
    actions.accept_objection(review, by=above, at=AT)

    assert Objection.objects.filter(status="accepted").exists()
    assert marked(listing) == set()


def test_the_page_of_an_ended_entry_is_gone_with_its_mark(
    listing: Listing, clerk: User, decider: User
) -> None:
    objection = actions.accept_objection(object_to(listing, said=SAID), by=clerk, at=AT)
    actions.clear_statement(objection, by=clerk, at=AT)
    actions.propose_end(objection, "属实", "wrong", by=clerk, at=AT)
    actions.uphold(objection, "示例异〔2026〕1号", by=decider, at=AT)
    signing.sign(AT)

    assert Client().get(f"/listings/{listing.case}/").status_code == 404
