"""Applications on paper: entered by a clerk of the authority, dated the day they came."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from registry.days import day_of
from registry.errors import BarredError
from registry.models import LedgerEntry, Listing, Role, User
from repair import actions, papers
from repair.models import Application, Evidence, Filing, Step
from tests.factories import AT, make_listing, make_user, sign_in
from tests.repair.making import draft, make_cure_rule
from tests.repair.uploads import pdf, picture, sent

pytestmark = pytest.mark.django_db
COUNTER = "/admin/repair/application/counter/"
CAME_ON = date(2026, 3, 16)


@pytest.fixture(autouse=True)
def no_file_is_there(settings: LazySettings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def desk(client: Client, clerk: User) -> Client:
    sign_in(client, clerk)
    return client


def form(listing: Listing, **fields: Any) -> dict[str, Any]:
    usual = {
        "key": "00000000-0000-4000-8000-000000000001",
        "channel": "post",
        "received_on": "2026-03-16",
        "listings": [listing.case],
        "role": "rep",
        "name": "申请人乙某",
        "done": "on",
        "statement": "已补报年度报告。",
        "committed": "on",
        "scans": [sent("申请表.pdf", pdf()), sent("执照.png", picture("PNG"))],
    }
    return {name: value for name, value in (usual | fields).items() if value is not None}


def enter(desk: Client, listing: Listing, **fields: Any) -> Any:
    return desk.post(f"{COUNTER}{listing.case}/", form(listing, **fields))


# --- The act ---------------------------------------------------------------------------


def test_the_days_count_from_the_day_it_came(clerk: User, rule: Any) -> None:
    listing = make_listing(rule, authority=clerk.authority)
    late = AT + timedelta(days=2)

    on_paper = draft(listing, channel="counter", received_on=CAME_ON)
    filing = actions.file_application(on_paper, at=late, by=clerk).filing

    application = filing.applications.get()
    assert filing.channel == "counter"
    assert day_of(application.received_at) == CAME_ON
    assert application.accept_due_on == date(2026, 3, 19)
    assert application.answer_due_on == date(2026, 3, 30)
    step = application.steps.get()
    assert (step.act, step.by, step.at) == (Step.Act.FILE, clerk, late)
    ask = LedgerEntry.objects.about("ask", listing.case)
    assert ask
    assert b"2026-03-30" in bytes(ask.content)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        pytest.param({"received_on": date(2026, 3, 17)}, "received_in_future", id="future"),
        pytest.param({"received_on": date(2026, 3, 15)}, "received_too_early", id="early"),
        pytest.param({"channel": "web"}, "no_clerk", id="by the web"),
    ],
)
def test_every_reason_why_it_cannot_be_entered(
    listing: Listing, clerk: User, fields: dict[str, Any], code: str
) -> None:
    on_paper = draft(listing, **{"channel": "post", "received_on": CAME_ON} | fields)
    with pytest.raises(BarredError) as refusal:
        actions.file_application(on_paper, at=AT, by=clerk)

    assert code in [bar.code for bar in refusal.value.bars]
    assert not Filing.objects.exists()


def test_the_first_and_the_last_day_are_taken(clerk: User, rule: Any) -> None:
    for day in (0, 1):
        listing = make_listing(rule, authority=clerk.authority)
        on_paper = draft(listing, channel="post", received_on=CAME_ON + timedelta(days=day))
        actions.file_application(on_paper, at=AT + timedelta(days=1), by=clerk)

    assert Application.objects.count() == 2


def test_what_came_too_early_is_judged_by_the_day_it_came(clerk: User) -> None:
    """Two days after, today would do; the paper came one day before."""
    rule = make_cure_rule(early=1, early_unit="m", severity="serious")
    listing = make_listing(rule, authority=clerk.authority)
    today = AT + timedelta(days=33)
    assert listing.repairable_from == date(2026, 4, 16)

    early = draft(listing, channel="post", received_on=date(2026, 4, 15))
    with pytest.raises(BarredError) as refusal:
        actions.file_application(early, at=today, by=clerk)
    assert [bar.code for bar in refusal.value.bars] == ["too_early"]

    in_time = draft(listing, channel="post", received_on=date(2026, 4, 16))
    assert actions.file_application(in_time, at=today, by=clerk).filing.pk


@pytest.mark.parametrize("who", ["stranger", "decider"])
def test_nobody_else_enters_it(
    listing: Listing, who: str, request: pytest.FixtureRequest
) -> None:
    by = request.getfixturevalue(who)
    on_paper = draft(listing, channel="post", received_on=CAME_ON)
    with pytest.raises(BarredError):
        actions.file_application(on_paper, at=AT, by=by)

    assert not Filing.objects.exists()


# --- The pages -------------------------------------------------------------------------


def test_a_clerk_finds_the_record_and_enters_the_paper(
    desk: Client, listing: Listing, clerk: User
) -> None:
    assert COUNTER in desk.get("/admin/repair/application/").content.decode()
    found = desk.get(COUNTER, {"q": listing.decision_no}).content.decode()
    assert f'href="{COUNTER}{listing.case}/"' in found
    page = desk.get(f"{COUNTER}{listing.case}/").content.decode()
    assert "同意依法公开本承诺书。" in page

    answer = enter(desk, listing)

    assert answer.status_code == 302, answer.content.decode()
    receipt = desk.get(answer.headers["Location"]).content.decode()
    number, secret = re.findall(r'<span class="code">([0-9A-Z-]{19})</span>', receipt)
    filing = Filing.objects.get()
    assert (number, filing.channel) == (filing.shown_number, "post")
    assert "申请表.pdf" in receipt
    assert '<time datetime="2026-03-19">' in receipt
    tracked = Client().post("/repair/track/", {"number": number, "secret": secret})
    assert "最迟在 2026-03-19 决定是否受理" in tracked.content.decode()
    assert {paper.kind for paper in Evidence.objects.all()} == {"pdf", "png"}
    shown = desk.get(f"/admin/repair/application/{Application.objects.get().pk}/change/")
    text = shown.content.decode()
    assert "邮寄" in text
    assert str(clerk) in text


def test_on_a_ruling_the_duty_may_be_open(desk: Client, listing: Listing) -> None:
    assert enter(desk, listing, done="").status_code == 200
    assert not Application.objects.exists()

    assert enter(desk, listing, done="", on_ruling="on").status_code == 302

    application = Application.objects.get()
    assert (application.on_ruling, application.says_done) == (True, False)


@pytest.mark.parametrize("language", ["", "/en"])
def test_its_pages_open_in_both_languages(
    desk: Client, listing: Listing, language: str
) -> None:
    enter(desk, make_listing(listing.rule, authority=listing.authority))
    said = ("Find", "Received on", "Handed over")
    if not language:
        said = ("查找", "收到日期", "已经交付")

    for path, sentence in zip(("", f"{listing.case}/", "receipt/"), said, strict=True):
        answer = desk.get(f"{language}{COUNTER}{path}")
        assert answer.status_code == 200
        assert sentence in answer.content.decode()


def test_the_receipt_is_handed_over_once(desk: Client, listing: Listing) -> None:
    enter(desk, listing)
    receipt = f"{COUNTER}receipt/"
    assert desk.get(receipt).status_code == 200
    assert "no-store" in desk.get(receipt).headers["Cache-Control"]

    handed_over = desk.post(receipt)

    assert handed_over.headers["Location"] == COUNTER
    assert desk.get(receipt).headers["Location"] == COUNTER


def test_another_browser_of_the_same_clerk_sees_no_receipt(
    desk: Client, listing: Listing, clerk: User
) -> None:
    enter(desk, listing)
    other = Client()
    sign_in(other, clerk)

    assert other.get(f"{COUNTER}receipt/").headers["Location"] == COUNTER


def test_a_double_click_enters_once(desk: Client, listing: Listing) -> None:
    first = enter(desk, listing)
    again = enter(desk, listing)

    assert first.headers["Location"] == again.headers["Location"]
    assert Filing.objects.count() == 1
    assert Evidence.objects.count() == 2
    receipt = desk.get(again.headers["Location"]).content.decode()
    number, secret = re.findall(r'<span class="code">([0-9A-Z-]{19})</span>', receipt)
    keys = {"number": number, "secret": secret}
    assert "不对" not in Client().post("/repair/track/", keys).content.decode()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"channel": None}, "请选择窗口还是邮寄。"),
        ({"received_on": None}, "请填写收到的日期：期限从这一天起算。"),
        (
            {"received_on": "2026-03-17"},
            "收到日期 2026-03-17 在今天之后。请填写实际收到的日期。",
        ),
        (
            {"received_on": "2026-03-15"},
            "收到日期早于公示开始的 2026-03-16。请核对收到的日期和所选的记录。",
        ),
        ({"committed": None}, "没有作出信用承诺。请阅读信用承诺书并确认。"),
        ({"name": ""}, "请填写申请人姓名。"),
        (
            {"scans": [sent("a.pdf", pdf()), sent("b.pdf", b"MZ")]},
            "文件不是 PDF、JPEG 或者 PNG。请换成其中一种。",
        ),
        (
            {"scans": [sent(f"{n}.pdf", pdf(b"/N %d" % n)) for n in range(11)]},
            "材料超过 10 份。请合并后再提交。",
        ),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    desk: Client, listing: Listing, fields: dict[str, Any], sentence: str
) -> None:
    for paper in fields.get("scans", ()):
        assert isinstance(paper, SimpleUploadedFile)
        paper.seek(0)

    text = enter(desk, listing, **fields).content.decode()

    assert sentence in text
    assert not Filing.objects.exists()
    assert not papers.folder().exists() or not list(papers.folder().iterdir())


@pytest.mark.parametrize("who", ["decider", "stranger", "auditor"])
def test_only_clerks_of_the_authority_reach_it(
    client: Client, listing: Listing, who: str, request: pytest.FixtureRequest
) -> None:
    if who == "auditor":
        user = make_user("auditor", listing.authority, Role.AUDITOR)
    else:
        user = request.getfixturevalue(who)
    sign_in(client, user)
    expected = 404 if who == "stranger" else 403

    assert client.get(f"{COUNTER}{listing.case}/").status_code == expected
    assert enter(client, listing).status_code == expected
    if who != "stranger":
        assert client.get(COUNTER).status_code == 403
        assert COUNTER not in client.get("/admin/repair/application/").content.decode()
    else:
        found = client.get(COUNTER, {"q": listing.decision_no}).content.decode()
        assert "没有找到正在公示的记录。" in found
    assert not Filing.objects.exists()
