"""The ledger for people: what it proves, and each entry in words."""

import base64
import hmac
import json
import re
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from registry.ledger import entries
from registry.logbook import append, manifest, signing
from registry.models import Act, LedgerEntry, Listing
from tests.portal.ledger_pages import leaf_page, newest, page
from tests.registry.lived import FACTS, LATER, NAME, Lived, accepted

pytestmark = pytest.mark.django_db


@pytest.fixture
def register(register: Lived) -> Iterator[Lived]:
    """As of the day after."""
    with time_machine.travel(LATER, tick=False):
        yield register


# --- The front page -----------------------------------------------------------------------


def test_it_says_where_the_ledger_stands(client: Client, register: Lived) -> None:
    shown = page(client, "/ledger/")

    n = LedgerEntry.objects.count()
    assert f">{n}</dd>" in shown
    assert ">8</dd>" in shown
    assert "2026-03-17 10:00" in shown
    root = client.get("/ledger/checkpoint").content.split(b"\n")[2]
    assert base64.b64decode(root).hex()[:16] in shown
    assert f"第 {n - 1} 条" in shown
    assert "python3 verify.py http://127.0.0.1:8000" in shown
    vkey = json.loads(client.get("/ledger/keys").content)["vkey"]
    assert vkey in shown


def test_it_takes_few_questions(
    client: Client,
    register: Lived,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(12):
        client.get("/ledger/")
    with django_assert_max_num_queries(20):
        client.get(f"/ledger/leaf/{register.plain.leaf_id}/")


# --- Looked up ----------------------------------------------------------------------------


def test_a_number_leads_to_its_entry(client: Client, register: Lived) -> None:
    answer = client.get("/ledger/", {"q": " 3 "})

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/ledger/leaf/3/"


def test_a_case_shows_its_entries_in_order(client: Client, register: Lived) -> None:
    shown = page(client, f"/ledger/?q={register.repaired.case.upper()}")

    order = ["告知", "列入公示", "收到申请", "停止公示"]
    titles = re.findall(r"第 \d+ 条</span> (\w+)</a>", shown)
    assert titles == order
    assert "最迟 2026-03-30 答复" in shown
    assert "停止公示，不再恢复：已改正" in shown


@pytest.mark.parametrize(
    "query", ["0" * 32, "999999", "x", "-1", "1.5", "示例", "' OR 1=1", "9" * 31]
)
def test_what_is_unknown_is_nothing(client: Client, register: Lived, query: str) -> None:
    shown = page(client, f"/ledger/?q={query}")

    assert "台账里没有" in shown
    assert "noindex" in shown


def test_a_case_that_is_not_signed_is_unknown(client: Client, register: Lived) -> None:
    case = "ab" * 16
    append.add(case, entries.drop({"case": case}))
    number = newest("drop")

    unknown = page(client, f"/ledger/?q={'cd' * 16}").replace("cd" * 16, "")
    assert page(client, f"/ledger/?q={case}").replace(case, "") == unknown
    assert client.get(f"/ledger/leaf/{number}/").status_code == 404
    assert "台账里没有" in page(client, f"/ledger/?q={number}")


# --- One entry ----------------------------------------------------------------------------


def test_every_entry_has_a_page_in_both_languages(client: Client, register: Lived) -> None:
    manifest.write_manifest(LATER)
    signing.sign(LATER)
    kinds = set()
    for row in LedgerEntry.objects.all():
        kinds.add(row.kind)
        for prefix in ("", "/en"):
            shown = leaf_page(client, row.pk, prefix)
            assert bytes(row.content).decode() in shown
            assert bytes(row.hash).hex() in shown
            # A word that nobody has explained would stand there as its code.
            assert not re.search(r"<dt>\s*<code", shown)
    assert kinds == set(entries.TYPES) - {"key"}


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("rule", "“示例经营异常名录”的规则，自 2026-01-01 起施行。"),
        ("notice", "2026-03-02 告知当事人：拟列入“示例严重失信主体名单”。8 日之内不作决定"),
        ("list", "一个单位列入“示例严重失信主体名单”。公示自 2026-03-16 起"),
        ("amend", "公示提前到 2026-08-31 为止。"),
        ("hold", "暂时不公示：依据法院裁定。"),
        ("unhold", "恢复公示，截止日期不变。"),
        ("review", "2026-03-16 复核，列入的事由仍然存在。下次最迟 2027-03-16 复核。"),
        ("ask", "2026-03-16 收到申请：信用修复。最迟 2026-03-30 答复。"),
        ("answer", "2026-03-16 已经答复申请。"),
        ("end", "2026-03-17 停止公示，不再恢复：期满。"),
        ("drop", "告知之后没有列入，案件结束。"),
    ],
)
def test_it_says_in_one_sentence_what_happened(
    client: Client, register: Lived, kind: str, said: str
) -> None:
    rows = LedgerEntry.objects.filter(kind=kind)

    assert any(said in leaf_page(client, row.pk) for row in rows)


def test_it_leads_to_what_it_cites(client: Client, register: Lived) -> None:
    listing = register.extension
    entry = json.loads(bytes(LedgerEntry.objects.get(listing=listing).content))

    shown = leaf_page(client, listing.leaf_id)

    for cited in ("rule", "notice", "follows"):
        assert f'href="/ledger/leaf/{entry[cited]}/"' in shown
    assert f'href="/ledger/?q={listing.case}"' in shown
    assert f"{listing.authority.name}（{listing.authority.uscc}）" in shown
    rule = leaf_page(client, entry["rule"])
    assert 'href="/lists/TEST_LIST/"' in rule


def test_its_proof_and_neighbours_are_there(client: Client, register: Lived) -> None:
    last = LedgerEntry.objects.count() - 1

    first, end = leaf_page(client, 0), leaf_page(client, last)

    assert 'href="/ledger/proof/0"' in first
    assert 'rel="prev"' not in first
    assert 'href="/ledger/leaf/1/"' in first
    assert 'rel="next"' not in end
    assert f'href="/ledger/leaf/{last - 1}/"' in end
    proof = json.loads(client.get(f"/ledger/proof/{last}").content)["proof"]
    assert all(one in end for one in proof)


# --- What opens it ------------------------------------------------------------------------


def opened(shown: str) -> tuple[bytes, str]:
    """Salt and content as the page prints them."""
    salt, core = re.findall(r'<pre class="raw"[^>]*><code>(.*?)</code>', shown)[:2]
    return bytes.fromhex(salt), core


def committed(shown: str) -> str:
    return hmac.digest(
        opened(shown)[0], b"credit-commit-v1\0" + opened(shown)[1].encode(), "sha256"
    ).hex()


def test_an_organisations_entry_opens_while_it_shows(
    client: Client, register: Lived
) -> None:
    shown = leaf_page(client, register.plain.leaf_id)

    entry = json.loads(bytes(LedgerEntry.objects.get(listing=register.plain).content))
    assert committed(shown) == entry["C"]
    assert json.loads(opened(shown)[1])["facts"] == "示例事实。"
    assert f'href="/listings/{register.plain.case}/"' in shown
    assert f'href="/ledger/receipts/{register.plain.case}"' in shown


def test_what_was_corrected_opens_at_the_correction_only(
    client: Client, register: Lived
) -> None:
    correction = LedgerEntry.objects.get(kind="amend", subject=register.amended.case)

    first, then = (
        leaf_page(client, leaf) for leaf in (register.amended.leaf_id, correction.pk)
    )

    assert "更正后的事实。" not in first
    assert "示例事实。" not in first
    assert f'href="/ledger/leaf/{correction.pk}/"' in first
    assert json.loads(opened(then)[1])["facts"] == "更正后的事实。"


def test_an_earlier_end_leaves_both_open(client: Client, register: Lived) -> None:
    earlier = LedgerEntry.objects.get(kind="amend", subject=register.shortened.case)

    for leaf in (register.shortened.leaf_id, earlier.pk):
        assert "示例事实。" in opened(leaf_page(client, leaf))[1]


@pytest.mark.parametrize("name", ["extended", "repaired", "expired"])
def test_what_has_ended_opens_no_more(client: Client, register: Lived, name: str) -> None:
    listing: Listing = getattr(register, name)

    shown = leaf_page(client, listing.leaf_id)

    assert "示例事实。" not in shown
    assert 'id="content-opened"' not in shown
    assert "/listings/" not in shown
    assert listing.entity
    assert listing.entity.name not in shown


def test_a_correction_that_is_not_signed_opens_nothing(
    client: Client, register: Lived
) -> None:
    accepted(register.plain, Act.AMEND, facts="尚未签名的更正。")

    shown = leaf_page(client, register.plain.leaf_id)

    assert "尚未签名的更正。" not in shown
    assert json.loads(opened(shown)[1])["facts"] == "示例事实。"


def test_a_persons_entry_never_opens(client: Client, register: Lived) -> None:
    for row in LedgerEntry.objects.filter(subject=register.person.case):
        shown = leaf_page(client, row.pk)
        for kept in (NAME, FACTS, "99000019800229", 'id="content-opened"', "/listings/"):
            assert kept not in shown


# --- From a listing -----------------------------------------------------------------------


def test_a_listing_leads_to_its_entry_and_receipt(client: Client, register: Lived) -> None:
    shown = page(client, f"/listings/{register.plain.case}/")

    assert f'href="/ledger/leaf/{register.plain.leaf_id}/"' in shown
    assert f'href="/ledger/receipts/{register.plain.case}"' in shown
