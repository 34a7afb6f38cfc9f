"""The queue: who has what, notes among colleagues, many accepted at once."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from registry.errors import BarredError, OutOfTurnError
from registry.models import Authority, Listing, Role, User
from repair import actions, statements
from repair.models import Application, Step
from repair.progress import progress_of
from tests.factories import AT, make_entity, make_listing, make_user
from tests.repair.making import file, filed, make_cure_rule, make_day
from tests.repair.test_admin import QUEUE, act, at_desk

pytestmark = pytest.mark.django_db
Act, Status = Step.Act, Application.Status


@pytest.fixture
def colleague(authority: Authority) -> User:
    return make_user("colleague", authority, Role.REPAIR_CLERK)


def another(listing: Listing, **fields: Any) -> Application:
    return file(make_listing(listing.rule, authority=listing.authority, **fields))


def numbers_on(client: Client, query: str = "") -> set[str]:
    page = client.get(f"{QUEUE}{query}").content.decode()
    return set(re.findall(r"20\d\d-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page))


def number(application: Application) -> str:
    return application.filing.shown_number


# --- Who has it -----------------------------------------------------------------------


def test_it_is_taken_and_given_on(
    application: Application, clerk: User, colleague: User
) -> None:
    taken = actions.assign_application(application, clerk, by=clerk, at=AT, key="a")
    actions.assign_application(application, clerk, by=clerk, at=AT, key="a")
    assert taken.assignee == clerk

    given = actions.assign_application(application, colleague, by=clerk, at=AT)

    assert given.assignee == colleague
    assert given.status == Status.RECEIVED
    steps = given.steps.filter(act=Act.ASSIGN)
    assert [(step.by, step.given_to) for step in steps] == [
        (clerk, clerk),
        (clerk, colleague),
    ]


def test_it_goes_to_a_clerk_of_the_authority_only(
    application: Application, clerk: User, decider: User, stranger: User
) -> None:
    for person in (decider, stranger):
        with pytest.raises(BarredError) as refusal:
            actions.assign_application(application, person, by=clerk, at=AT)
        assert refusal.value.codes == ("no_clerk",)
        assert f"{refusal.value}" == (
            f"{person} 不是本单位的修复受理人。请交给本单位的修复受理人。"
        )
    with pytest.raises(BarredError) as refusal:
        actions.assign_application(application, clerk, by=stranger, at=AT)
    assert refusal.value.codes == ("other_authority",)
    assert not application.steps.filter(act=Act.ASSIGN).exists()


def test_a_closed_one_is_given_to_nobody(application: Application, clerk: User) -> None:
    actions.withdraw_application(application, at=AT)

    with pytest.raises(OutOfTurnError):
        actions.assign_application(application, clerk, by=clerk, at=AT)


def test_whoever_accepts_it_has_it(
    application: Application, listing: Listing, clerk: User, colleague: User
) -> None:
    other = another(listing)
    actions.assign_application(other, colleague, by=clerk, at=AT)

    assert actions.accept_application(application, by=clerk, at=AT).assignee == clerk
    assert actions.accept_application(other, by=clerk, at=AT).assignee == colleague


def test_the_desk_takes_and_gives(
    application: Application, clerk: User, decider: User, colleague: User
) -> None:
    desk = at_desk(clerk)

    assert "已由您承办。" in act(desk, application, "take").content.decode()
    assert number(application) in numbers_on(desk, "?assignee=mine")
    assert number(application) not in numbers_on(desk, "?assignee=none")
    sent = act(at_desk(decider), application, "assign", to=colleague.pk)
    assert "已交办。" in sent.content.decode()
    assert "交给 colleague" in sent.content.decode()
    assert number(application) not in numbers_on(desk, "?assignee=mine")


def test_the_form_offers_no_stranger(
    application: Application, clerk: User, stranger: User, colleague: User
) -> None:
    desk = at_desk(clerk)
    page = desk.get(f"{QUEUE}{application.pk}/acts/assign/").content.decode()

    assert ">colleague</option>" in page
    assert "stranger" not in page
    act(desk, application, "assign", to=stranger.pk)
    assert not application.steps.filter(act=Act.ASSIGN).exists()


# --- Notes ----------------------------------------------------------------------------


def test_a_note_is_sealed_and_no_party_sees_it(
    application: Application, clerk: User, decider: User, authority: Authority
) -> None:
    act(at_desk(clerk), application, "note", words="电话核对过回执。")

    step = application.steps.get(act=Act.NOTE)
    assert "电话" not in bytes(step.sealed or b"").decode(errors="ignore")
    assert statements.words_of(step) == "电话核对过回执。"
    page = at_desk(decider).get(f"{QUEUE}{application.pk}/change/").content.decode()
    assert page.count("电话核对过回执。") == 1
    auditor = at_desk(make_user("auditor", authority, Role.AUDITOR))
    page = auditor.get(f"{QUEUE}{application.pk}/change/").content.decode()
    assert "内部备注" in page
    assert "电话" not in page
    (progress,) = progress_of(application.filing, AT)
    assert [entry.step.act for entry in progress.entries] == [Act.FILE]


def test_an_empty_note_is_refused(application: Application, clerk: User) -> None:
    with pytest.raises(BarredError, match="没有填写备注。请填写要告诉同事的内容。"):
        actions.note_application(application, " ", by=clerk, at=AT)


def test_what_is_erased_takes_no_note(application: Application, clerk: User) -> None:
    filing = application.filing
    filing.sealed, filing.erased_at = None, AT
    filing.save()

    with pytest.raises(BarredError) as refusal:
        actions.note_application(application, "备注", by=clerk, at=AT)

    assert refusal.value.codes == ("erased",)


# --- The list -------------------------------------------------------------------------


def test_each_day_says_why_it_is_that_day(listing: Listing, clerk: User) -> None:
    make_day(date(2026, 3, 18))
    file(listing)

    page = at_desk(clerk).get(QUEUE).content.decode()

    assert "2026-03-16 收到，次日起3个工作日；03-18 测试节，不计" in page
    page = at_desk(clerk).get(f"/en{QUEUE}").content.decode()
    assert "2026-03-16 received, then 3 working days" in page


def test_what_is_overdue_stands_at_the_top(
    application: Application, listing: Listing, clerk: User, decider: User
) -> None:
    Application.objects.update(accept_due_on=date(2026, 3, 13))
    today = another(listing)
    Application.objects.filter(pk=today.pk).update(accept_due_on=date(2026, 3, 16))
    soon = another(listing)
    Application.objects.filter(pk=soon.pk).update(accept_due_on=date(2026, 3, 17))
    later, desk = another(listing), at_desk(clerk)

    assert numbers_on(desk, "?due=overdue") == {number(application)}
    assert numbers_on(desk, "?due=today") == {number(today)}
    assert numbers_on(desk, "?due=soon") == {number(today), number(soon)}
    assert number(later) in numbers_on(desk)
    for client in (desk, at_desk(decider)):
        for path in (QUEUE, "/admin/"):
            page = client.get(path).content.decode()
            assert "修复申请，已经逾期" in page
    assert "2026-03-13 已经逾期" in desk.get(QUEUE).content.decode()


def test_nothing_overdue_is_not_announced(application: Application, clerk: User) -> None:
    assert "修复申请，已经逾期" not in at_desk(clerk).get(QUEUE).content.decode()


def test_it_is_narrowed_by_list(application: Application, clerk: User) -> None:
    listing = application.listing
    rule = make_cure_rule("TEST_OTHER")
    other = file(make_listing(rule, authority=listing.authority))
    desk = at_desk(clerk)

    assert numbers_on(desk, "?list=TEST_OTHER") == {number(other)}
    assert numbers_on(desk, "?list=TEST_ABNORMAL") == {number(application)}


def test_duplicates_are_seen_by_number_and_state(
    application: Application, listing: Listing, clerk: User, stranger: User
) -> None:
    assert stranger.authority
    actions.withdraw_application(application, at=AT)
    again = file(listing)
    same = another(listing, party=listing.entity)
    foreign = file(
        make_listing(listing.rule, authority=stranger.authority, party=listing.entity)
    )
    third = another(listing, party=make_entity("另一测试有限公司"))
    desk = at_desk(clerk)

    page = desk.get(f"{QUEUE}{again.pk}/change/").content.decode()

    others = page[page.index("同一当事人的其他申请") :]
    assert number(application) in others
    assert "同一条记录" in others
    assert "已撤回" in others
    assert number(same) in others
    assert number(foreign) not in page
    assert number(third) not in page
    assert "同一当事人另有 2 份" in desk.get(QUEUE).content.decode()


# --- Many at once ---------------------------------------------------------------------


def accept_chosen(client: Client, *chosen: Application, key: str = "") -> Any:
    sent = {
        "action": "accept_chosen",
        "index": "0",
        "key": key or str(uuid4()),
        "_selected_action": [one.pk for one in chosen],
    }
    return client.post(QUEUE, sent, follow=True)


def test_chosen_ones_are_accepted_and_the_others_named(
    application: Application, listing: Listing, clerk: User
) -> None:
    other, gone = another(listing), another(listing)
    returned = actions.return_for_completion(gone, "缺少证明。", by=clerk, at=AT)

    page = accept_chosen(at_desk(clerk), application, other, returned).content.decode()

    assert "已受理 2 份申请。" in page
    assert f"{number(gone)}：这件事现在是“待补正”，不能这样办理。" in page
    assert Application.objects.filter(status=Status.ACCEPTED).count() == 2
    steps = Step.objects.filter(act=Act.ACCEPT)
    assert {step.application for step in steps} == {application, other}


def test_a_list_sent_twice_accepts_once(
    application: Application, listing: Listing, clerk: User
) -> None:
    other, desk, key = another(listing), at_desk(clerk), str(uuid4())

    for _ in range(2):
        page = accept_chosen(desk, application, other, key=key).content.decode()
        assert "已受理 2 份申请。" in page

    assert Step.objects.filter(act=Act.ACCEPT).count() == 2


def test_only_clerks_choose_and_only_their_own(
    application: Application, decider: User, stranger: User
) -> None:
    page = at_desk(decider).get(QUEUE).content.decode()
    assert "受理所选的申请" not in page
    for user in (decider, stranger):
        accept_chosen(at_desk(user), application)

    application.refresh_from_db()
    assert application.status == Status.RECEIVED


# --- The page of one ------------------------------------------------------------------


def test_the_page_counts_aloud(application: Application, clerk: User) -> None:
    page = at_desk(clerk).get(f"{QUEUE}{application.pk}/change/").content.decode()

    assert "最迟受理 2026-03-19：怎么算" in page
    assert "2026-03-16 收到，当日不计；次日起3个工作日，到 2026-03-19 为止。" in page


def test_a_decider_extends_at_the_desk(
    application: Application, clerk: User, decider: User
) -> None:
    actions.accept_application(application, by=clerk, at=AT)
    bench = at_desk(decider)

    refused = act(bench, application, "extend", n_wd=11, reason="需要核查。")
    sent = act(bench, application, "extend", n_wd=3, reason="需要核查。")

    assert refused.status_code == 200
    assert "已延长决定期限，并通知申请人。" in sent.content.decode()
    assert "延长的理由：需要核查。" in sent.content.decode()
    application.refresh_from_db()
    assert application.decide_due_on == date(2026, 3, 26)
    assert application.extended_at
    assert application.extended_at >= AT - timedelta(days=1)
    page = bench.get(f"{QUEUE}{application.pk}/change/").content.decode()
    assert "acts/extend/" not in page


def test_the_tracking_page_counts_aloud(listing: Listing, client: Client) -> None:
    filing, secret = filed(listing)

    sent = {"number": filing.number, "secret": secret}
    page = client.post("/repair/track/", sent).content.decode()

    assert "最迟受理 2026-03-19：怎么算" in page
    assert "2026-03-16 收到，当日不计；次日起3个工作日，到 2026-03-19 为止。" in page
    assert "2026-03-19</time> 星期四 第 3 日" in page
