"""Candidates at the workplace: announced, objected to, answered, listed, renewed."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from registry import actions
from registry.logbook import acts, signing
from registry.models import CandidateObjection, Listing, Proposal, Role
from tests.factories import (
    AT,
    make_authority,
    make_case,
    make_entity,
    make_identifier,
    make_staff,
    make_user,
    sign_in,
)
from tests.portal.test_staff_pages import faults
from tests.redlists import (
    CLOSED,
    NO_CANDIDATES,
    SAID,
    list_as_serious,
    make_candidate,
    make_honour,
    make_honour_rule,
    object_at_counter,
)
from tests.registry.desk import LISTINGS, Desk, filled

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk(*make_staff(make_authority()))


def test_from_the_case_to_the_list(desk: Desk) -> None:
    acts.log_rule(make_honour_rule())
    signing.sign(AT)
    make_identifier(make_entity())

    page = desk.file(
        list_code="TEST_HONOUR", noticed_on=None, decision_no=None, decided_on=None
    )
    assert "已立案。请公示候选，期满没有异议，再凭新的决定提请公示。" in page
    page = desk.act("announce")
    assert "已公示候选，到 2026-03-23 为止。" in page
    assert "候选正在公示：公众可以看到，标明尚未列入。" in page
    assert "/acts/notice/" not in page
    assert "2026-03-16 至 2026-03-23" in page
    page = desk.act("release", decision_no="示例评〔2026〕1号", decided_on="2026-03-16")
    assert "候选公示到 2026-03-23 为止，决定日期最早为 2026-03-24。" in page
    with time_machine.travel(CLOSED, tick=False):
        desk = Desk(desk.maker, desk.checker)
        desk.act("release", decision_no="示例评〔2026〕1号", decided_on="2026-03-24")
        assert "2026-03-16 至 2026-03-23" in desk.read_proposal()
        page = desk.accept()

    assert "公示期为 2026-03-24 至 2027-03-24" in page


def test_the_form_asks_for_no_decision_before_the_candidate_was_heard(desk: Desk) -> None:
    make_honour_rule()

    page = desk.get(f"{LISTINGS}add/?list_code=TEST_HONOUR", by=desk.maker)

    assert 'name="party"' in page
    assert 'type="hidden" name="decision_no"' in page
    assert 'type="hidden" name="number"' in page
    assert "告知和决定" not in page


def test_the_form_refuses_a_person_with_a_sentence(desk: Desk) -> None:
    make_honour_rule()

    page = desk.post(
        f"{LISTINGS}add/",
        filled(
            list_code="TEST_HONOUR",
            party=None,
            name="甲某",
            document="resident",
            number="99000019800229001X",
            conduct_on="2026-01-05",
        ),
        by=desk.maker,
    )

    assert "“示例守信企业名单”不适用于自然人" in page
    assert not Listing.objects.exists()


def test_it_is_withdrawn_by_one(desk: Desk) -> None:
    make_candidate()

    page = desk.act("call_off", by=desk.checker, reason="材料有误")

    assert "已撤回候选公示，公众现在看不到。案件仍在办理。" in page
    assert "已撤回</span>" in page


# --- Objections ---------------------------------------------------------------------------


def object_by_form(desk: Desk, **fields: str) -> str:
    usual = {
        "name": "某甲商行",
        "contact": "示例路1号",
        "text": "该企业上月被投诉欠薪。",
        "on": "2026-03-16",
    }
    pk = Listing.objects.latest("pk").pk
    return desk.post(f"{LISTINGS}{pk}/acts/object/", usual | fields, by=desk.checker)


def test_one_at_the_counter_is_written_down_and_answered(desk: Desk) -> None:
    listing = make_candidate().listing
    assert "已登记异议。请核实后答复，答复之前不能列入。" in object_by_form(desk)
    objection = CandidateObjection.objects.get()
    url = f"{LISTINGS}{listing.pk}/objections/{objection.pk}/"
    page = desk.get(url, by=desk.checker)
    assert "某甲商行" in page
    assert "该企业上月被投诉欠薪。" in page

    page = desk.post(url, {"outcome": "overruled", "answer": ""}, by=desk.checker)
    assert "没有办理。请改正下面标出的地方。" in page
    sent = {"outcome": "overruled", "answer": "经核实没有欠薪。"}
    page = desk.post(url, sent, by=desk.checker)

    assert "已答复：异议不成立。异议人可以凭回执看到答复。" in page
    page = desk.get(url, by=desk.maker)
    assert "经核实没有欠薪。" in page
    assert 'class="work-form"' not in page


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("answered", [False, True])
def test_its_page_opens_without_inline_script_or_style(
    desk: Desk, language: str, answered: bool
) -> None:
    objection = object_at_counter(make_candidate())
    listing = objection.candidacy.listing
    if answered:
        actions.overrule_objection(objection, "不属实。", by=listing.maker, at=AT)

    page = desk.get(
        f"{language}{LISTINGS}{listing.pk}/objections/{objection.pk}/", by=desk.maker
    )

    assert SAID.text in page
    assert faults(page) == []


def test_one_that_holds_takes_the_candidate_down(desk: Desk) -> None:
    objection = object_at_counter(make_candidate())
    url = f"{LISTINGS}{objection.candidacy.listing_id}/objections/{objection.pk}/"

    page = desk.post(url, {"outcome": "upheld", "answer": "属实。"}, by=desk.maker)

    assert "已答复：异议成立。候选已经撤下，没有列入名单。" in page
    assert Listing.objects.get().state == Listing.State.DROPPED


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"on": "2026-03-15"}, "异议须在候选公示期内收到：2026-03-16 至 2026-03-23。"),
        ({"on": "2026-03-17"}, "收到日期 2026-03-17 在今天之后。"),
    ],
)
def test_a_wrong_day_is_said_and_nothing_written(
    desk: Desk, fields: dict[str, str], sentence: str
) -> None:
    make_candidate()

    assert sentence in object_by_form(desk, **fields)
    assert not CandidateObjection.objects.exists()


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in ("maker", "checker")]
)
def test_nobody_else_learns_who_objected(role: Role) -> None:
    objection = object_at_counter(make_candidate())
    listing, client = objection.candidacy.listing, Client()
    sign_in(client, make_user("other", listing.authority, role))

    answer = client.get(f"{LISTINGS}{listing.pk}/objections/{objection.pk}/")
    case = client.get(f"{LISTINGS}{listing.pk}/change/").content.decode()

    assert answer.status_code == 403
    assert "某甲" not in answer.content.decode()
    assert f"/objections/{objection.pk}/" not in case


def test_another_authority_finds_nothing() -> None:
    objection = object_at_counter(make_candidate())
    stranger, _ = make_staff(make_authority("另一测试市市场监督管理局"))
    client, pk = Client(), objection.candidacy.listing_id
    sign_in(client, stranger)

    for path in (f"{pk}/objections/{objection.pk}/", f"{pk}/acts/object/"):
        assert client.get(f"{LISTINGS}{path}").status_code == 404


def test_an_objection_to_another_case_is_absent(desk: Desk) -> None:
    objection = object_at_counter(make_candidate())
    other = make_case(objection.candidacy.listing.rule)

    client = desk.clients[desk.maker.pk]
    answer = client.get(f"{LISTINGS}{other.pk}/objections/{objection.pk}/")

    assert answer.status_code == 404


@pytest.mark.parametrize("act", ["announce", "object", "call_off", "renew"])
def test_other_cases_do_not_offer_it(desk: Desk, act: str) -> None:
    listing = make_case()

    page = desk.get(f"{LISTINGS}{listing.pk}/change/", by=desk.maker)

    assert f"/acts/{act}/" not in page


# --- Today --------------------------------------------------------------------------------


def test_today_names_objections_held_and_lapsing_entries(desk: Desk) -> None:
    object_at_counter(make_candidate())
    held = make_honour(make_honour_rule("OTHER_HONOUR", **NO_CANDIDATES))
    list_as_serious(held.entity)

    page = desk.get("/admin/", by=desk.maker)
    assert '对候选的异议，等待答复 <span class="count">1</span>' in page
    assert '守信激励因严重失信暂停，等待确认 <span class="count">1</span>' in page
    # Of what there is nothing, an authority without redlists hears nothing.
    assert "守信激励 60 日内期满" not in page
    rows = desk.get(f"{LISTINGS}?due=held_honours", by=desk.checker)
    assert held.decision_no in rows


@pytest.mark.parametrize(("days_left", "n"), [(61, 0), (60, 1), (1, 1), (0, 0)])
def test_an_entry_that_lapses_can_be_renewed(desk: Desk, days_left: int, n: int) -> None:
    honour = make_honour()
    assert honour.displayed_until == date(2027, 3, 17)
    at = AT + (date(2027, 3, 17) - AT.date()) - timedelta(days=days_left)

    with time_machine.travel(at, tick=False):
        desk = Desk(desk.maker, desk.checker)
        page = desk.get("/admin/", by=desk.maker)
        case = desk.get(f"{LISTINGS}{honour.pk}/change/", by=desk.maker)

    said = '守信激励 60 日内期满，不会自动延长 <span class="count">1</span>'
    assert (said in page) == bool(n)
    assert ("/acts/renew/" in case) == bool(n)


def test_a_renewal_is_a_case_of_its_own(desk: Desk) -> None:
    honour = make_honour()

    with time_machine.travel(AT + timedelta(days=330), tick=False):
        page = Desk(desk.maker, desk.checker).act("renew", ground="2026年度评价")

    assert "已立案。请凭新的决定提请公示。" in page
    case = Listing.objects.latest("pk")
    assert (case.entity, case.follows, case.state) == (honour.entity, None, "prepared")
    honour.refresh_from_db()
    assert honour.displayed_until == date(2027, 3, 17)
    assert not Proposal.objects.open().exists()
