"""Pages of the ledger that need no register in which everything has happened."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from registry import actions
from registry.ledger import entries
from registry.logbook import append, signing
from registry.models import Listing
from tests.factories import AT, make_list_type, make_listing, make_rule, make_staff
from tests.portal.ledger_pages import leaf_page, newest, page
from tests.registry.lived import LATER, of_person
from tests.registry.test_verify_ledger import verdict

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("prefix", "limits"),
    [
        (
            "",
            (
                "抄走的人已经删掉",
                "事实是对的",
                "把甲的条目说成是乙的",
                "很小的单位",
                "外部见证人",
            ),
        ),
        (
            "/en",
            (
                "copied something has forgotten it",
                "facts of a decision are right",
                "passed off as another's",
                "very small authority",
                "No witness outside",
            ),
        ),
    ],
)
def test_it_says_what_it_cannot_prove(
    client: Client, prefix: str, limits: tuple[str, ...]
) -> None:
    shown = page(client, f"{prefix}/ledger/")

    for limit in limits:
        assert limit in shown


def test_before_the_first_signature_there_is_nothing(client: Client) -> None:
    append.add("", entries.drop({"case": "0" * 32}))

    assert "台账还没有条目" in page(client, "/ledger/")
    assert client.get("/ledger/leaf/0/").status_code == 404


def test_every_page_leads_to_it(client: Client) -> None:
    assert 'href="/ledger/"' in page(client, "/")
    assert 'href="/en/ledger/"' in page(client, "/en/")


def test_a_long_entry_stands_in_its_file_only(client: Client) -> None:
    make_listing()
    counts = {"TEST_LIST": {f"{n:06d}": 1 for n in range(1_000)}}
    entry = {"day": date(2026, 3, 16), "counts": counts, "files": {}, "active": "0f" * 32}
    append.add("", entries.manifest(entry))  # type: ignore[arg-type]
    signing.sign(AT)

    answer = client.get(f"/ledger/leaf/{newest('manifest')}/")

    assert len(answer.content) < 20_000
    assert "原文很长" in answer.content.decode()
    assert "示例严重失信主体名单 1,000" in answer.content.decode()


@contextmanager
def one_head() -> Iterator[None]:
    """What the pages of all entries have in common changes with each signature."""
    with time_machine.travel(LATER + timedelta(minutes=5), tick=False):
        yield


def test_a_persons_page_is_the_same_whatever_becomes_of_the_case(client: Client) -> None:
    rule = make_rule()
    running, held, ended = (of_person(rule, serial) for serial in (1, 2, 3))
    organisation = make_listing(make_rule(list_type=make_list_type("OTHER")))
    maker, _ = make_staff(held.authority)
    actions.hold(held, "法院裁定", by=maker, at=AT)
    actions.emergency_end(ended, "认错了人", by=maker, at=AT)
    signing.sign(AT)

    with one_head():
        shown = [shape(client, one) for one in (running, held, ended)]
        other = shape(client, organisation)

    assert len(set(shown)) == 1
    assert other not in shown


def shape(client: Client, listing: Listing) -> str:
    """The page without what differs from entry to entry."""
    assert listing.leaf_id
    shown = leaf_page(client, listing.leaf_id)
    without = re.sub(r"[0-9a-f]{64}", "HASH", shown)
    without = re.sub(r"<li><code class=\"key\">HASH</code></li>", "", without)
    without = without.replace(listing.case, "CASE")
    return re.sub(r"\d+", "N", without)


def test_a_key_of_the_ledger_has_a_page(client: Client) -> None:
    make_listing()
    vkey = json.loads(client.get("/ledger/keys").content)["vkey"]
    since = {"purpose": "ledger", "key": vkey, "from": date(2026, 4, 1)}
    append.add("", entries.key(since))  # type: ignore[arg-type]
    signing.sign(AT)

    shown = leaf_page(client, newest("key"))

    assert "自 2026-04-01 起用新的密钥签名。" in shown
    assert vkey in shown


def test_an_empty_ledger_says_nothing() -> None:
    status, lines = verdict()

    assert status == 2
    assert lines[0].startswith("unreachable: ")
