"""The exact check of a natural person: what it answers, and above all what it does not."""

import json
import logging
import re
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.core.cache import cache
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.register_state import RegisterState, key_of
from registry import actions, passes, rotation, vault
from registry.models import CaseKey, Listing, ListRule
from registry.parties import PersonDraft
from registry.vault.keys import KeyFileError
from tests.factories import (
    AT,
    make_authority,
    make_list_type,
    make_listing,
    make_person,
    make_rule,
    make_staff,
    region,
)
from tests.portal.words import without_time

pytestmark = pytest.mark.django_db

PATH = "/persons/check/"
ADULT = date(2026, 1, 5)
NOBODY = "没有可以显示的记录。"
FIRST, LAST = date(2026, 3, 16), date(2029, 3, 16)
# Counted a moment ago for all pages alike, whoever asks for whom.
FOOT = RegisterState(n_shown=7, n_overdue=0, sealed_at=AT)
COURT = {
    "court": "测试市中级人民法院",
    "filing_date": "2025-11-03",
    "obligation": "支付货款",
}


def at_noon(day: date) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00:00+08:00")


def ask(client: Client, prefix: str = "", **typed: str) -> HttpResponse:
    # The limits have tests of their own, and so has the foot that all pages share.
    cache.clear()
    cache.set(key_of(AT), FOOT)
    return client.post(f"{prefix}{PATH}", {"document": "resident"} | typed)  # type: ignore[return-value]


def answer_to(client: Client, **typed: str) -> str:
    answer = ask(client, **typed)
    assert answer.status_code == 200
    return without_time(answer.content.decode())


@pytest.fixture
def own_keys(tmp_path: Path, settings: LazySettings, listing: Listing) -> Path:
    """Copies of the keys that are there, to be changed and lost."""
    shutil.copytree(settings.KEYS_DIR, tmp_path / "keys")
    settings.KEYS_DIR = tmp_path / "keys"
    return tmp_path / "keys"


@pytest.fixture
def person() -> PersonDraft:
    return make_person()


@pytest.fixture
def rule() -> ListRule:
    return make_rule(person_lookup="factor", person_fields="role", details="role court")


@pytest.fixture
def listing(person: PersonDraft, rule: ListRule) -> Listing:
    return make_listing(
        rule,
        party=person,
        conduct_on=ADULT,
        ground="示例事由甲",
        facts="示例事实甲。",
        details={"role": "负责人", "court": "不应显示的法院"},
        performance="part",
    )


@pytest.fixture
def defaulters() -> ListRule:
    return make_rule(
        list_type=make_list_type(
            "TEST_COURT", name_zh="示例失信被执行人", section="judicial"
        ),
        person_lookup="name",
        person_fields="name court filing_date obligation performance",
        details="court filing_date obligation",
    )


def list_defaulter(rule: ListRule, serial: int = 1, **fields: object) -> Listing:
    usual: dict[str, object] = {
        "party": make_person(serial),
        "conduct_on": ADULT,
        "details": COURT,
        "performance": "none",
    }
    return make_listing(rule, **usual | fields)  # type: ignore[arg-type]


# --- The form ----------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_it_opens_with_an_empty_form(client: Client, prefix: str) -> None:
    answer = client.get(f"{prefix}{PATH}")

    page = without_time(answer.content.decode())
    assert answer.status_code == 200
    for name in ("name", "document", "number", "decision_no"):
        assert f'name="{name}"' in page


def test_nobody_keeps_it_or_finds_it(client: Client) -> None:
    for answer in (client.get(PATH), ask(client, name="甲某"), ask(client, name="")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex, noarchive"


def test_a_name_in_the_address_is_led_away_from(client: Client, listing: Listing) -> None:
    answer = client.get(PATH, {"name": "甲某", "number": "1"})

    assert answer.status_code == 302
    assert answer.headers["Location"] == PATH
    assert "甲某" not in answer.content.decode()


def test_without_a_name_it_asks_for_one(client: Client) -> None:
    for name in ("", "  ", "甲\0"):
        answer = ask(client, name=name)
        assert answer.status_code == 400
        assert "请填写姓名全称。" in answer.content.decode()


def test_a_form_of_another_site_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)

    assert client.post(PATH, {"name": "甲某"}).status_code == 403


def test_what_the_search_box_carries_only_fills_the_form(
    client: Client, defaulters: ListRule
) -> None:
    list_defaulter(defaulters)

    with CaptureQueriesContext(connection) as asked:
        answer = ask(client, carried="1", name='甲某"')

    page = without_time(answer.content.decode())
    assert 'value="甲某&quot;"' in page
    assert "测试市中级人民法院" not in page
    assert not any("registry_listing" in query["sql"] for query in asked)


# --- Two factors -------------------------------------------------------------------------


def test_name_and_number_open_the_entry(
    client: Client, listing: Listing, person: PersonDraft
) -> None:
    page = answer_to(client, name=person.name, number=person.number)

    for said in (
        "示例严重失信主体名单",
        "示例事由甲",
        "示例事实甲。",
        "负责人",
        "部分履行",
    ):
        assert said in page
    assert "公示自 2026-03-16 起，到 2029-03-16 为止" in page
    assert "最早可申请修复：2027-03-16。" in page
    assert "异议" in page
    # What the rule does not show of persons, and no digit of the number.
    assert "不应显示的法院" not in page
    assert person.number not in page
    assert person.number[6:14] not in page


def test_name_and_decision_number_open_the_entry(
    client: Client, listing: Listing, person: PersonDraft
) -> None:
    typed = listing.decision_no.replace("〔", "[").replace("〕", "]")

    assert "示例事实甲。" in answer_to(client, name=person.name, decision_no=typed)
    assert "示例事实甲。" in answer_to(
        client, name=person.name, decision_no=f" {listing.decision_no} "
    )


@pytest.mark.parametrize(
    ("name", "between", "shift"),
    [
        pytest.param("甲 某", " ", 0, id="blanks"),
        pytest.param("甲某", "-", 0, id="hyphens"),
        # Full-width forms lie at this distance from ASCII.
        pytest.param("甲某", "", 0xFEE0, id="full width"),
    ],
)
def test_widths_and_blanks_do_not_matter(
    client: Client,
    listing: Listing,
    person: PersonDraft,
    name: str,
    between: str,
    shift: int,
) -> None:
    typed = between.join(chr(ord(one) + shift) for one in person.number)

    assert "示例事实甲。" in answer_to(client, name=name, number=typed)


def test_the_pass_for_a_repair_is_in_no_address(
    client: Client, listing: Listing, person: PersonDraft
) -> None:
    page = answer_to(client, name=person.name, number=person.number)

    given, *_more = re.findall(r'name="pass" value="([^"]+)"', page)
    assert passes.case_of(given) == listing.case
    assert f'<form method="post" action="/repair/apply/{listing.case}/"' in page
    opened = client.post(f"/repair/apply/{listing.case}/", {"pass": given})
    assert opened.status_code == 200
    assert client.get(f"/repair/apply/{listing.case}/").status_code == 404
    assert f'href="/listings/{listing.case}' not in page


def test_both_factors_also_open_an_entry_of_a_court(
    client: Client, defaulters: ListRule, person: PersonDraft
) -> None:
    list_defaulter(defaulters)

    page = answer_to(client, name=person.name, number=person.number)

    assert "支付货款" in page
    # The entry itself is not repeated among its namesakes.
    assert "同名的失信被执行人" not in page


# --- The receipt -------------------------------------------------------------------------


def receipt(client: Client, given: str) -> Any:
    return client.post("/persons/receipt/", {"pass": given})


def test_the_opened_entry_hands_out_its_receipt(
    client: Client, listing: Listing, person: PersonDraft
) -> None:
    page = answer_to(client, name=person.name, number=person.number)
    passes_given = re.findall(r'name="pass" value="([^"]+)"', page)
    assert '<form method="post" action="/persons/receipt/"' in page

    answer = receipt(client, passes_given[-1])

    found = json.loads(answer.content)
    assert found["index"] == listing.leaf_id
    assert (found["core"]["name"], found["core"]["numbers"]) == (
        person.name,
        [person.number],
    )
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex, noarchive"
    disposition = f'attachment; filename="receipt-{listing.leaf_id}.json"'
    assert answer.headers["Content-Disposition"] == disposition


def test_nothing_else_hands_it_out(
    client: Client, listing: Listing, person: PersonDraft, rule: ListRule
) -> None:
    organisation = make_listing(rule)
    given = passes.issue(listing.case)

    refused = [
        receipt(client, ""),
        receipt(client, listing.case),
        receipt(client, f"{given}x"),
        receipt(client, passes.issue(organisation.case)),
        receipt(client, passes.issue("0" * 32)),
    ]

    assert {answer.status_code for answer in refused} == {404}
    assert len({answer.content for answer in refused}) == 1
    assert client.get("/persons/receipt/", {"pass": given}).status_code == 405
    later = AT + timedelta(seconds=passes.LASTS + 1)
    with time_machine.travel(later, tick=False):
        assert receipt(client, given).status_code == 404


def test_what_left_display_has_no_receipt_here(client: Client, listing: Listing) -> None:
    given = passes.issue(listing.case)
    maker, _ = make_staff(listing.authority)
    assert receipt(client, given).status_code == 200

    actions.hold(listing, "法院裁定", by=maker, at=AT)

    assert receipt(client, given).status_code == 404


# --- One answer for everything else ------------------------------------------------------


def wrong_questions(person: PersonDraft, listing: Listing) -> list[dict[str, str]]:
    return [
        {"name": "乙某", "number": make_person(9).number},
        {"name": person.name},
        {"name": person.name, "number": make_person(9).number},
        {"name": "乙某", "number": person.number},
        {"name": person.name, "number": person.number, "document": "passport"},
        {"name": person.name, "document": "nothing"},
        {"name": person.name, "decision_no": "示例罚〔2026〕999号"},
        {"name": "乙某", "decision_no": listing.decision_no},
        {"name": person.name, "decision_no": listing.case},
        {"name": "甲" * 3000},
        {"name": "·", "number": person.number},
    ]


def test_whatever_is_wrong_the_answer_is_the_same(
    client: Client, listing: Listing, person: PersonDraft
) -> None:
    answers = [ask(client, **typed) for typed in wrong_questions(person, listing)]

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert NOBODY in answers[0].content.decode()
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1


def test_whatever_is_wrong_the_same_is_looked_up(
    client: Client, listing: Listing, person: PersonDraft
) -> None:
    looked_up = set()
    for typed in wrong_questions(person, listing):
        with CaptureQueriesContext(connection) as asked:
            ask(client, **typed)
        looked_up.add(len([one for one in asked if "registry_listing" in one["sql"]]))

    assert looked_up == {3}


def test_while_a_key_changes_the_answer_and_the_look_ups_are_one_as_well(
    client: Client, listing: Listing, person: PersonDraft, own_keys: Path
) -> None:
    rotation.begin("index", AT)
    asked, answers = set(), set()
    for typed in wrong_questions(person, listing):
        with CaptureQueriesContext(connection) as queries:
            answers.add(ask(client, **typed).content)
        found = [one for one in queries if "registry_listing" in one["sql"]]
        asked.add((len(queries), len(found)))

    assert len(answers) == 1
    assert len(asked) == 1
    assert asked.pop()[1] == 3
    assert "示例事实甲。" in answer_to(client, name=person.name, number=person.number)


def test_a_lost_key_fails_for_everybody_alike(
    client: Client, listing: Listing, person: PersonDraft, own_keys: Path
) -> None:
    for lost in ("index.key", "master.key"):
        copy = (own_keys / lost).read_bytes()
        (own_keys / lost).unlink()
        for name, number in (("乙某", make_person(9).number), (person.name, person.number)):
            with pytest.raises(KeyFileError, match=f"{lost} is missing"):
                ask(client, name=name, number=number)
        (own_keys / lost).write_bytes(copy)

    assert "示例事实甲。" in answer_to(client, name=person.name, number=person.number)


# --- One answer, to the byte and to the query: E28 ----------------------------------------


@pytest.fixture
def lives(rule: ListRule) -> dict[str, dict[str, str]]:
    """What is asked of people whom the register has known, and of one it never has."""
    ended, held, shown, unknown = (
        make_person(serial, name=f"{letter}某")
        for serial, letter in enumerate("乙丙丁戊", start=11)
    )
    listings = [
        make_listing(rule, party=one, conduct_on=ADULT) for one in (ended, held, shown)
    ]
    maker, _ = make_staff(listings[0].authority)
    actions.emergency_end(listings[0], "认错了人", by=maker, at=AT)
    actions.hold(listings[1], "法院裁定", by=maker, at=AT)
    return {
        "never listed": {"name": unknown.name, "number": unknown.number},
        "ended": {"name": ended.name, "number": ended.number},
        "on hold": {"name": held.name, "number": held.number},
        "wrong number": {"name": shown.name, "number": unknown.number},
    }


def test_never_listed_ended_held_and_wrong_number_are_one_answer(
    client: Client, lives: dict[str, dict[str, str]]
) -> None:
    answers, asked = set(), set()
    for typed in lives.values():
        with (
            CaptureQueriesContext(connection) as queries,
            CaptureQueriesContext(connections["vault"]) as of_vault,
        ):
            answer = ask(client, **typed)
        answers.add((answer.status_code, answer.content, *sorted(answer.headers.items())))
        asked.add((shapes(queries), shapes(of_vault)))

    assert len(answers) == 1
    assert len(asked) == 1


def shapes(queries: CaptureQueriesContext) -> tuple[str, ...]:
    """The statements without their values, in order."""
    return tuple(re.sub(r"'[^']*'", "?", one["sql"]) for one in queries)


# --- A number that can be none ------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "number"),
    [
        pytest.param("resident", "99000019800229012", id="a digit short"),
        pytest.param("resident", "9900001980022901234", id="a digit long"),
        pytest.param("resident", "990000198002290010", id="a wrong check digit"),
        pytest.param("resident", "990000198013010015", id="no such day"),
        pytest.param("resident", "不是号码", id="no digits"),
        pytest.param("resident", "9" * 5000, id="5,000 digits"),
        pytest.param("resident", "\0", id="NUL"),
        pytest.param("resident", "-", id="nothing but a hyphen"),
        pytest.param("permit", "A12345678", id="no permit"),
        pytest.param("passport", "E12", id="too short for a passport"),
        pytest.param("nothing", "99000019800229001X", id="no such document"),
    ],
)
def test_a_number_that_can_be_none_gets_a_field_error(
    client: Client, listing: Listing, document: str, number: str
) -> None:
    with (
        CaptureQueriesContext(connection) as queries,
        CaptureQueriesContext(connections["vault"]) as of_vault,
    ):
        answer = ask(client, name="甲某", document=document, number=number)

    page = answer.content.decode()
    assert answer.status_code == 400
    assert page.count('role="alert"') == 1
    assert '<strong class="wrong" id="id_number_error">' in page
    assert 'aria-describedby="id_number_error"' in page
    # Nobody is looked up, and so nothing is told.
    assert not any("registry_" in one["sql"] for one in without_head(queries))
    assert len(of_vault) == 0
    assert answer.headers["Cache-Control"] == "no-store"


def without_head(queries: CaptureQueriesContext) -> list[dict[str, str]]:
    """Every page asks whether this is a demo."""
    return [one for one in queries if "registry_instance" not in one["sql"]]


def test_what_was_typed_is_there_to_be_corrected(client: Client) -> None:
    typed = {"name": "甲某", "document": "permit", "number": "12", "decision_no": "示例1号"}

    page = ask(client, **typed).content.decode()

    assert 'value="12"' in page
    assert 'value="示例1号"' in page
    assert '<option value="permit" selected>' in page


def test_a_name_and_a_number_can_be_wrong_at_once(client: Client) -> None:
    page = ask(client, name=" ", number="12").content.decode()

    assert 'id="id_name_error">请填写姓名全称。' in page
    assert 'id="id_number_error">' in page


def test_what_has_the_form_of_a_number_is_told_nothing_more(
    client: Client, listing: Listing
) -> None:
    for document, number in (
        ("resident", "990000800229999"),
        ("permit", "H12345678"),
        ("foreign", "ABC123456789012"),
        ("passport", "E12345678"),
    ):
        assert NOBODY in answer_to(client, name="甲某", document=document, number=number)


def test_a_malformed_number_counts_for_no_limit(client: Client) -> None:
    for _ in range(12):
        assert client.post(PATH, {"name": "乙某", "number": "1"}).status_code == 400

    assert knock(client) == 200


def test_a_number_is_looked_up_by_its_index(listing: Listing, now: datetime) -> None:
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL plans by the size of a table, and here it has one row")
    shown = Listing.objects.on_display(now).filter(person__isnull=False)

    by_decision = shown.filter(decision_no__in=["a", "b"]).explain()
    by_number = shown.filter(person__number_hash__in=["a" * 64, "b" * 64]).explain()

    assert re.search("USING INDEX listing_by_(decision|number)", by_decision)
    assert "registry_person_number_hash" in by_number


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        pytest.param(FIRST - timedelta(days=1), False, id="the day before the first"),
        pytest.param(FIRST, True, id="the first day"),
        pytest.param(LAST, True, id="the last day"),
        pytest.param(LAST + timedelta(days=1), False, id="the day after the last"),
    ],
)
def test_it_opens_from_the_first_day_to_the_last(
    client: Client, listing: Listing, person: PersonDraft, day: date, shown: bool
) -> None:
    with time_machine.travel(at_noon(day), tick=False):
        page = answer_to(client, name=person.name, number=person.number)

    assert ("示例事实甲。" in page) is shown
    assert (NOBODY in page) is not shown


def test_what_is_held_ended_or_erased_is_nothing(
    client: Client, listing: Listing, person: PersonDraft
) -> None:
    nothing = answer_to(client, name="乙某", number=person.number)
    maker, _checker = make_staff(listing.authority)

    CaseKey.objects.filter(case=listing.case).delete()
    assert answer_to(client, name=person.name, number=person.number) == nothing
    actions.hold(listing, "法院裁定", by=maker, at=AT)
    assert answer_to(client, name=person.name, number=person.number) == nothing
    actions.emergency_end(listing, "认错了人", by=maker, at=AT)
    assert answer_to(client, name=person.name, number=person.number) == nothing


def test_a_list_that_is_not_looked_up_is_nothing(
    client: Client, person: PersonDraft
) -> None:
    rule = make_rule(person_lookup="none", person_fields="")
    listing = make_listing(rule, party=person, conduct_on=ADULT)

    assert NOBODY in answer_to(client, name=person.name, number=person.number)
    assert NOBODY in answer_to(client, name=person.name, decision_no=listing.decision_no)


def test_an_organisation_is_not_found_here(client: Client, rule: ListRule) -> None:
    listing = make_listing(rule)

    assert listing.entity
    assert NOBODY in answer_to(
        client, name=listing.entity.name, decision_no=listing.decision_no
    )


# --- By name -----------------------------------------------------------------------------


def test_a_name_shows_three_things_of_each_court_entry(
    client: Client, defaulters: ListRule, person: PersonDraft
) -> None:
    for serial in (1, 2):
        list_defaulter(defaulters, serial)

    page = answer_to(client, name="甲某")

    assert page.count("测试市中级人民法院") == 2
    assert page.count("2025</td>") == 2
    assert page.count("全部未履行") == 2
    assert "姓名不是唯一的" in page
    # No duty, number, birthday or way to a page of the person.
    for kept in (
        "支付货款",
        "2025-11-03",
        person.number[6:14],
        "/listings/",
        "/repair/apply/",
    ):
        assert kept not in page


def test_a_part_of_a_name_is_no_name(client: Client, defaulters: ListRule) -> None:
    list_defaulter(defaulters, party=make_person(name="甲某某"))

    assert NOBODY in answer_to(client, name="甲某")
    assert NOBODY in answer_to(client, name="甲%")


def test_a_court_entry_is_there_from_the_first_day_to_the_last(
    client: Client, defaulters: ListRule
) -> None:
    list_defaulter(defaulters)

    seen = []
    for day in (FIRST - timedelta(days=1), FIRST, LAST, LAST + timedelta(days=1)):
        with time_machine.travel(at_noon(day), tick=False):
            seen.append("测试市中级人民法院" in answer_to(client, name="甲某"))

    assert seen == [False, True, True, False]


def test_too_many_of_a_name_are_counted_by_province(
    client: Client, defaulters: ListRule
) -> None:
    for serial in range(20):
        list_defaulter(defaulters, serial)
    assert answer_to(client, name="甲某").count("测试市中级人民法院") == 20

    elsewhere = make_authority("测试区人民法院", region=region("110101"))
    list_defaulter(defaulters, 20, authority=elsewhere)

    page = answer_to(client, name="甲某")
    assert "测试市中级人民法院" not in page
    assert re.search(r"四川省</th>.*?>20<.*", page)
    assert re.search(r"北京市</th>.*?>1<.*", page)


# --- Limits ------------------------------------------------------------------------------


def knock(client: Client, name: str = "乙某", address: str = "192.0.2.1") -> int:
    answer = client.post(PATH, {"name": name}, REMOTE_ADDR=address)
    return answer.status_code


def test_an_address_has_ten_an_hour(client: Client) -> None:
    assert [knock(client, f"乙{n}") for n in range(11)] == [200] * 10 + [429]
    assert knock(client, address="192.0.2.2") == 200

    with time_machine.travel("2026-03-16T11:00:00+08:00", tick=False):
        assert knock(client) == 200


def test_who_is_over_the_limit_is_told_until_when(client: Client) -> None:
    for n in range(10):
        knock(client, f"乙{n}")

    answer = client.post(PATH, {"name": "乙某"}, REMOTE_ADDR="192.0.2.1")

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "3601"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "2026-03-16 11:00 之后再试" in without_time(answer.content.decode())


@pytest.mark.parametrize(
    ("address", "beyond"),
    [
        pytest.param("192.0.2.{}", "192.0.3.1", id="a /24"),
        pytest.param("2001:db8:0:1::{}", "2001:db8:0:2::1", id="a /64"),
    ],
)
def test_a_block_of_addresses_has_thirty_a_day(
    client: Client, address: str, beyond: str
) -> None:
    codes = [knock(client, f"乙{n}", address.format(n + 1)) for n in range(31)]

    assert codes == [200] * 30 + [429]
    assert knock(client, address=beyond) == 200
    with time_machine.travel("2026-03-16T23:59:00+08:00", tick=False):
        assert knock(client, address=address.format(99)) == 429
    with time_machine.travel("2026-03-17T00:00:00+08:00", tick=False):
        assert knock(client, address=address.format(99)) == 200


def test_a_name_has_twenty_a_day_from_everywhere(client: Client) -> None:
    codes = [knock(client, "乙 某", f"198.51.{n}.1") for n in range(21)]

    assert codes == [200] * 20 + [429]
    assert knock(client, "丙某", "198.51.100.1") == 200


def test_who_is_over_the_limit_uses_up_nobodys_name(client: Client) -> None:
    for _ in range(40):
        knock(client, "乙某")

    codes = [knock(client, "乙某", f"198.51.{n}.1") for n in range(11)]
    assert codes == [200] * 10 + [429]


def test_looking_at_the_form_counts_nothing(client: Client) -> None:
    for _ in range(12):
        assert client.get(PATH).status_code == 200
        assert client.post(PATH, {"carried": "1", "name": "乙某"}).status_code == 200

    assert knock(client) == 200


@pytest.mark.parametrize(
    ("proxies", "told", "codes"),
    [
        pytest.param(0, "203.0.113.{}", {429}, id="nobody is believed"),
        pytest.param(1, "203.0.113.1, 198.51.{}.1", {200}, id="the last proxy is"),
        pytest.param(1, "198.51.{}.1, 203.0.113.1", {429}, id="the visitor is not"),
        pytest.param(2, "203.0.113.1", {429}, id="too few have told"),
    ],
)
def test_only_our_own_proxies_tell_the_address(
    client: Client, settings: object, proxies: int, told: str, codes: set[int]
) -> None:
    settings.PROXIES = proxies  # type: ignore[attr-defined]
    for n in range(10):
        client.post(PATH, {"name": f"乙{n}"}, headers={"x-forwarded-for": told.format(n)})

    answer = client.post(
        PATH, {"name": "乙某"}, headers={"x-forwarded-for": told.format(77)}
    )

    assert {answer.status_code} == codes


# --- What stays behind -------------------------------------------------------------------


def test_nothing_about_the_person_is_logged_or_remembered(
    client: Client,
    listing: Listing,
    person: PersonDraft,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)

    client.post(PATH, {"name": person.name, "number": person.number})
    for _ in range(12):
        client.post(PATH, {"name": person.name, "number": make_person(9).number})

    logged = "".join(
        record.getMessage()
        for record in caplog.records
        if record.name != "django.db.backends"
    )
    remembered = "".join(cache._cache)  # type: ignore[attr-defined]
    for text in (logged, remembered):
        assert person.name not in text
        assert person.number not in text
        assert vault.name_hash(person.name) not in text
    assert "127.0.0.1" not in remembered


def test_it_speaks_english(client: Client, listing: Listing, person: PersonDraft) -> None:
    answer = ask(client, "/en", name=person.name, number=person.number)

    page = without_time(answer.content.decode())
    assert "On display from 2026-03-16 to 2029-03-16" in page
    assert 'href="/en/persons/check/"' in page
