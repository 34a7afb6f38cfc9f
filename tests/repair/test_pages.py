"""The pages of the procedure, as an applicant without an account meets them."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from registry import passes
from registry.models import Listing, User
from repair import actions, papers, statements
from repair.models import Application, Evidence, Filing
from tests.factories import AT, make_listing, make_person
from tests.repair.making import draft, filed, make_cure_rule

pytestmark = pytest.mark.django_db
Status = Application.Status


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    cache.clear()


def pdf(name: str = "证明.pdf", content: bytes = b"%PDF-1.7\n") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def form(**fields: Any) -> dict[str, Any]:
    usual = {
        "key": "k" * 32,
        "name": "申请人乙某",
        "role": "rep",
        "email": "b@example.cn",
        "statement": "已补报年度报告。",
        "done": "on",
        "committed": "on",
        "paper": pdf(),
    }
    return {name: value for name, value in (usual | fields).items() if value is not None}


def where(listing: Listing, prefix: str = "") -> str:
    return f"{prefix}/repair/apply/{listing.case}/"


@pytest.fixture
def person_listing() -> Listing:
    rule = make_cure_rule("TEST_PERSON")
    return make_listing(rule, party=make_person(), conduct_on=date(2026, 1, 5))


# --- The front page --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "sentence"), [("/repair/", "全程免费"), ("/repair/track/", "申请编号")]
)
def test_it_opens_without_an_account(client: Client, path: str, sentence: str) -> None:
    response = client.get(path)

    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]


# --- Applying --------------------------------------------------------------------------


def test_the_form_says_first_what_is_needed(
    client: Client, listing: Listing, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(12):
        response = client.get(where(listing))

    page = response.content.decode()
    assert response.status_code == 200
    assert listing.decision_no in page
    assert "履行或者改正的证明" in page
    assert '<time datetime="2026-03-16">' in page
    assert "没有作出信用承诺" not in page
    assert "提交申请" in page
    assert "no-store" in response.headers["Cache-Control"]


def test_filing_gives_number_and_secret_once(client: Client, listing: Listing) -> None:
    response = client.post(where(listing), form())

    assert response.status_code == 302
    assert response.headers["Location"] == "/repair/receipt/"
    page = client.get("/repair/receipt/").content.decode()
    number, secret = re.findall(r'<span class="code">([0-9A-Z-]{19})</span>', page)
    filing = Filing.objects.get()
    assert number == filing.shown_number
    assert "证明.pdf" in page
    tracked = client.post("/repair/track/", {"number": number, "secret": secret})
    assert "最迟在 2026-03-19 决定是否受理" in tracked.content.decode()
    assert statements.read(filing) is not None
    # Another browser sees nothing of it.
    assert Client().get("/repair/receipt/").headers["Location"] == "/repair/track/"


def test_the_secret_is_in_no_table(client: Client, listing: Listing) -> None:
    client.post(where(listing), form())
    page = client.get("/repair/receipt/").content.decode()
    _, secret = re.findall(r'<span class="code">([0-9A-Z-]{19})</span>', page)

    session = client.session["repair_receipt"]

    assert secret.replace("-", "") not in str(session)


def test_the_receipt_is_gone_after_a_quarter_of_an_hour(
    client: Client, listing: Listing, time_machine: Any
) -> None:
    client.post(where(listing), form())
    time_machine.move_to(AT + timedelta(minutes=15, seconds=1), tick=False)

    response = client.get("/repair/receipt/")

    assert response.headers["Location"] == "/repair/track/"
    assert "repair_receipt" not in client.session


def test_a_double_click_files_once(client: Client, listing: Listing) -> None:
    assert client.post(where(listing), form()).status_code == 302
    assert client.post(where(listing), form(paper=pdf())).status_code == 302

    assert Application.objects.count() == 1
    assert Evidence.objects.count() == 1


def test_every_field_says_what_to_do_and_nothing_is_lost(
    client: Client, listing: Listing
) -> None:
    sent = form(name="", done=None, committed=None, email="b", statement="理由写在这里")
    page = client.post(where(listing), sent).content.decode()

    for sentence in (
        "请填写申请人姓名。",
        "邮箱的写法不对。请照 name@example.cn 的样子填写。",
        "还没有履行或者改正的，不能申请。请先履行，再勾选。",
        "请阅读信用承诺书，并勾选确认。",
        "文件需要重新选择",
        "理由写在这里",
    ):
        assert sentence in page
    assert not Filing.objects.exists()


@pytest.mark.parametrize(
    ("paper", "sentence"),
    [
        pytest.param(pdf("a.exe", b"MZ\x90"), "文件不是 PDF", id="a program"),
        pytest.param(pdf("a.pdf", b"<html>"), "文件不是 PDF", id="only called PDF"),
        pytest.param(pdf("a.pdf", b""), "这个文件是空的", id="empty"),
        pytest.param(
            pdf("a.pdf", b"%PDF-" + b"0" * 10 * 1024**2), "文件超过 10 MB", id="too large"
        ),
    ],
)
def test_a_wrong_file_is_refused(
    client: Client, listing: Listing, paper: SimpleUploadedFile, sentence: str
) -> None:
    paper.seek(0)
    response = client.post(where(listing), form(paper=paper))

    assert sentence in response.content.decode()
    assert not Filing.objects.exists()
    folder = papers.folder()
    known = set(Evidence.objects.values_list("stored_as", flat=True))
    assert not folder.exists() or not known


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"\xff\xd8\xff\xe0 jpeg", "jpeg"), (b"\x89PNG\r\n\x1a\n png", "png")],
)
def test_pictures_are_taken_whatever_their_name(
    client: Client, listing: Listing, content: bytes, kind: str
) -> None:
    client.post(where(listing), form(paper=pdf("x.pdf", content)))

    assert Evidence.objects.get().kind == kind


def test_too_early_is_said_before_there_is_a_form(client: Client) -> None:
    rule = make_cure_rule(early=12, early_unit="m", severity="serious")
    listing = make_listing(rule)

    page = client.get(where(listing)).content.decode()
    posted = client.post(where(listing), form()).content.decode()

    assert "最早可以在 2027-03-16 提出申请" in page
    assert "<textarea" not in page
    assert "最早可以在 2027-03-16 提出申请" in posted
    assert not Filing.objects.exists()


def test_a_list_that_counts_from_the_correction_asks_for_its_day(client: Client) -> None:
    rule = make_cure_rule(early=6, early_unit="m", early_from="correction")
    listing = make_listing(rule)

    missing = client.post(where(listing), form()).content.decode()
    early = client.post(where(listing), form(corrected_on="2026-01-16")).content.decode()

    assert "请填写改正的日期" in missing
    assert "改正日期 <span" not in missing
    assert "最早可以在 2026-07-16 提出申请" in early
    assert not Filing.objects.exists()


def test_what_is_not_on_display_has_no_page(client: Client, listing: Listing) -> None:
    Listing.objects.update(ended_at=AT, end_reason="cured")

    assert client.get(where(listing)).status_code == 404
    assert client.post(where(listing), form()).status_code == 404
    assert client.get("/repair/apply/ABC/").status_code == 404


# --- A person's listing ----------------------------------------------------------------


def test_a_persons_listing_answers_like_an_unknown_case(
    client: Client, person_listing: Listing
) -> None:
    unknown = client.get(f"/repair/apply/{'0' * 32}/")
    known = client.get(where(person_listing))

    assert known.status_code == unknown.status_code == 404
    body = unknown.content.replace(b"0" * 32, person_listing.case.encode())
    assert known.content == body
    assert client.post(where(person_listing), form(role="person")).status_code == 404
    wrong = passes.issue("0" * 32)
    opened = client.post(where(person_listing), {"pass": wrong})
    assert opened.status_code == 404


def test_a_pass_opens_it_and_is_carried_on(client: Client, person_listing: Listing) -> None:
    ticket = passes.issue(person_listing.case)

    page = client.post(where(person_listing), {"pass": ticket}).content.decode()
    assert f'name="pass" value="{ticket}"' in page
    assert "请填写" not in page
    assert "甲某" not in page

    sent = form(role="person") | {"pass": ticket}
    assert client.post(where(person_listing), sent).status_code == 302
    assert Filing.objects.get().role == Filing.Role.PERSON


# --- Following -------------------------------------------------------------------------


def follow(client: Client, listing: Listing, prefix: str = "") -> str:
    """File it, and open it by number and secret."""
    filing, secret = filed(listing)
    keys = {"number": filing.shown_number, "secret": secret}
    return client.post(f"{prefix}/repair/track/", keys).content.decode()


def test_following_takes_few_queries(
    client: Client, listing: Listing, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    filing, secret = filed(listing)
    with django_assert_max_num_queries(10):
        client.post("/repair/track/", {"number": filing.number, "secret": secret})


def test_number_and_secret_are_wrong_in_one_way(client: Client, listing: Listing) -> None:
    filing, secret = filed(listing)

    answers = [
        client.post("/repair/track/", {"number": number, "secret": word})
        for number, word in ((filing.number, "0" * 16), ("0" * 16, secret), ("x", "y"))
    ]

    plain = {re.sub(r'value="[^"]*"', "", answer.content.decode()) for answer in answers}
    assert len(plain) == 1
    assert "申请编号或者查询密码不对" in plain.pop()


def test_nobody_may_try_for_ever(client: Client) -> None:
    keys = {"number": "0" * 16, "secret": "0" * 16}
    codes = [client.post("/repair/track/", keys).status_code for _ in range(21)]

    assert codes == [200] * 20 + [429]
    other = client.post("/repair/track/", keys, REMOTE_ADDR="192.0.2.7")
    assert other.status_code == 200


def test_behind_a_proxy_each_visitor_has_tries_of_their_own(
    client: Client, settings: LazySettings
) -> None:
    settings.PROXIES = 1
    keys = {"number": "0" * 16, "secret": "0" * 16}
    codes = {
        client.post(
            "/repair/track/", keys, headers={"x-forwarded-for": f"203.0.113.{n}"}
        ).status_code
        for n in range(21)
    }

    assert codes == {200}


def pass_in(page: str) -> str:
    found = re.search(r'name="pass" value="([^"]+)"', page)
    assert found
    return found[1]


def test_what_is_missing_is_sent_on_the_page(
    client: Client, listing: Listing, clerk: User
) -> None:
    filing, secret = filed(listing)
    application = filing.applications.get()
    actions.return_for_completion(application, "缺少\n补报回执。", by=clerk, at=AT)
    keys = {"number": filing.number, "secret": secret}
    page = client.post("/repair/track/", keys).content.decode()
    assert "补报回执。" in page
    which = {"pass": pass_in(page), "application": application.public_id, "key": "c"}

    empty = client.post("/repair/track/complete/", which).content.decode()
    sent = which | {"statement": "已补交。", "paper": pdf("回执.pdf")}
    done = client.post("/repair/track/complete/", sent).content.decode()

    assert "没有补充任何内容" in empty
    assert "补充已经收到" in done
    assert "回执.pdf" in done
    application.refresh_from_db()
    assert application.status == Status.RECEIVED


def test_it_is_withdrawn_by_two_clicks(client: Client, listing: Listing) -> None:
    page = follow(client, listing)
    application = Application.objects.get()
    which = {"pass": pass_in(page), "application": application.public_id}

    unsure = client.post("/repair/track/withdraw/", which).content.decode()
    done = client.post("/repair/track/withdraw/", which | {"sure": "yes"})
    again = client.post("/repair/track/withdraw/", which | {"sure": "yes"})

    assert "没有撤回" in unsure
    assert "申请已经撤回" in done.content.decode()
    assert "不能撤回" in again.content.decode()
    application.refresh_from_db()
    assert application.status == Status.WITHDRAWN


def test_a_forged_pass_opens_nothing(client: Client, application: Application) -> None:
    which = {"pass": "forged", "application": application.public_id, "sure": "yes"}

    for path in ("complete", "withdraw"):
        response = client.post(f"/repair/track/{path}/", which)
        assert response.status_code == 403
        assert "请重新输入申请编号和查询密码" in response.content.decode()
    application.refresh_from_db()
    assert application.status == Status.RECEIVED


def test_a_pass_does_not_reach_another_filing(client: Client, listing: Listing) -> None:
    other = make_listing(listing.rule, authority=listing.authority)
    foreign = filed(other).filing.applications.get()
    page = follow(client, listing)

    which = {"pass": pass_in(page), "application": foreign.public_id, "sure": "yes"}
    client.post("/repair/track/withdraw/", which)

    foreign.refresh_from_db()
    assert foreign.status == Status.RECEIVED


def test_a_refusal_says_why_and_where_to_turn(
    client: Client, listing: Listing, clerk: User, decider: User
) -> None:
    filing, secret = filed(listing)
    application = actions.accept_application(filing.applications.get(), by=clerk, at=AT)
    application = actions.propose_refusal(application, "内部意见。", by=clerk, at=AT)
    actions.refuse_repair(application, "年报仍未补报。", by=decider, at=AT)

    keys = {"number": filing.number, "secret": secret}
    page = client.post("/repair/track/", keys).content.decode()

    assert "年报仍未补报。" in page
    assert "六十日内" in page
    assert "内部意见" not in page


# --- Both languages, no leaks ----------------------------------------------------------


def test_it_works_in_english(client: Client, listing: Listing) -> None:
    assert client.get(where(listing, "/en")).status_code == 200
    response = client.post(where(listing, "/en"), form())

    assert response.headers["Location"] == "/en/repair/receipt/"
    assert client.get("/en/repair/receipt/").status_code == 200
    assert Filing.objects.get().language == "en"
    assert client.get("/en/repair/").status_code == 200


def test_nothing_typed_reaches_a_log(
    client: Client, listing: Listing, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(0):
        client.post(where(listing), form())
        client.post(where(listing), form(email="b", key="other"))
        page = client.get("/repair/receipt/").content.decode()
        number, secret = re.findall(r'<span class="code">([0-9A-Z-]{19})</span>', page)
        client.post("/repair/track/", {"number": number, "secret": secret})

    said = caplog.text
    for typed in ("乙某", "example.cn", "年度报告", secret, secret.replace("-", "")):
        assert typed not in said


def test_a_draft_in_another_language_is_answered_in_it(listing: Listing) -> None:
    filing = actions.file_application(draft(listing, language="en"), at=AT).filing

    assert filing.language == "en"
