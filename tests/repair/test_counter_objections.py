"""Objections on paper: entered by a clerk of the authority, dated the day they came."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from registry.days import day_of
from registry.errors import BarredError
from registry.ledger import entries
from registry.models import LedgerEntry, Listing, Outbox, Role, User
from repair import actions, papers, statements
from repair.models import Evidence, Filing, Objection, Step
from tests.factories import AT, make_listing, make_person, make_user, sign_in
from tests.repair.making import make_cure_rule, objection_draft
from tests.repair.uploads import pdf, picture, sent

pytestmark = pytest.mark.django_db
COUNTER = "/admin/repair/objection/counter/"
CAME_ON = date(2026, 3, 16)
CODE = re.compile(r'<span class="code">([0-9A-Z-]{19})</span>')


@pytest.fixture(autouse=True)
def no_file_is_there(settings: LazySettings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def desk(client: Client, clerk: User) -> Client:
    sign_in(client, clerk)
    return client


@pytest.fixture
def person_listing(clerk: User) -> Listing:
    rule = make_cure_rule("TEST_PERSON")
    authority, conduct_on = clerk.authority, date(2026, 1, 5)
    return make_listing(
        rule, party=make_person(), authority=authority, conduct_on=conduct_on
    )


def form(**fields: Any) -> dict[str, Any]:
    usual = {
        "key": "00000000-0000-4000-8000-000000000001",
        "channel": "post",
        "received_on": "2026-03-16",
        "kind": "identity",
        "statement": "列入的不是本公司。",
        "said": "本公司已经起诉。",
        "role": "other",
        "name": "异议人丙某",
        "scans": [sent("异议书.pdf", pdf()), sent("执照.png", picture("PNG"))],
    }
    return {name: value for name, value in (usual | fields).items() if value is not None}


def enter(desk: Client, listing: Listing, **fields: Any) -> Any:
    return desk.post(f"{COUNTER}{listing.case}/", form(**fields))


# --- The act ---------------------------------------------------------------------------


def test_the_days_count_from_the_day_it_came(clerk: User, rule: Any) -> None:
    listing = make_listing(rule, authority=clerk.authority)
    late = AT + timedelta(days=2)

    on_paper = objection_draft(listing, channel="counter", received_on=CAME_ON)
    filing = actions.file_objection(on_paper, at=late, by=clerk).filing

    objection = filing.objections.get()
    assert filing.channel == "counter"
    assert day_of(objection.received_at) == CAME_ON
    # A Monday: one working day, and seven.
    assert objection.mark_due_on == date(2026, 3, 17)
    assert objection.decide_due_on == date(2026, 3, 25)
    step = objection.steps.get()
    assert (step.act, step.by, step.at) == (Step.Act.OBJECT, clerk, late)
    entry = LedgerEntry.objects.about("ask", listing.case)
    assert entry
    assert entry.leaf == objection.ask_leaf
    ask = entries.decode(bytes(entry.content))
    # As on the web: with the one extension, twenty working days.
    said = (ask["what"], ask["on"], ask["due"])
    assert said == ("objection", "2026-03-16", "2026-04-13")
    assert Outbox.objects.filter(kind="objection.received").count() == 1


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
    usual = {"channel": "post", "received_on": CAME_ON}
    with pytest.raises(BarredError) as refusal:
        actions.file_objection(objection_draft(listing, **usual | fields), at=AT, by=clerk)

    assert [bar.code for bar in refusal.value.bars] == [code]
    assert not Filing.objects.exists()


def test_the_public_cannot_say_that_it_came_on_paper(listing: Listing) -> None:
    on_paper = objection_draft(listing, channel="counter")
    with pytest.raises(BarredError) as refusal:
        actions.file_objection(on_paper, at=AT)

    assert [bar.code for bar in refusal.value.bars] == ["no_clerk"]


def test_the_first_and_the_last_day_are_taken(listing: Listing, clerk: User) -> None:
    for day in (0, 1):
        came_on = CAME_ON + timedelta(days=day)
        on_paper = objection_draft(listing, channel="post", received_on=came_on)
        actions.file_objection(on_paper, at=AT + timedelta(days=1), by=clerk)

    assert Objection.objects.open().count() == 2


@pytest.mark.parametrize("who", ["stranger", "decider"])
def test_nobody_else_enters_it(
    listing: Listing, who: str, request: pytest.FixtureRequest
) -> None:
    by = request.getfixturevalue(who)
    on_paper = objection_draft(listing, channel="post", received_on=CAME_ON)
    with pytest.raises(BarredError):
        actions.file_objection(on_paper, at=AT, by=by)

    assert not Filing.objects.exists()


# --- The pages -------------------------------------------------------------------------


def test_a_clerk_finds_the_record_and_enters_the_paper(
    desk: Client, listing: Listing, clerk: User
) -> None:
    assert COUNTER in desk.get("/admin/repair/objection/").content.decode()
    found = desk.get(COUNTER, {"q": listing.decision_no}).content.decode()
    assert f'href="{COUNTER}{listing.case}/"' in found
    assert "当事人声明" in desk.get(f"{COUNTER}{listing.case}/").content.decode()

    answer = enter(desk, listing)

    assert answer.status_code == 302, answer.content.decode()
    assert answer.headers["Location"] == f"{COUNTER}receipt/"
    receipt = desk.get(answer.headers["Location"]).content.decode()
    number, secret = CODE.findall(receipt)
    objection = Objection.objects.get()
    assert (number, objection.filing.channel) == (objection.filing.shown_number, "post")
    assert (objection.kind, objection.said) == ("identity", Objection.Said.WAITING)
    assert statements.said_by(objection) == "本公司已经起诉。"
    assert "异议书.pdf" in receipt
    for day in ("2026-03-17", "2026-03-25"):
        assert f'<time datetime="{day}">' in receipt
    tracked = Client().post("/repair/track/", {"number": number, "secret": secret})
    assert '<time datetime="2026-03-25">' in tracked.content.decode()
    assert {paper.kind for paper in Evidence.objects.all()} == {"pdf", "png"}
    shown = desk.get(f"/admin/repair/objection/{objection.pk}/change/").content.decode()
    assert "邮寄" in shown
    assert str(clerk) in shown


def test_of_a_person_no_statement_is_asked(desk: Client, person_listing: Listing) -> None:
    page = desk.get(f"{COUNTER}{person_listing.case}/").content.decode()
    assert 'name="said"' not in page

    assert enter(desk, person_listing, role="person").status_code == 302

    assert Objection.objects.get().said == Objection.Said.NONE


@pytest.mark.parametrize("language", ["", "/en"])
def test_its_pages_open_in_both_languages(
    desk: Client, listing: Listing, language: str
) -> None:
    enter(desk, listing)
    said = ("Find", "Who objects", "Handed over")
    if not language:
        said = ("查找", "提出异议的人", "已经交付")

    for path, sentence in zip(("", f"{listing.case}/", "receipt/"), said, strict=True):
        answer = desk.get(f"{language}{COUNTER}{path}")
        assert answer.status_code == 200
        assert sentence in answer.content.decode()


def test_the_receipt_is_handed_over_once(desk: Client, listing: Listing) -> None:
    enter(desk, listing)
    receipt = f"{COUNTER}receipt/"
    assert "no-store" in desk.get(receipt).headers["Cache-Control"]
    # What lies at the counter of the other queue is another receipt.
    other = "/admin/repair/application/counter/"
    assert desk.get(f"{other}receipt/").headers["Location"] == other

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
    assert (Objection.objects.count(), Evidence.objects.count()) == (1, 2)
    assert LedgerEntry.objects.filter(kind="ask").count() == 1
    receipt = desk.get(again.headers["Location"]).content.decode()
    number, secret = CODE.findall(receipt)
    tracked = Client().post("/repair/track/", {"number": number, "secret": secret})
    assert "不对" not in tracked.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("channel", None, "请选择窗口还是邮寄。"),
        ("received_on", None, "请填写收到的日期：期限从这一天起算。"),
        (
            "received_on",
            "2026-03-17",
            "收到日期 2026-03-17 在今天之后。请填写实际收到的日期。",
        ),
        (
            "received_on",
            "2026-03-15",
            "收到日期早于公示开始的 2026-03-16。请核对收到的日期和所选的记录。",
        ),
        ("kind", None, "请选择哪里不对。"),
        ("kind", "review", "请从所列的事项中选择。"),
        ("statement", "", "请写明哪里不对、有什么可以核实。"),
        ("name", "", "请填写提出异议的人的姓名。"),
        ("role", None, "请选择提出异议的人的身份。"),
        ("said", "字" * 201, "声明超过 200 字。请缩短。"),
        ("said", "请致电 13900000000 询问。", "13900000000"),
        (
            "scans",
            [sent("a.pdf", pdf()), sent("b.pdf", b"MZ")],
            "文件不是 PDF、JPEG 或者 PNG。请换成其中一种。",
        ),
        (
            "scans",
            [sent(f"{n}.pdf", pdf(b"/N %d" % n)) for n in range(11)],
            "材料超过 10 份。请合并后再提交。",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(
    desk: Client, listing: Listing, field: str, value: Any, sentence: str
) -> None:
    for paper in value if isinstance(value, list) else ():
        paper.seek(0)

    answer = enter(desk, listing, **{field: value})

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert sentence in answer.content.decode()
    assert not Filing.objects.exists()
    assert not LedgerEntry.objects.filter(kind="ask").exists()
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
        assert client.get(f"{COUNTER}receipt/").status_code == 403
        assert COUNTER not in client.get("/admin/repair/objection/").content.decode()
    else:
        found = client.get(COUNTER, {"q": listing.decision_no}).content.decode()
        assert "没有找到正在公示的记录。" in found
    assert not Filing.objects.exists()


def test_a_record_that_is_not_on_display_is_like_none(
    desk: Client, listing: Listing
) -> None:
    """As on the web."""
    Listing.objects.filter(pk=listing.pk).update(
        held_since=AT, held_reason="法院通知", held_ground="court"
    )

    assert desk.get(f"{COUNTER}{listing.case}/").status_code == 404
    assert enter(desk, listing).status_code == 404
    assert not Filing.objects.exists()
