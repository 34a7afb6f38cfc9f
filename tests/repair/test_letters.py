"""The letters of an application: what each says, kept as made, the same for everybody."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from registry import sealed_files
from registry.models import Letter, Listing, User
from repair import access, actions, letters
from repair.actions import Filed
from repair.actions import letters as making
from repair.models import Application, Step
from tests.factories import AT, make_authority, sign_in
from tests.pdf import Pdf
from tests.repair.making import filed

pytestmark = pytest.mark.django_db
Act = Step.Act
MISSING = "缺少2025年度报告。"


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    cache.clear()


@pytest.fixture
def filing(listing: Listing) -> Filed:
    return filed(listing)


def step_of(filing: Filed, act: Step.Act) -> Step:
    return Step.objects.get(application__filing=filing.filing, act=act)


def text_of(filing: Filed, act: Step.Act, language: str = "zh") -> str:
    return Pdf(making.pdf_of(step_of(filing, act), language, at=AT)).text


def refused(filing: Filed, clerk: User, decider: User) -> Application:
    application = filing.filing.applications.get()
    application = actions.accept_application(application, by=clerk, at=AT)
    application = actions.propose_refusal(application, "不符", by=clerk, at=AT)
    return actions.refuse_repair(application, MISSING, by=decider, at=AT)


def download(client: Client, filing: Filed, **other: str) -> Any:
    given = {
        "pass": access.issue_pass(filing.filing),
        "application": f"{filing.filing.applications.get().public_id}",
        "kind": "zh",
    }
    return client.post("/repair/track/paper/", given | other)


def test_acceptance_says_by_when(filing: Filed, clerk: User) -> None:
    actions.accept_application(filing.filing.applications.get(), by=clerk, at=AT)

    text = text_of(filing, Act.ACCEPT)

    assert "信用修复受理通知书" in text
    assert "本单位最迟在2026年3月23日作出决定：受理后5个工作日" in text
    assert f"{filing.filing.shown_number}-1" in text


def test_a_return_says_what_to_complete_and_keeps_its_days(
    filing: Filed, clerk: User
) -> None:
    application = filing.filing.applications.get()
    application = actions.return_for_completion(application, MISSING, by=clerk, at=AT)
    later = AT + timedelta(days=3)
    actions.complete_application(application, "已补", (), at=later)

    text = text_of(filing, Act.RETURN)

    assert "信用修复补正通知书" in text
    assert MISSING in text
    assert "本单位于2026年3月16日收到" in text


def test_a_refusal_says_why_when_again_and_where_to_turn(
    filing: Filed, clerk: User, decider: User, listing: Listing
) -> None:
    listing.authority.superior = make_authority("测试省市场监督管理局")
    listing.authority.save()
    refused(filing, clerk, decider)

    text = text_of(filing, Act.REFUSE)

    assert "不予信用修复决定书" in text
    assert MISSING in text
    assert "没有等待期：改正上述内容、备齐材料之后，随时可以再次申请，免费。" in text
    assert "六十日内向测试省市场监督管理局申请行政复议" in text


@pytest.mark.parametrize(
    ("earliest", "sentence"),
    [
        (date(2026, 3, 15), "没有等待期"),
        (date(2026, 3, 16), "没有等待期"),
        (date(2026, 3, 17), "最早在2026年3月17日：在那之前，最短公示期没有届满。"),
    ],
    ids=["day before", "day itself", "day after"],
)
def test_when_to_apply_again(filing: Filed, earliest: date, sentence: str) -> None:
    application = filing.filing.applications.get()
    application.listing.repairable_from = earliest

    assert sentence in letters.when_again(application, on=date(2026, 3, 16))


def test_a_decline_says_why(filing: Filed, clerk: User) -> None:
    application = filing.filing.applications.get()
    actions.decline_application(application, "不属于信用修复。", by=clerk, at=AT)

    text = text_of(filing, Act.DECLINE)

    assert "信用修复不予受理通知书" in text
    assert "不属于信用修复。" in text
    assert "not accepted" in making_text(filing, Act.DECLINE)


def making_text(filing: Filed, act: Step.Act) -> str:
    """In English; the text of a PDF has no blanks between words."""
    return text_of(filing, act, "en").replace("notaccepted", "not accepted")


# --- Held on a court's ruling -------------------------------------------------------------

LATER = AT + timedelta(days=366)


@pytest.fixture
def held(filing: Filed, clerk: User, decider: User) -> Application:
    application = filing.filing.applications.get()
    application = actions.accept_application(application, by=clerk, at=AT)
    application = actions.propose_shield(
        application,
        "计划已获批准",
        court_document="（2026）测0001破1号",
        ruled_on=date(2026, 3, 2),
        by=clerk,
        at=AT,
    )
    return actions.shield(application, by=decider, at=AT)


def test_what_is_held_is_told_with_its_ruling_and_the_next_look(
    filing: Filed, held: Application, decider: User
) -> None:
    # Set late: the letter tells the day that was told then.
    actions.prolong_shield(held, "执行到第二期。", by=decider, at=LATER)

    text = text_of(filing, Act.SHIELD)

    for words in (
        "信用修复暂停公示通知书",
        f"{filing.filing.shown_number}-2",
        "（2026）测0001破1号",
        "2026年3月2日",
        "2026年3月16日",
        "2027年3月16日",
        "暂停公示不是终止公示",
        "本单位核实符合条件的，决定准予修复，终止公示。",
        "没有执行或者不能执行的，本单位决定不予修复，恢复公示。",
    ):
        assert words in text
    assert "2028" not in text
    assert "计划已获批准" not in text


def test_what_is_held_further_is_told_why_each_time(
    filing: Filed, held: Application, decider: User
) -> None:
    held = actions.prolong_shield(held, "执行到第二期。", by=decider, at=LATER)
    first = Step.objects.get(act=Act.PROLONG)
    actions.prolong_shield(held, "执行到第三期。", by=decider, at=LATER + timedelta(days=1))
    second = Step.objects.filter(act=Act.PROLONG).latest("at")

    texts = [Pdf(making.pdf_of(step, "zh", at=LATER)).text for step in (first, second)]

    for text, reason, day, number in zip(
        texts,
        ("执行到第二期。", "执行到第三期。"),
        ("2028年3月17日", "2028年3月18日"),
        (3, 4),
        strict=True,
    ):
        assert "信用修复继续暂停公示通知书" in text
        assert reason in text
        assert day in text
        assert f"{filing.filing.shown_number}-{number}" in text
    assert [letter.kind for letter in Letter.objects.order_by("pk")] == ["prolong"] * 2


def test_the_refusal_of_what_was_held_says_that_it_is_shown_again(
    filing: Filed, held: Application, clerk: User, decider: User
) -> None:
    held = actions.propose_refusal(held, "没有执行", by=clerk, at=LATER)
    actions.refuse_repair(held, MISSING, by=decider, at=LATER)

    text = text_of(filing, Act.REFUSE)

    assert "按法院裁定的暂停公示就此结束，记录恢复公示" in text
    assert "记录继续公示" not in text


def test_the_desk_and_the_party_are_offered_both(
    filing: Filed, held: Application, clerk: User, decider: User, client: Client
) -> None:
    actions.prolong_shield(held, "执行到第二期。", by=decider, at=AT)
    desk = Client()
    sign_in(desk, clerk)
    where = f"/admin/repair/application/{held.pk}"

    for act in (Act.SHIELD, Act.PROLONG):
        step = step_of(filing, act)
        theirs = download(client, filing, step=f"{step.pk}", kind="en")
        ours = desk.post(f"{where}/paper/", {"step": f"{step.pk}", "kind": "en"})
        assert theirs.headers["Content-Type"] == "application/pdf"
        assert theirs.content == ours.content
        page = desk.get(f"{where}/change/").content.decode()
        assert f'name="step" value="{step.pk}"' in page


def test_what_was_made_stays_as_it_was(filing: Filed, clerk: User) -> None:
    actions.accept_application(filing.filing.applications.get(), by=clerk, at=AT)
    step = step_of(filing, Act.ACCEPT)
    first = making.pdf_of(step, "zh", at=AT)
    step.of_application.listing.authority.phone = "0990-5550199"
    step.of_application.listing.authority.save()

    assert making.pdf_of(step_of(filing, Act.ACCEPT), "zh", at=AT) == first
    letter = Letter.objects.get()
    assert (letter.kind, letter.made_by) == ("accepted", clerk)
    for file in sealed_files.folder().glob(f"{letter.stored_as}*"):
        assert b"%PDF" not in file.read_bytes()


def test_it_goes_with_the_case(filing: Filed, clerk: User, decider: User) -> None:
    refused(filing, clerk, decider)
    making.pdf_of(step_of(filing, Act.REFUSE), "zh", at=AT)
    Application.objects.update(erased_at=None)
    step = step_of(filing, Act.REFUSE)
    step.of_application.filing.erased_at = AT

    with pytest.raises(sealed_files.GoneError):
        making.pdf_of(step, "zh", at=AT)


def test_the_party_and_the_desk_download_the_same(
    filing: Filed, clerk: User, decider: User, client: Client
) -> None:
    application = refused(filing, clerk, decider)
    step = step_of(filing, Act.REFUSE)
    page = client.post(
        "/repair/track/", {"number": filing.filing.number, "secret": filing.secret}
    ).content.decode()
    assert f'name="step" value="{step.pk}"' in page

    theirs = download(client, filing, step=f"{step.pk}")
    desk = Client()
    sign_in(desk, clerk)
    where = f"/admin/repair/application/{application.pk}"
    given = {"step": f"{step.pk}", "kind": "zh"}
    ours = desk.post(f"{where}/paper/", given)

    assert theirs.content == ours.content
    assert theirs.headers["Content-Type"] == "application/pdf"
    assert f'value="{step.pk}"' in desk.get(f"{where}/change/").content.decode()


def test_there_is_no_letter_of_another_step_or_application(
    filing: Filed, clerk: User, client: Client
) -> None:
    application = filing.filing.applications.get()
    actions.accept_application(application, by=clerk, at=AT)
    file_step = step_of(filing, Act.FILE)

    for other in ({"step": f"{file_step.pk}"}, {"step": "99999"}, {"kind": "json"}):
        answer = download(client, filing, **other)
        assert answer.headers["Content-Type"].startswith("text/html")
    assert not Letter.objects.exists()
