"""The pages by which anybody objects to a listing, and hears what came of it."""

import re
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from registry import passes
from registry.models import Authority, Listing, User
from repair import actions, statements
from repair.models import Evidence, Filing, Objection
from repair.numbers import grouped
from tests.factories import AT, make_authority, make_listing, make_person
from tests.repair.making import make_cure_rule, objected
from tests.repair.uploads import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    cache.clear()


def form(**fields: Any) -> dict[str, Any]:
    usual = {
        "key": "k" * 32,
        "kind": "content",
        "statement": "事实不是本公司的。",
        "said": "本公司已经起诉。",
        "name": "异议人丙某",
        "role": "rep",
        "email": "c@example.cn",
        "paper": SimpleUploadedFile("证明.pdf", pdf()),
    }
    return {name: value for name, value in (usual | fields).items() if value is not None}


def where(listing: Listing, prefix: str = "") -> str:
    return f"{prefix}/objections/{listing.case}/"


@pytest.fixture
def person_listing() -> Listing:
    rule = make_cure_rule("TEST_PERSON")
    return make_listing(rule, party=make_person(), conduct_on=date(2026, 1, 5))


def text_of(response: Any) -> str:
    return str(response.content.decode())


# --- Filing -----------------------------------------------------------------------------


def test_the_front_page_says_how_long_and_that_it_is_free(client: Client) -> None:
    page = text_of(client.get("/objections/"))

    for words in ("免费", "7个工作日", "20个工作日", "60日", "有异议，正在核查"):
        assert words in page


def test_the_entry_leads_to_the_form(client: Client, listing: Listing) -> None:
    page = text_of(client.get(f"/listings/{listing.case}/"))

    assert where(listing) in page
    asked = text_of(client.get(where(listing)))
    assert "1个工作日内标注，7个工作日内决定" in asked
    assert "最长 20个工作日" in asked


def test_it_is_filed_without_an_account(client: Client, listing: Listing) -> None:
    sent = client.post(where(listing), form())
    assert sent.headers["Location"] == "/objections/receipt/"
    page = text_of(client.get("/objections/receipt/"))

    filing, objection = Filing.objects.get(), Objection.objects.get()
    assert grouped(filing.number) in page
    assert "2026-03-25" in page
    said = statements.read(filing)
    assert said is not None
    assert (said.name, said.text) == ("异议人丙某", "事实不是本公司的。")
    assert statements.said_by(objection) == "本公司已经起诉。"
    assert Evidence.objects.get().filing == filing
    # In no other browser.
    assert Client().get("/objections/receipt/").headers["Location"] == "/repair/track/"


def test_a_double_click_files_once(client: Client, listing: Listing) -> None:
    client.post(where(listing), form())
    client.post(where(listing), form())

    assert Objection.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": None}, "请选择哪里不对。"),
        ({"kind": "review"}, "请从所列的事项中选择。"),
        ({"statement": ""}, "请写明哪里不对、有什么可以核实。"),
        ({"name": ""}, "请填写您的姓名。"),
        ({"role": "person"}, "请从所列的身份中选择。"),
        ({"said": "字" * 201}, "声明超过 200 字。请缩短。"),
        ({"said": "电话 13900000000"}, "请删去后再办理。"),
        ({"email": "c@"}, "邮箱的写法不对。"),
        (
            {"paper": SimpleUploadedFile("a.pdf", b"MZ\x90\x00")},
            "文件不是 PDF、JPEG 或者 PNG。请换成其中一种。",
        ),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    client: Client, listing: Listing, fields: dict[str, Any], sentence: str
) -> None:
    response = client.post(where(listing), form(**fields))

    assert response.status_code == 200
    assert sentence in text_of(response)
    assert not Filing.objects.exists()


def test_too_many_in_an_hour_wait(client: Client, listing: Listing) -> None:
    for n in range(10):
        client.post(where(listing), form(key=f"{n:032d}"))

    response = client.post(where(listing), form(key="z" * 32))
    assert response.status_code == 429
    assert "提交的次数太多。" in text_of(response)
    assert Objection.objects.count() == 10


# --- Of a person ------------------------------------------------------------------------


def test_a_persons_listing_answers_like_an_unknown_case(
    client: Client, person_listing: Listing
) -> None:
    unknown = client.get(f"/objections/{'0' * 32}/")
    known = client.get(where(person_listing))

    assert (known.status_code, unknown.status_code) == (404, 404)
    body = unknown.content.replace(b"0" * 32, person_listing.case.encode())
    # Beside the token of this answer.
    assert re.sub(rb'nonce="[^"]*"', b"", known.content) == re.sub(
        rb'nonce="[^"]*"', b"", body
    )
    assert client.post(where(person_listing), form(role="person")).status_code == 404


def test_a_pass_opens_it_without_a_statement(
    client: Client, person_listing: Listing
) -> None:
    ticket = {"pass": passes.issue(person_listing.case)}

    page = text_of(client.post(where(person_listing), ticket))
    assert 'name="said"' not in page
    assert "甲某" not in page

    sent = form(role="person", said="不是我。", kind="identity") | ticket
    assert client.post(where(person_listing), sent).status_code == 302
    assert Objection.objects.get().said == "none"


# --- Following --------------------------------------------------------------------------


def track(client: Client, filing: Filing, secret: str) -> str:
    sent = {"number": filing.number, "secret": secret}
    return text_of(client.post("/repair/track/", sent))


def ticket_of(page: str) -> str:
    return str(re.findall(r'name="pass" value="([^"]+)"', page)[0])


def test_number_and_secret_tell_where_it_stands(
    client: Client, listing: Listing, clerk: User
) -> None:
    filing, secret = objected(listing, said="本公司已经起诉。")
    page = track(client, filing, secret)
    assert "最迟在 2026-03-17 受理并在记录旁标注" in page

    objection = actions.accept_objection(filing.objections.get(), by=clerk, at=AT)
    actions.withhold_statement(objection, "有他人的信息。", by=clerk, at=AT)
    page = track(client, filing, secret)
    for words in ("正在核查，记录旁已经写明", "有他人的信息。", "不予显示"):
        assert words in page


def test_what_the_office_says_to_itself_stays_there(
    client: Client, listing: Listing, clerk: User, decider: User
) -> None:
    filing, secret = objected(listing)
    objection = actions.accept_objection(filing.objections.get(), by=clerk, at=AT)
    objection = actions.propose_rejection(objection, "内部意见", by=clerk, at=AT)
    actions.reject(objection, "核实无误。", by=decider, at=AT)

    page = track(client, filing, secret)

    assert "内部意见" not in page
    assert "提出意见" not in page
    for words in ("核实无误。", "六十日内", "异议不成立"):
        assert words in page
    # Nobody above is known.
    assert "track/review" not in page


def test_it_is_completed_and_withdrawn_from_there(
    client: Client, listing: Listing, clerk: User
) -> None:
    filing, secret = objected(listing)
    objection = filing.objections.get()
    actions.return_objection(objection, "请附营业执照。", by=clerk, at=AT)
    page = track(client, filing, secret)
    assert "请附营业执照。" in page
    which = {"pass": ticket_of(page), "application": str(objection.public_id)}

    done = client.post("/repair/track/complete/", {**which, "statement": "见附件。"})
    assert "补充已经收到" in text_of(done)
    done = client.post("/repair/track/withdraw/", {**which, "sure": "yes"})
    assert "已撤回" in text_of(done)
    objection.refresh_from_db()
    assert objection.status == "withdrawn"


def test_a_refusal_goes_to_the_superior_from_there(
    client: Client, authority: Authority, listing: Listing, clerk: User, decider: User
) -> None:
    authority.superior = make_authority("测试省市场监督管理局")
    authority.save()
    filing, secret = objected(listing)
    objection = actions.accept_objection(filing.objections.get(), by=clerk, at=AT)
    actions.propose_rejection(objection, "不实", by=clerk, at=AT)
    actions.reject(objection, "核实无误。", by=decider, at=AT)
    page = track(client, filing, secret)
    assert "向测试省市场监督管理局申请复议" in page
    which = {"pass": ticket_of(page), "application": str(objection.public_id)}

    empty = text_of(client.post("/repair/track/review/", {**which, "reason": ""}))
    assert "请写明为什么不接受这个决定。" in empty
    done = text_of(client.post("/repair/track/review/", {**which, "reason": "没有核实。"}))

    assert "复议申请已经收到" in done
    review = Objection.objects.get(kind="review")
    assert review.authority == authority.superior
    assert "最迟在 2026-05-15 作出复议决定" in done
    assert client.post("/repair/track/review/", {"pass": "forged"}).status_code == 403


def test_the_pages_are_there_in_english(client: Client, listing: Listing) -> None:
    for path in ("/en/objections/", where(listing, "/en")):
        page = text_of(client.get(path))
        main = page[page.index("<h1>") :]
        assert "objection" in main.lower()
