"""The case desk: the queue, one application, each act, and nothing of others."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from registry.models import Authority, Listing, Role, User
from repair import actions, papers
from repair.admin.desk_acts import BY_NAME
from repair.models import Application
from tests.factories import AT, make_listing, make_user, sign_in
from tests.repair.making import file, make_cure_rule

pytestmark = pytest.mark.django_db
QUEUE = "/admin/repair/application/"
Status = Application.Status


def at_desk(user: User) -> Client:
    client = Client()
    sign_in(client, user)
    return client


def act(client: Client, application: Application, name: str, **fields: Any) -> Any:
    sent = {"key": str(uuid4()), **fields}
    return client.post(f"{QUEUE}{application.pk}/acts/{name}/", sent, follow=True)


def test_the_queue_shows_what_is_due_first(listing: Listing, clerk: User) -> None:
    accepted = actions.accept_application(file(listing), by=clerk, at=AT)
    other = make_listing(listing.rule, authority=listing.authority)
    received = file(other)

    page = at_desk(clerk).get(QUEUE).content.decode()

    first, second = (page.index(one.filing.shown_number) for one in (received, accepted))
    assert first < second
    assert "2026-03-19" in page


def test_a_longer_queue_costs_no_more_queries(
    listing: Listing, clerk: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    desk = at_desk(clerk)
    file(listing)
    # The first page of a session also writes the session.
    desk.get(QUEUE)
    with CaptureQueriesContext(connection) as one:
        desk.get(QUEUE)
    for _ in range(3):
        file(make_listing(listing.rule, authority=listing.authority))

    with django_assert_num_queries(len(one)):
        desk.get(QUEUE)


def test_closed_ones_are_looked_for_on_purpose(
    application: Application, clerk: User
) -> None:
    actions.withdraw_application(application, at=AT)
    desk = at_desk(clerk)
    number = application.filing.shown_number

    assert number not in desk.get(QUEUE).content.decode()
    assert number in desk.get(f"{QUEUE}?status=withdrawn").content.decode()
    assert number in desk.get(f"{QUEUE}?status=all&q={number}").content.decode()


def test_the_index_says_what_waits(
    application: Application, clerk: User, decider: User
) -> None:
    assert "修复申请，等待受理" in at_desk(clerk).get("/admin/").content.decode()
    assert "修复申请，等待决定" in at_desk(decider).get("/admin/").content.decode()


def test_a_clerk_reads_the_file(application: Application, clerk: User) -> None:
    page = at_desk(clerk).get(f"{QUEUE}{application.pk}/change/").content.decode()

    for words in ("申请人乙某", "已补报年度报告。", "证明.pdf", "示例事实。", "受理"):
        assert words in page


def test_two_people_grant_a_repair(
    application: Application, clerk: User, decider: User, listing: Listing
) -> None:
    desk, bench = at_desk(clerk), at_desk(decider)

    assert "已受理" in act(desk, application, "accept").content.decode()
    sent = act(desk, application, "propose_grant", reason="已核实。", found_done="on")
    assert "已提出意见" in sent.content.decode()
    done = act(bench, application, "grant", document="示例修〔2026〕1号")

    assert "记录已经停止公示" in done.content.decode()
    assert not Listing.objects.on_display(AT).exists()


def test_a_clerk_returns_and_declines(application: Application, clerk: User) -> None:
    desk = at_desk(clerk)

    act(desk, application, "return", reason="缺少回执。")
    application.refresh_from_db()
    assert application.status == Status.RETURNED
    act(desk, application, "decline", reason="不属于本单位。")
    application.refresh_from_db()
    assert application.status == Status.DECLINED


def test_a_decider_sends_back_and_refuses(
    application: Application, clerk: User, decider: User
) -> None:
    desk, bench = at_desk(clerk), at_desk(decider)
    act(desk, application, "accept")
    act(desk, application, "propose_refusal", reason="仍未补报。")

    assert act(bench, application, "grant", document="1号").status_code == 200
    act(bench, application, "send_back", reason="请再核对。")
    application.refresh_from_db()
    assert application.status == Status.ACCEPTED
    act(desk, application, "propose_refusal", reason="仍未补报。")
    act(bench, application, "refuse", reason="仍未补报。")
    application.refresh_from_db()
    assert application.status == Status.REFUSED


def test_a_form_says_what_is_missing(application: Application, clerk: User) -> None:
    desk = at_desk(clerk)
    act(desk, application, "accept")

    page = act(desk, application, "propose_grant", reason="").content.decode()

    assert "没有核实的，不能建议准予修复" in page
    application.refresh_from_db()
    assert application.status == Status.ACCEPTED


def test_what_is_barred_says_why(application: Application, clerk: User) -> None:
    desk = at_desk(clerk)
    act(desk, application, "accept")
    Listing.objects.update(held_since=AT, held_reason="法院裁定", held_ground="court")

    page = act(desk, application, "propose_grant", reason="x", found_done="on")

    assert "这条记录已经暂停公示" in page.content.decode()


def test_an_act_out_of_turn_is_said(application: Application, clerk: User) -> None:
    desk = at_desk(clerk)

    shown = desk.get(f"{QUEUE}{application.pk}/acts/propose_grant/", follow=True)
    sent = act(desk, application, "propose_refusal", reason="x").content.decode()

    assert "现在不能这样办理" in shown.content.decode()
    assert "这件事现在是“已收到”" in sent


@pytest.mark.parametrize("name", ["accept", "grant"])
def test_a_form_sent_twice_acts_once(
    name: str, application: Application, clerk: User, decider: User
) -> None:
    user, data = clerk, {"key": str(uuid4())}
    if name == "grant":
        actions.accept_application(application, by=clerk, at=AT)
        actions.propose_grant(application, "x", by=clerk, at=AT)
        user, data = decider, data | {"document": "1号"}
    desk = at_desk(user)

    for _ in range(2):
        answer = desk.post(f"{QUEUE}{application.pk}/acts/{name}/", data)
        assert answer.status_code == 302
    assert application.steps.filter(act=name).count() == 1


# --- Who may not -----------------------------------------------------------------------


def test_another_authority_sees_nothing(application: Application, stranger: User) -> None:
    desk = at_desk(stranger)
    paper = application.filing.evidence.get().pk

    assert application.filing.shown_number not in desk.get(QUEUE).content.decode()
    assert "测试1号" not in desk.get("/admin/").content.decode()
    absent = desk.get(f"{QUEUE}999999/change/")
    for path in ("change/", "acts/accept/", f"evidence/{paper}/"):
        answer = desk.get(f"{QUEUE}{application.pk}/{path}")
        assert answer.status_code == absent.status_code == 404
    for name in BY_NAME:
        assert act(desk, application, name, reason="x").status_code == 404


def test_a_role_does_only_its_own(
    application: Application, clerk: User, decider: User
) -> None:
    bench = at_desk(decider)

    assert act(bench, application, "accept").status_code == 403
    assert act(at_desk(clerk), application, "grant", document="x").status_code == 403
    page = bench.get(f"{QUEUE}{application.pk}/change/").content.decode()
    assert "acts/accept/" not in page


def test_whoever_proposed_is_not_offered_the_decision(
    application: Application, authority: Authority
) -> None:
    both = make_user("both", authority, Role.REPAIR_CLERK, Role.REPAIR_DECIDER)
    desk = at_desk(both)
    act(desk, application, "accept")
    act(desk, application, "propose_grant", reason="x", found_done="on")

    page = desk.get(f"{QUEUE}{application.pk}/change/").content.decode()
    sent = act(desk, application, "grant", document="1号")

    assert "acts/grant/" not in page
    assert sent.status_code == 403


def test_a_maker_does_not_see_applications(
    application: Application, authority: Authority
) -> None:
    desk = at_desk(make_user("maker", authority, Role.MAKER))

    assert desk.get(QUEUE).status_code == 403
    assert desk.get(f"{QUEUE}{application.pk}/change/").status_code == 403


def test_a_superuser_without_a_role_sees_nothing(application: Application) -> None:
    desk = at_desk(make_user("root", None, is_superuser=True))

    assert desk.get(QUEUE).status_code == 403


def test_an_auditor_sees_the_trail_and_not_the_applicant(
    application: Application, clerk: User, authority: Authority
) -> None:
    actions.return_for_completion(application, "缺少回执。", by=clerk, at=AT)
    desk = at_desk(make_user("auditor", authority, Role.AUDITOR))
    paper = application.filing.evidence.get().pk

    page = desk.get(f"{QUEUE}{application.pk}/change/").content.decode()

    assert "要求补正" in page
    for sealed in ("申请人乙某", "证明.pdf", "缺少回执", "示例事实"):
        assert sealed not in page
    assert desk.get(f"{QUEUE}{application.pk}/evidence/{paper}/").status_code == 403


# --- Papers ----------------------------------------------------------------------------


def test_a_paper_is_only_ever_an_attachment(application: Application, clerk: User) -> None:
    paper = application.filing.evidence.get()

    answer = at_desk(clerk).get(f"{QUEUE}{application.pk}/evidence/{paper.pk}/")

    assert answer.content.startswith(b"%PDF-1.7")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_paper_of_another_filing_is_not_there(
    application: Application, clerk: User, authority: Authority
) -> None:
    listing = make_listing(make_cure_rule("TEST_OTHER"), authority=authority)
    foreign = file(listing).filing.evidence.get().pk

    answer = at_desk(clerk).get(f"{QUEUE}{application.pk}/evidence/{foreign}/")

    assert answer.status_code == 404


def test_an_altered_file_is_not_handed_out(application: Application, clerk: User) -> None:
    paper = application.filing.evidence.get()
    stored = papers.place(paper)
    stored.write_bytes(stored.read_bytes()[:-1] + b"x")

    url = f"{QUEUE}{application.pk}/evidence/{paper.pk}/"
    page = at_desk(clerk).get(url, follow=True).content.decode()

    assert "不能打开" in page


def test_it_opens_in_english(application: Application, clerk: User) -> None:
    desk = at_desk(clerk)

    for path in ("", f"{application.pk}/change/", f"{application.pk}/acts/return/"):
        assert desk.get(f"/en{QUEUE}{path}").status_code == 200
