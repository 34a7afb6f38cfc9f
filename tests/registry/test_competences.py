"""Which list an authority may use is a row: without one it may use none."""

import html
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from registry import actions
from registry.actions.rule_proposals import code_of
from registry.errors import BarredError
from registry.models import (
    Authority,
    Competence,
    Listing,
    ListType,
    Role,
    RuleProposal,
)
from tests.factories import (
    AT,
    make_authority,
    make_case,
    make_entity,
    make_identifier,
    make_list_type,
    make_rule,
    make_staff,
    make_user,
    sign_in,
)
from tests.registry.desk import LISTINGS, Desk, filled
from tests.registry.rule_desk import GROUNDS, operator

pytestmark = pytest.mark.django_db

PAGES = "/admin/registry/ruleproposal/"
TODAY = date(2026, 3, 16)
COMPETENCE = RuleProposal.Subject.COMPETENCE


@pytest.fixture
def office() -> Authority:
    """May use no list yet."""
    authority = make_authority()
    # Nobody at work can delete one; a test begins without.
    Competence.objects.filter(authority=authority).update(until=date(2000, 1, 2))
    return authority


def allow(office: Authority, code: str | None = "TEST_LIST", **days: date) -> Competence:
    listed = make_list_type(code) if code else None
    usual = {"in_force": TODAY}
    return Competence.objects.create(authority=office, list_type=listed, **usual | days)


# --- At the desk of an authority ---------------------------------------------------------


def refusal_of(office: Authority) -> str:
    rule = make_rule()
    with pytest.raises(BarredError) as refusal, transaction.atomic():
        make_case(rule, authority=office)
    assert not Listing.objects.exists()
    return str(refusal.value)


def test_without_a_row_no_case_is_opened(office: Authority) -> None:
    assert refusal_of(office) == (
        "测试市市场监督管理局 没有认定“示例严重失信主体名单”的权限。请由有权限的单位办理。"
    )


@pytest.mark.parametrize(
    ("code", "days"),
    [
        pytest.param("OTHER_LIST", {}, id="another list"),
        pytest.param("TEST_LIST", {"in_force": TODAY + timedelta(days=1)}, id="tomorrow"),
        pytest.param(
            "TEST_LIST",
            {"in_force": TODAY - timedelta(days=9), "until": TODAY},
            id="until today",
        ),
    ],
)
def test_the_row_has_to_be_of_this_list_and_day(
    office: Authority, code: str, days: dict[str, date]
) -> None:
    allow(office, code, **days)

    assert "没有认定" in refusal_of(office)


@pytest.mark.parametrize("code", ["TEST_LIST", None])
def test_with_a_row_for_it_or_for_all_a_case_is_opened(
    office: Authority, code: str | None
) -> None:
    allow(office, code, until=TODAY + timedelta(days=1))

    assert make_case(make_rule(), authority=office).pk


def test_another_authoritys_row_helps_nobody(office: Authority) -> None:
    allow(make_authority("另一测试市市场监督管理局"))

    assert "没有认定" in refusal_of(office)


def test_the_desk_offers_only_what_may_be_used(office: Authority) -> None:
    make_identifier(make_entity())
    make_rule()
    make_rule(list_type=make_list_type("OTHER_LIST", name_zh="另一示例名单"))
    allow(office, "OTHER_LIST")
    desk = Desk(*make_staff(office))

    page = desk.get(f"{LISTINGS}add/", by=desk.maker)
    assert "list_code=OTHER_LIST" in page
    assert "list_code=TEST_LIST" not in page
    desk.post(f"{LISTINGS}add/", filled(), by=desk.maker)

    assert not Listing.objects.exists()


# --- Given and taken by two --------------------------------------------------------------


def propose(office: Authority, **differ: str) -> RuleProposal:
    make_list_type()
    cells = {
        "code": code_of(office, ListType.objects.get(pk="TEST_LIST")),
        "authority": office.uscc,
        "list_type": "TEST_LIST",
        "in_force": "2026-03-16",
        "until": "",
    }
    return actions.propose_rule(
        cells | differ, GROUNDS, by=operator(), at=AT, subject=COMPETENCE
    )


def accepted(office: Authority, **differ: str) -> Competence:
    proposal = propose(office, **differ)
    made = actions.accept_rule(proposal, by=operator("operator-2"), at=AT)
    assert isinstance(made, Competence)
    return made


def test_two_operators_give_it_and_take_it(office: Authority) -> None:
    made = accepted(office)
    assert Competence.objects.allow(office, "TEST_LIST", TODAY)

    ended = accepted(office, until="2026-03-17")

    assert ended == made
    assert Competence.objects.allow(office, "TEST_LIST", TODAY)
    assert not Competence.objects.allow(office, "TEST_LIST", TODAY + timedelta(days=1))


def test_until_the_second_has_agreed_nothing_is_given(office: Authority) -> None:
    proposal = propose(office)

    with pytest.raises(BarredError):
        actions.accept_rule(proposal, by=proposal.maker, at=AT)

    assert not Competence.objects.allow(office, "TEST_LIST", TODAY)


@pytest.mark.parametrize(
    ("differ", "sentence"),
    [
        ({"in_force": "2026-03-15"}, "权限不得追溯，最早自 2026-03-16 起施行。"),
        ({"until": "2026-03-16"}, "失效日期须晚于施行日期，最早为 2026-03-17。"),
        ({"authority": "x"}, "没有统一社会信用代码为“x”的认定单位。"),
    ],
)
def test_a_fault_is_said(office: Authority, differ: dict[str, str], sentence: str) -> None:
    with pytest.raises(BarredError) as refusal, transaction.atomic():
        propose(office, **differ)

    assert str(refusal.value) == sentence


def test_what_is_there_is_not_given_twice(office: Authority) -> None:
    accepted(office)

    for day, sentence in (
        ("2026-03-16", "没有任何改动。请修改后再提请。"),
        ("2026-03-20", "该单位在 2026-03-20 已有这项权限。"),
    ):
        with pytest.raises(BarredError) as refusal, transaction.atomic():
            propose(office, in_force=day)
        assert sentence in str(refusal.value)


def test_it_is_proposed_on_a_page_of_its_own(office: Authority) -> None:
    client = Client()
    sign_in(client, operator())
    make_list_type()
    sent: dict[str, Any] = {
        "authority": office.pk,
        "list_type": "TEST_LIST",
        "in_force": "2026-03-16",
        "grounds": GROUNDS,
        "key": "11111111-1111-4111-8111-111111111111",
    }

    answer = client.post(f"{PAGES}competences/new/", sent, follow=True)

    page = html.unescape(answer.content.decode())
    assert "已提请。请另一名运维人员在期限内审核。" in page
    for words in (office.name, "示例严重失信主体名单", "2026-03-16"):
        assert words in page
    assert "只决定该单位今后能否为这个名单立案。" in page


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OPERATOR])
@pytest.mark.parametrize("page", ["competences/new/", "measures/new/"])
def test_only_operators_propose(role: Role, page: str, office: Authority) -> None:
    client = Client()
    sign_in(client, make_user("other", office, role))

    assert client.get(f"{PAGES}{page}").status_code == 403
