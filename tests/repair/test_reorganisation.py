"""A court approves a plan: held by two people, looked at each year, then final."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from portal.outbox import relay
from registry import actions as of_register
from registry.days import CIVIL_TIME
from registry.errors import BarredError, OutOfTurnError
from registry.ledger import entries
from registry.models import (
    Act,
    Authority,
    LedgerEntry,
    Listing,
    Outbox,
    Role,
    SignedLetter,
    User,
)
from repair import access, actions
from repair.actions import erasure
from repair.models import Application, Step
from repair.progress import progress_of
from tests.factories import AT, make_listing, make_user, sign_in
from tests.repair.making import draft, file, make_cure_rule, make_day

pytestmark = pytest.mark.django_db
RULED = date(2026, 3, 2)
DOCUMENT = "（2026）测0001破1号"
PLAN = "重整计划已由法院裁定批准。"
# A year after the hold of 2026-03-16.
REVIEW = date(2027, 3, 16)
LATER = AT + timedelta(days=400)


def proposed(application: Application, by: User, **fields: Any) -> Application:
    usual: dict[str, Any] = {"court_document": DOCUMENT, "ruled_on": RULED}
    return actions.propose_shield(application, PLAN, by=by, at=AT, **usual | fields)


@pytest.fixture
def accepted(application: Application, clerk: User) -> Application:
    return actions.accept_application(application, by=clerk, at=AT)


@pytest.fixture
def shielded(accepted: Application, clerk: User, decider: User) -> Application:
    return actions.shield(proposed(accepted, clerk), by=decider, at=AT)


def written(listing: Listing) -> list[dict[str, Any]]:
    """What the ledger says of it, from the listing on."""
    rows = LedgerEntry.objects.filter(subject=listing.case).order_by("leaf")
    return [entries.decode(bytes(row.content)) for row in rows]


def test_two_people_hold_it_on_the_ruling(
    accepted: Application, listing: Listing, clerk: User, decider: User
) -> None:
    waiting = proposed(accepted, clerk)
    assert Listing.objects.on_display(AT).filter(pk=listing.pk).exists()

    shielded = actions.shield(waiting, by=decider, at=AT)

    listing.refresh_from_db()
    assert shielded.status == "shielded"
    assert (shielded.shielded_by, shielded.shielded_at) == (decider, AT)
    assert shielded.review_on == REVIEW
    shielded.refresh_from_db()
    assert shielded.due_on == REVIEW
    assert not Listing.objects.on_display(AT).filter(pk=listing.pk).exists()
    assert (listing.held_since, listing.held_ground) == (AT, "court")
    assert listing.held_reason == (
        "法院裁定批准重整计划或者和解协议：（2026）测0001破1号，2026-03-02"
    )
    hold, answer = written(listing)[-2:]
    assert (hold["t"], hold["why"], answer["t"]) == ("hold", "court", "answer")


def test_who_proposed_does_not_decide(accepted: Application, authority: Authority) -> None:
    both = make_user("both", authority, Role.REPAIR_CLERK, Role.REPAIR_DECIDER)
    waiting = proposed(accepted, both)

    with pytest.raises(BarredError) as refused:
        actions.shield(waiting, by=both, at=AT)

    assert [bar.code for bar in refused.value.bars] == ["own_opinion"]
    assert not Listing.objects.filter(held_since__isnull=False).exists()


def test_another_authority_neither_proposes_nor_decides(
    accepted: Application, clerk: User, stranger: User
) -> None:
    with pytest.raises(BarredError):
        proposed(accepted, stranger)
    with pytest.raises(BarredError):
        actions.shield(proposed(accepted, clerk), by=stranger, at=AT)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        pytest.param(
            {"court_document": " "},
            "没有填写法院裁定的文书号。请照裁定书填写。",
            id="no document",
        ),
        pytest.param(
            {"ruled_on": date(2026, 3, 17)},
            "裁定日期 2026-03-17 在今天之后。请照裁定书填写。",
            id="ruled tomorrow",
        ),
    ],
)
def test_a_ruling_has_a_number_and_a_day(
    fields: dict[str, Any], text: str, accepted: Application, clerk: User
) -> None:
    with pytest.raises(BarredError) as refused:
        proposed(accepted, clerk, **fields)

    assert [bar.text for bar in refused.value.bars] == [text]
    accepted.refresh_from_db()
    assert (accepted.status, accepted.court_document) == ("accepted", "")


def test_ruled_today_is_in_time(accepted: Application, clerk: User) -> None:
    assert proposed(accepted, clerk, ruled_on=date(2026, 3, 16)).opinion == "shield"


def test_what_is_held_already_is_not_held_twice(
    accepted: Application, listing: Listing, clerk: User, authority: Authority
) -> None:
    maker = make_user("maker", authority, Role.MAKER)
    of_register.hold(listing, "法院裁定中止执行。", by=maker, at=AT)

    with pytest.raises(BarredError) as refused:
        proposed(accepted, clerk)

    assert [bar.code for bar in refused.value.bars] == ["held"]


def test_the_plan_is_completed_and_the_repair_is_final(
    shielded: Application, listing: Listing, clerk: User, decider: User
) -> None:
    waiting = actions.propose_grant(shielded, "计划执行完毕。", by=clerk, at=LATER)
    assert waiting.status == "proposed"
    # 2027-04-20 is a Tuesday; five working days, as its rule says.
    assert waiting.decide_due_on == date(2027, 4, 27)

    done = actions.grant_repair(waiting, "修复1号", by=decider, at=LATER)

    listing.refresh_from_db()
    assert done.status == "granted"
    assert (listing.ended_at, listing.end_reason) == (LATER, "cured")
    assert [entry["t"] for entry in written(listing)[-4:]] == [
        "hold",
        "answer",
        "ask",
        "end",
    ]
    assert SignedLetter.objects.filter(listing=listing).exists()


def test_the_minimum_does_not_count_but_a_ban_does(
    authority: Authority, clerk: User, decider: User
) -> None:
    rule = make_cure_rule("TEST_BAN", details="ban_until")
    listing = make_listing(
        rule,
        authority=authority,
        decided_on=date(2026, 3, 16),
    )
    application = file(listing)
    accepted = actions.accept_application(application, by=clerk, at=AT)
    shielded = actions.shield(proposed(accepted, clerk), by=decider, at=AT)
    Listing.objects.filter(pk=listing.pk).update(details={"ban_until": "2027-04-20"})

    with pytest.raises(BarredError) as refused:
        actions.propose_grant(shielded, "执行完毕。", by=clerk, at=LATER)
    assert [bar.code for bar in refused.value.bars] == ["ban"]

    day_after = LATER + timedelta(days=1)
    assert actions.propose_grant(shielded, "执行完毕。", by=clerk, at=day_after)


def test_the_plan_has_failed_and_it_is_shown_again(
    shielded: Application, listing: Listing, clerk: User, decider: User
) -> None:
    waiting = actions.propose_refusal(shielded, "计划没有执行。", by=clerk, at=LATER)

    actions.refuse_repair(waiting, "法院裁定终止执行。", by=decider, at=LATER)

    listing.refresh_from_db()
    assert Listing.objects.on_display(LATER).filter(pk=listing.pk).exists()
    assert [entry["t"] for entry in written(listing)[-3:]] == ["ask", "unhold", "answer"]
    assert not listing.held_reason


def test_another_hold_is_not_lifted_with_it(
    shielded: Application, listing: Listing, clerk: User, decider: User
) -> None:
    Listing.objects.filter(pk=listing.pk).update(held_since=LATER, held_ground="review")
    waiting = actions.propose_refusal(shielded, "计划没有执行。", by=clerk, at=LATER)

    actions.refuse_repair(waiting, "没有执行。", by=decider, at=LATER)

    listing.refresh_from_db()
    assert listing.held_since == LATER


def test_sent_back_it_stays_held(
    shielded: Application, listing: Listing, clerk: User, decider: User
) -> None:
    waiting = actions.propose_grant(shielded, "执行完毕。", by=clerk, at=LATER)

    back = actions.send_back(waiting, "请核实。", by=decider, at=LATER)

    listing.refresh_from_db()
    assert (back.status, back.opinion, back.found_done) == ("shielded", "", None)
    assert listing.held_since == AT


def test_the_applicant_does_not_take_it_back(shielded: Application) -> None:
    with pytest.raises(BarredError) as refused:
        actions.withdraw_application(shielded, at=AT)

    assert str(refused.value.bars[0].text) == (
        "这条记录已按法院裁定暂停公示，申请不能撤回。有疑问的，请联系认定单位。"
    )


def test_a_second_click_holds_once(
    accepted: Application, listing: Listing, clerk: User, decider: User
) -> None:
    waiting = proposed(accepted, clerk)
    actions.shield(waiting, by=decider, at=AT, key="k")

    actions.shield(waiting, by=decider, at=AT, key="k")

    assert Step.objects.filter(act="shield").count() == 1
    assert listing.steps.filter(act=Act.HOLD).count() == 1
    with pytest.raises(OutOfTurnError):
        actions.shield(waiting, by=decider, at=AT)


# --- Filed on paper, before the duty is done ------------------------------------------


def on_paper(listing: Listing, by: User | None, **fields: Any) -> Application:
    sent = draft(listing, done=False, on_ruling=True, channel="counter", **fields)
    return actions.file_application(sent, at=AT, by=by).filing.applications.get()


@pytest.fixture
def young(authority: Authority) -> Listing:
    """Decided today, and a year from being repairable."""
    rule = make_cure_rule("TEST_YEAR", early=12, early_unit="m")
    return make_listing(rule, authority=authority, decided_on=date(2026, 3, 16))


def test_neither_the_minimum_nor_the_duty_is_asked_for(young: Listing, clerk: User) -> None:
    with pytest.raises(BarredError) as refused:
        actions.file_application(draft(young, channel="counter"), at=AT, by=clerk)
    assert "too_early" in [bar.code for bar in refused.value.bars]

    application = on_paper(young, clerk)

    assert (application.on_ruling, application.says_done) == (True, False)


def test_without_a_clerk_there_is_no_ruling(young: Listing) -> None:
    with pytest.raises(BarredError) as refused:
        actions.file_application(draft(young, done=False, on_ruling=True), at=AT, by=None)

    assert [bar.text for bar in refused.value.bars] == [
        "依据法院裁定的申请由受理人在窗口登记，请带裁定书到窗口或者邮寄。"
    ]
    assert not Application.objects.exists()


def test_on_a_ruling_it_is_not_granted_before_it_was_held(
    young: Listing, clerk: User, decider: User
) -> None:
    application = actions.accept_application(on_paper(young, clerk), by=clerk, at=AT)
    with pytest.raises(BarredError) as refused:
        actions.propose_grant(application, "已执行。", by=clerk, at=AT)
    assert [bar.code for bar in refused.value.bars] == ["too_early"]

    shielded = actions.shield(proposed(application, clerk), by=decider, at=AT)
    soon = AT + timedelta(days=30)
    assert actions.propose_grant(shielded, "执行完毕。", by=clerk, at=soon)


# --- Nothing is held for ever unseen --------------------------------------------------


def at(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), CIVIL_TIME)


@pytest.mark.parametrize(
    ("day", "clerks", "deciders"),
    [
        pytest.param(date(2027, 3, 12), [], [], id="two working days before"),
        pytest.param(date(2027, 3, 15), ["clerk"], [], id="the day before"),
        pytest.param(REVIEW, ["clerk"], [], id="the last day"),
        pytest.param(date(2027, 3, 17), [], ["decider"], id="the day after"),
    ],
)
def test_who_is_reminded_of_the_review(
    day: date,
    clerks: list[str],
    deciders: list[str],
    shielded: Application,
    clerk: User,
    decider: User,
) -> None:
    make_day(date(2027, 1, 1))
    for user in (clerk, decider):
        User.objects.filter(pk=user.pk).update(email=f"{user.username}@example.cn")

    actions.remind_due(at(day))

    owed = Outbox.objects.filter(kind__startswith="desk.").order_by("pk")
    told = [(row.kind, User.objects.get(pk=row.row).username) for row in owed]
    assert told == [
        *(("desk.due_soon", name) for name in clerks),
        *(("desk.overdue", name) for name in deciders),
    ]


def test_a_review_gives_it_another_year(shielded: Application, decider: User) -> None:
    seen = actions.prolong_shield(shielded, "执行到第二期。", by=decider, at=at(REVIEW))

    assert seen.review_on == date(2028, 3, 16)
    assert seen.status == "shielded"


def test_what_is_shown_again_is_not_prolonged(
    shielded: Application, listing: Listing, decider: User
) -> None:
    Listing.objects.filter(pk=listing.pk).update(
        held_since=None, held_reason="", held_ground=""
    )

    with pytest.raises(BarredError) as refused:
        actions.prolong_shield(shielded, "还在执行。", by=decider, at=LATER)

    assert [bar.code for bar in refused.value.bars] == ["not_held"]


def test_a_calendar_change_moves_nothing_of_it(shielded: Application) -> None:
    make_day(date(2026, 1, 1))
    actions.recount_open(AT)
    make_day(date(2026, 3, 18))

    assert actions.recount_open(AT).moved == 0


def test_ended_by_its_own_day_it_is_closed_with_the_erasure(
    shielded: Application, listing: Listing
) -> None:
    Listing.objects.filter(pk=listing.pk).update(
        ended_at=AT, end_reason="expired", displayed_until=date(2026, 3, 17)
    )

    erasure.close_abandoned(AT + timedelta(days=3650))

    shielded.refresh_from_db()
    assert shielded.status == "withdrawn"


# --- Who is told, and where it is done ------------------------------------------------


def test_the_applicant_reads_each_step(
    shielded: Application, clerk: User, decider: User
) -> None:
    actions.prolong_shield(shielded, "执行到第二期。", by=decider, at=at(REVIEW))

    (progress,) = progress_of(shielded.filing, at(REVIEW))

    assert [entry.title for entry in progress.entries] == [
        "已收到",
        "已受理",
        "已按裁定暂停公示",
        "复核，继续暂停公示",
    ]
    assert "测试市监督管理局最迟在 2028-03-16 复核。" in progress.what_next.replace(
        str(shielded.listing.authority), "测试市监督管理局"
    )
    assert progress.deadlines == []
    kinds = Outbox.objects.filter(kind__startswith="repair.").order_by("pk")
    assert list(kinds.values_list("kind", flat=True)) == [
        "repair.received",
        "repair.accepted",
        "repair.shielded",
        "repair.prolonged",
    ]


def test_the_applicant_reads_why_it_was_prolonged(
    shielded: Application, clerk: User, decider: User
) -> None:
    def reason(day: datetime) -> str:
        (progress,) = progress_of(shielded.filing, day)
        return progress.reason

    assert reason(AT) == ""
    actions.prolong_shield(shielded, "执行到第二期。", by=decider, at=at(REVIEW))
    assert reason(at(REVIEW)) == "执行到第二期。"
    actions.prolong_shield(shielded, "执行到第三期。", by=decider, at=LATER)
    assert reason(LATER) == "执行到第三期。"

    waiting = actions.propose_refusal(shielded, "计划没有执行。", by=clerk, at=LATER)
    assert reason(LATER) == ""
    actions.refuse_repair(waiting, "法院裁定终止执行。", by=decider, at=LATER)
    assert reason(LATER) == "法院裁定终止执行。"


def test_what_was_missing_once_is_not_why_it_is_held(
    application: Application, clerk: User, decider: User
) -> None:
    back = actions.return_for_completion(application, "缺少裁定书。", by=clerk, at=AT)
    again = actions.complete_application(back, "已补", (), at=AT)
    accepted = actions.accept_application(again, by=clerk, at=AT)
    held = actions.shield(proposed(accepted, clerk), by=decider, at=AT)

    (progress,) = progress_of(held.filing, AT)

    assert progress.reason == ""


def test_the_page_tells_the_reason_and_the_day_of_the_review(
    shielded: Application, decider: User, client: Client, now: datetime
) -> None:
    actions.prolong_shield(shielded, "执行到第二期。", by=decider, at=at(REVIEW))
    key = {"application": f"{shielded.public_id}", "kind": "zh"}
    key["pass"] = access.issue_pass(shielded.filing)

    # A paper that is not there: the page of the filing.
    page = client.post("/repair/track/paper/", key | {"step": "99999"}).content.decode()

    assert "执行到第二期。" in page
    assert "<dt>最迟复核</dt>" in page
    assert "<dt>最迟决定</dt>" not in page


def test_the_desk_tells_the_next_look_and_no_day_that_is_past(
    shielded: Application, clerk: User, client: Client, now: datetime
) -> None:
    def told() -> set[str]:
        url = reverse("admin:repair_application_change", args=[shielded.pk])
        page = client.get(url).content.decode()
        return set(re.findall("最迟决定|最迟答复|最迟复核|由承办人提出意见", page))

    sign_in(client, clerk)
    assert told() == {"最迟复核", "由承办人提出意见"}

    actions.propose_grant(shielded, "计划执行完毕。", by=clerk, at=AT)
    assert told() == {"最迟决定", "最迟答复"}


def test_the_letters_tell_the_day_and_no_party(
    shielded: Application, decider: User
) -> None:
    actions.prolong_shield(shielded, "执行到第二期。", by=decider, at=at(REVIEW))
    relay(at(REVIEW))

    held, prolonged = (one.body for one in mail.outbox if "法院裁定" in one.body)
    # Both are written when they leave: by the newest day.
    assert "认定单位最迟在 2028-03-16 复核。" in held
    assert "下一次复核最迟在 2028-03-16。理由写在进度页面上。" in prolonged
    assert "执行到第二期" not in prolonged


def test_it_is_done_at_the_desk(
    accepted: Application, clerk: User, client: Client, now: datetime
) -> None:
    sign_in(client, clerk)
    page = reverse("admin:repair_application_act", args=[accepted.pk, "propose_shield"])
    key = "00000000-0000-4000-8000-000000000001"
    sent = {"court_document": DOCUMENT, "ruled_on": f"{RULED}", "reason": PLAN, "key": key}

    answer = client.post(page, sent)

    assert answer.status_code == 302
    accepted.refresh_from_db()
    assert (accepted.opinion, accepted.court_document) == ("shield", DOCUMENT)
    told = client.get(reverse("admin:repair_application_change", args=[accepted.pk]))
    assert DOCUMENT in told.content.decode()
