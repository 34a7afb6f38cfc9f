"""The desk of objections: the queue, each act in the browser, and nothing of others."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from registry.models import Authority, Listing, ListRule, User, Viewing
from repair import actions
from repair.admin.objection_acts import BY_NAME
from repair.models import Objection
from tests.factories import AT, make_listing, make_person, sign_in
from tests.repair.making import PDF, object_to

pytestmark = pytest.mark.django_db
QUEUE = "/admin/repair/objection/"
Status = Objection.Status


def at_desk(user: User) -> Client:
    client = Client()
    sign_in(client, user)
    return client


def act(client: Client, objection: Objection, name: str, **fields: Any) -> str:
    sent = {"key": str(uuid4()), **fields}
    response = client.post(f"{QUEUE}{objection.pk}/acts/{name}/", sent, follow=True)
    return str(response.content.decode())


def page(client: Client, objection: Objection) -> str:
    return str(client.get(f"{QUEUE}{objection.pk}/change/").content.decode())


@pytest.fixture
def objection(listing: Listing) -> Objection:
    return object_to(listing, said="我们已经起诉。", papers=(PDF,))


def test_the_queue_shows_what_is_due_first(objection: Objection, clerk: User) -> None:
    actions.accept_objection(objection, by=clerk, at=AT)
    other = object_to(objection.listing, kind="term")

    queue = at_desk(clerk).get(QUEUE).content.decode()

    shown = [queue.index(one.filing.shown_number) for one in (other, objection)]
    assert shown == sorted(shown)
    for words in ("2026-03-17", "2026-03-25", "公示期限有误"):
        assert words in queue


def test_what_waits_stands_on_the_first_page(objection: Objection, clerk: User) -> None:
    first = at_desk(clerk).get("/admin/").content.decode()

    assert "异议，等待受理和标注" in first
    assert objection.filing.shown_number in first


OVERDUE = "异议，已经逾期"
YESTERDAY, TODAY, TOMORROW = date(2026, 3, 15), date(2026, 3, 16), date(2026, 3, 17)


@pytest.mark.parametrize(
    ("due", "is_late"),
    [
        pytest.param(YESTERDAY, True, id="day before"),
        pytest.param(TODAY, False, id="its last day"),
        pytest.param(TOMORROW, False, id="day after"),
    ],
)
@pytest.mark.parametrize("step", ["mark", "decide"])
def test_what_is_overdue_is_told_at_the_top(
    step: str,
    due: date,
    is_late: bool,
    objection: Objection,
    clerk: User,
    decider: User,
) -> None:
    if step == "decide":
        # Marked too late, but marked: only the day of the next step counts.
        Objection.objects.update(mark_due_on=YESTERDAY)
        actions.accept_objection(objection, by=clerk, at=AT)
    Objection.objects.update(**{f"{step}_due_on": due})

    for user in (clerk, decider):
        desk = at_desk(user)
        first = desk.get("/admin/").content.decode()
        n = int(is_late)
        assert f'due=overdue">{OVERDUE} <span class="count">{n}</span>' in first
        assert (OVERDUE in desk.get(QUEUE).content.decode()) is is_late
        late = desk.get(f"{QUEUE}?due=overdue").content.decode()
        assert (objection.filing.shown_number in late) is is_late


def test_what_is_overdue_elsewhere_is_told_to_nobody_else(
    objection: Objection, stranger: User
) -> None:
    Objection.objects.update(mark_due_on=YESTERDAY)

    first = at_desk(stranger).get("/admin/").content.decode()

    assert f'due=overdue">{OVERDUE} <span class="count">0</span>' in first
    assert objection.filing.shown_number not in first


def test_while_papers_are_missing_nothing_is_overdue(
    objection: Objection, clerk: User
) -> None:
    Objection.objects.update(mark_due_on=YESTERDAY, decide_due_on=YESTERDAY)
    actions.return_objection(objection, "缺少判决书。", by=clerk, at=AT)

    assert OVERDUE not in at_desk(clerk).get(QUEUE).content.decode()


def test_from_the_mark_to_the_end(objection: Objection, clerk: User, decider: User) -> None:
    desk, bench = at_desk(clerk), at_desk(decider)
    assert "我们已经起诉。" in page(desk, objection)
    assert "已受理，记录旁已经标注。" in act(desk, objection, "accept")
    assert "声明已经显示在记录旁。" in act(desk, objection, "clear")
    act(desk, objection, "propose_end", reason="不是该单位", end_reason="wrong")
    assert "终止原因" in page(bench, objection)

    done = act(bench, objection, "uphold", document="示例异〔2026〕1号")

    assert "异议成立，记录已经更正或者停止公示。" in done
    assert Listing.objects.get().end_reason == "wrong"


def test_a_correction_starts_from_what_the_entry_says(
    objection: Objection, clerk: User, decider: User
) -> None:
    desk = at_desk(clerk)
    act(desk, objection, "accept")
    asked = desk.get(f"{QUEUE}{objection.pk}/acts/propose_correction/").content.decode()
    assert "示例事实。" in asked

    same = {"ground": "示例事由", "facts": "示例事实。", "reason": "核实"}
    refused = act(desk, objection, "propose_correction", **same)
    assert "没有任何改动。请修改后再提请。" in refused
    act(desk, objection, "propose_correction", **same | {"facts": "更正的事实。"})
    assert "更正的事实。" in page(at_desk(decider), objection)
    act(at_desk(decider), objection, "uphold", document="示例异〔2026〕2号")

    assert Listing.objects.get().facts == "更正的事实。"


def test_each_role_is_offered_its_acts(
    objection: Objection, clerk: User, decider: User
) -> None:
    def offered(user: User) -> set[str]:
        told = page(at_desk(user), objection)
        return {name for name in BY_NAME if f"/acts/{name}/" in told}

    assert offered(clerk) == {"accept", "return"}
    assert offered(decider) == set()
    actions.accept_objection(objection, by=clerk, at=AT)
    assert offered(clerk) == {
        "clear",
        "withhold",
        "propose_correction",
        "propose_end",
        "propose_rejection",
    }
    assert offered(decider) == {"extend"}


def test_an_act_of_another_role_is_forbidden(objection: Objection, decider: User) -> None:
    path = f"{QUEUE}{objection.pk}/acts/accept/"

    assert at_desk(decider).post(path, {"key": str(uuid4())}).status_code == 403
    objection.refresh_from_db()
    assert objection.status == Status.RECEIVED


def test_a_foreign_objection_answers_like_none(
    objection: Objection, stranger: User
) -> None:
    desk = at_desk(stranger)
    paper = objection.filing.evidence.get()
    tails = ("change/", "acts/accept/", "open/", f"evidence/{paper.pk}/")

    for tail in tails:
        known = desk.get(f"{QUEUE}{objection.pk}/{tail}")
        assert known.status_code == 404
    assert objection.filing.shown_number not in desk.get(QUEUE).content.decode()


def test_a_paper_is_sent_as_an_attachment(objection: Objection, clerk: User) -> None:
    paper = objection.filing.evidence.get()

    sent = at_desk(clerk).get(f"{QUEUE}{objection.pk}/evidence/{paper.pk}/")

    assert sent.content == PDF.content
    assert sent.headers["Content-Disposition"].startswith("attachment")


@pytest.fixture
def of_person(rule: ListRule, clerk: User) -> Objection:
    listing = make_listing(
        rule, authority=clerk.authority, party=make_person(), conduct_on=AT.date()
    )
    return object_to(listing, role="person", kind="identity")


def test_of_a_person_it_opens_for_a_purpose(of_person: Objection, clerk: User) -> None:
    desk = at_desk(clerk)
    assert "异议人丙某" not in page(desk, of_person)

    desk.post(f"{QUEUE}{of_person.pk}/open/", {"purpose": "repair"})

    assert "异议人丙某" in page(desk, of_person)
    assert Viewing.objects.get().listing == of_person.listing


def test_so_does_the_form_that_begins_with_what_the_entry_says(
    of_person: Objection, clerk: User
) -> None:
    actions.accept_objection(of_person, by=clerk, at=AT)
    desk, path = at_desk(clerk), f"{QUEUE}{of_person.pk}/acts/propose_correction/"

    asked = desk.get(path, follow=True).content.decode()
    assert "示例事实。" not in asked
    assert "请先选择查看事由，打开当事人资料，再提出更正。" in asked
    assert "示例事实。" not in act(desk, of_person, "propose_correction")
    of_person.refresh_from_db()
    assert of_person.status == Status.ACCEPTED
    desk.post(f"{QUEUE}{of_person.pk}/open/", {"purpose": "repair"})

    assert "示例事实。" in desk.get(path).content.decode()


def test_the_superior_has_its_own_queue(
    authority: Authority, objection: Objection, stranger: User, clerk: User, decider: User
) -> None:
    authority.superior = stranger.authority
    authority.save()
    actions.accept_objection(objection, by=clerk, at=AT)
    actions.propose_rejection(objection, "不实", by=clerk, at=AT)
    objection = actions.reject(objection, "核实无误。", by=decider, at=AT)
    review = actions.ask_for_review(objection, "没有核实。", at=AT)

    above = page(at_desk(stranger), review)
    assert "由本单位审查" in above
    assert "没有核实。" in above
    # Of the lower one it sees what was decided there, and only there.
    assert at_desk(stranger).get(f"{QUEUE}{objection.pk}/change/").status_code == 404
    assert at_desk(clerk).get(f"{QUEUE}{review.pk}/change/").status_code == 404
