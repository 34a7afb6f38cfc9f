"""Whoever was granted a repair can prove that the listing has ended."""

import json
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from registry.logbook import signing
from registry.models import Authority, Listing, Role, User
from repair import access, actions
from repair.actions import Filed
from tests.factories import AT, make_listing, make_user
from tests.repair.making import filed, make_cure_rule

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    cache.clear()


@pytest.fixture
def filing(listing: Listing) -> Filed:
    return filed(listing)


def grant(filing: Filed, clerk: User, decider: User) -> None:
    application = filing.filing.applications.get()
    application = actions.accept_application(application, by=clerk, at=AT)
    application = actions.propose_grant(application, "已核实。", by=clerk, at=AT)
    actions.grant_repair(application, "示例修〔2026〕1号", by=decider, at=AT)


def tracked(client: Client, filing: Filed) -> str:
    given = {"number": filing.filing.number, "secret": filing.secret}
    return client.post("/repair/track/", given).content.decode()


def download(client: Client, filing: Filed, **other: str) -> Any:
    application = filing.filing.applications.get()
    given = {
        "pass": access.issue_pass(filing.filing),
        "application": f"{application.public_id}",
    }
    return client.post("/repair/track/receipt/", given | other)


def test_a_granted_repair_has_a_receipt_once_it_is_signed(
    client: Client, filing: Filed, clerk: User, decider: User
) -> None:
    assert "/repair/track/receipt/" not in tracked(client, filing)
    grant(filing, clerk, decider)
    assert "/repair/track/receipt/" not in tracked(client, filing)
    signing.sign(AT)

    assert "/repair/track/receipt/" in tracked(client, filing)
    answer = download(client, filing)

    receipt = json.loads(answer.content)
    assert set(receipt) == {"entry", "index", "leaf", "proof", "checkpoint"}
    assert "no-store" in answer.headers["Cache-Control"]
    disposition = f'attachment; filename="receipt-{receipt["index"]}.json"'
    assert answer.headers["Content-Disposition"] == disposition


def test_the_button_carries_all_it_needs(
    client: Client, filing: Filed, clerk: User, decider: User
) -> None:
    grant(filing, clerk, decider)
    signing.sign(AT)
    page = tracked(client, filing)

    form = page[page.index('action="/repair/track/receipt/"') :].partition("</form>")[0]
    given = dict(re.findall(r'name="(\w+)" value="([^"]+)"', form))

    assert client.post("/repair/track/receipt/", given).headers["Content-Type"] == (
        "application/json"
    )


def test_without_a_grant_there_is_none(client: Client, filing: Filed) -> None:
    answer = download(client, filing)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "办理进度" in answer.content.decode()


def test_a_wrong_pass_opens_nothing(
    client: Client, filing: Filed, clerk: User, decider: User
) -> None:
    grant(filing, clerk, decider)
    signing.sign(AT)

    assert download(client, filing, **{"pass": "x"}).status_code == 403
    assert client.get("/repair/track/receipt/").status_code == 405


def test_the_pass_of_one_filing_opens_no_other(
    client: Client, filing: Filed, clerk: User, decider: User, authority: Authority
) -> None:
    grant(filing, clerk, decider)
    signing.sign(AT)
    other = filed(make_listing(make_cure_rule("TEST_OTHER"), authority=authority))
    make_user("more", authority, Role.REPAIR_CLERK)

    pass_of_other = access.issue_pass(other.filing)

    assert download(client, filing, **{"pass": pass_of_other}).status_code == 403
