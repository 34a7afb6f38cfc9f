"""Staff hand receipts to the party; of a person only its maker and checker can."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from registry import actions
from registry.logbook import signing
from registry.models import Listing, Role
from tests.factories import (
    AT,
    make_authority,
    make_listing,
    make_rule,
    make_staff,
    make_user,
    sign_in,
)
from tests.registry.desk import open_person
from tests.registry.lived import FACTS, NAME, of_person

pytestmark = pytest.mark.django_db

READERS = {Role.MAKER, Role.CHECKER}
# Who may open the page of a case at all.
STAFF = READERS | {Role.REPAIR_CLERK, Role.REPAIR_DECIDER, Role.AUDITOR}


def ended(listing: Listing) -> Listing:
    maker, _ = make_staff(listing.authority)
    listing = actions.emergency_end(listing, "认错了人", by=maker, at=AT)
    signing.sign(AT)
    return listing


def colleague(role: str, listing: Listing) -> Client:
    client = Client()
    sign_in(client, make_user(f"the-{role}", listing.authority, Role(role)))
    return client


def download(client: Client, listing: Listing, kind: str) -> Any:
    path = f"/admin/registry/listing/{listing.pk}/receipts/{kind}/"
    return client.get(path)


def offered(client: Client, listing: Listing) -> list[str]:
    answer = client.get(f"/admin/registry/listing/{listing.pk}/change/")
    return re.findall(r"/receipts/(\w+)/", answer.content.decode())


def test_what_runs_has_one_receipt_and_what_ended_two() -> None:
    running = make_listing()
    over = ended(make_listing(running.rule))
    client = colleague(Role.MAKER, running)

    assert offered(client, running) == ["publication"]
    assert offered(client, over) == ["publication", "end"]
    assert download(client, running, "end").status_code == 404
    publication = json.loads(download(client, over, "publication").content)
    end = json.loads(download(client, over, "end").content)
    assert publication["core"]["facts"] == "示例事实。"
    assert "core" not in end
    assert end["index"] > publication["index"]


def test_it_is_saved_and_kept_in_no_cache() -> None:
    listing = of_person(make_rule(), 1, name=NAME)

    client = colleague(Role.MAKER, listing)
    open_person(client, listing)

    answer = download(client, listing, "publication")

    assert "no-store" in answer.headers["Cache-Control"]
    disposition = f'attachment; filename="receipt-{listing.leaf_id}.json"'
    assert answer.headers["Content-Disposition"] == disposition


@pytest.mark.parametrize("role", list(Role))
def test_of_a_person_only_who_may_read_the_case_opens_it(role: Role) -> None:
    listing = ended(of_person(make_rule(), 1, name=NAME, facts=FACTS))
    client = colleague(role, listing)
    open_person(client, listing)

    publication, end = (download(client, listing, kind) for kind in ("publication", "end"))

    assert publication.status_code == (200 if role in READERS else 403)
    assert (NAME in publication.content.decode()) is (role in READERS)
    assert end.status_code == (200 if role in STAFF else 403)
    assert NAME not in end.content.decode()
    if role in STAFF:
        both = ["publication", "end"] if role in READERS else ["end"]
        assert offered(client, listing) == both


@pytest.mark.parametrize("role", list(Role))
def test_of_an_organisation_whoever_sees_the_case(role: Role) -> None:
    listing = make_listing()

    answer = download(colleague(role, listing), listing, "publication")

    assert answer.status_code == (200 if role in STAFF else 403)


@pytest.mark.parametrize("kind", ["publication", "end", "other"])
def test_a_foreign_case_answers_like_an_absent_one(kind: str) -> None:
    listing = ended(make_listing())
    other = make_authority("另一测试市市场监督管理局")
    client = Client()
    sign_in(client, make_user("other", other, Role.MAKER))

    theirs = download(client, listing, kind)
    absent = client.get(f"/admin/registry/listing/987654/receipts/{kind}/")

    assert (theirs.status_code, absent.status_code) == (404, 404)


def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    assert download(client, make_listing(), "publication").status_code == 302


def test_a_receipt_is_only_read(client: Client) -> None:
    listing = make_listing()
    path = f"/admin/registry/listing/{listing.pk}/receipts/publication/"

    assert colleague(Role.MAKER, listing).post(path).status_code == 405
