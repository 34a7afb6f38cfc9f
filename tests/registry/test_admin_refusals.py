"""What a screen says to bad input: a clear sentence for each fault, and nothing changed."""

import html
import re
from typing import Any

import pytest
from django.db.models import Model

from registry.models import (
    CaseKey,
    Entity,
    Identifier,
    KeptDraft,
    Listing,
    Outbox,
    Person,
    Proposal,
    Role,
    Step,
    User,
)
from registry.search import index
from tests.database import change_past_guards
from tests.factories import (
    make_authority,
    make_entity,
    make_identifier,
    make_measure,
    make_person,
    make_rule,
    make_staff,
    make_user,
    region,
)
from tests.registry.desk import Desk

pytestmark = pytest.mark.django_db

KEPT: tuple[type[Model], ...] = (
    Listing,
    Person,
    Proposal,
    Step,
    Outbox,
    CaseKey,
    Entity,
    Identifier,
    User,
)
ADULT = make_person()
CHILD = make_person(born="20100101")


def rows() -> dict[str, int]:
    """What a refused form changes nothing of; that it is kept as a draft is no change."""
    found = {str(model._meta): model._default_manager.count() for model in KEPT}
    found[str(CaseKey._meta)] -= KeptDraft.objects.count()
    return found


def complaints(page: str) -> list[str]:
    """Every sentence beside a field or above the form."""
    found = re.findall(r'<ul class="errorlist[^>]*>(.*?)</ul>', page, re.DOTALL)
    items = [item for part in found for item in re.findall(r"<li>(.*?)</li>", part)]
    return [html.unescape(item) for item in items]


@pytest.fixture
def desk() -> Desk:
    make_rule(details="court")
    make_measure("FOREIGN_MEASURE")
    make_identifier(make_entity())
    return Desk(*make_staff(make_authority()))


def person(draft: Any = ADULT, **fields: Any) -> dict[str, Any]:
    usual = {
        "party": None,
        "name": draft.name,
        "document": draft.document,
        "number": draft.number,
        "conduct_on": "2026-01-05",
    }
    return usual | fields


@pytest.mark.parametrize(
    ("fields", "sentences"),
    [
        pytest.param(
            {"term": "37"},
            ["期限超过规则的上限 36 个月。请改为不超过上限的期限。"],
            id="a term beyond the maximum",
        ),
        pytest.param(
            {"measures": ["FOREIGN_MEASURE"]},
            ["该名单的规则没有“FOREIGN_MEASURE”这项措施。请只选规则列出的措施。"],
            id="a forbidden measure",
        ),
        pytest.param(
            {"noticed_on": "2026-03-12"},
            ["陈述申辩期到 2026-03-19 为止，决定日期最早为 2026-03-20。"],
            id="a decision before the window closed",
        ),
        pytest.param(
            {"noticed_on": None},
            ["该名单须先告知并听取陈述申辩。请先记录告知书的送达日期。"],
            id="a decision without notice",
        ),
        pytest.param(
            {"noticed_on": "2026-03-17", "decision_no": None, "decided_on": None},
            ["告知的送达日期 2026-03-17 在今天之后。请填写实际送达的日期。"],
            id="a notice in the future",
        ),
        pytest.param(
            {"decided_on": "2026-03-17"},
            ["决定日期 2026-03-17 在今天之后。请填写决定文书上的日期。"],
            id="a decision in the future",
        ),
        pytest.param(
            {"decided_on": None},
            ["没有写明决定日期。请照决定文书填写。"],
            id="a decision without a day",
        ),
        pytest.param(
            person(CHILD),
            ["行为时未满十八周岁的人不得列入任何名单。请撤下这条记录。"],
            id="a minor",
        ),
        pytest.param(
            person(number="990000198002290010"),
            ["证件号码与证件类型不符，或者校验码有误。请核对证件。"],
            id="a wrong number",
        ),
        pytest.param(
            person(conduct_on=None),
            ["自然人必须写明行为发生日期，用于核对年龄。"],
            id="a person without a day of conduct",
        ),
        pytest.param(
            person(document="passport", number="E12345678"),
            ["该证件号码不含出生日期，请另行填写出生日期。"],
            id="a number that tells no birth",
        ),
        pytest.param(
            {"party": "没有这家有限公司"},
            ["登记中没有“没有这家有限公司”。请核对统一社会信用代码或者全称。"],
            id="an unknown organisation",
        ),
        pytest.param(
            {"party": None},
            ["请填写单位或者自然人，二者填其一。"],
            id="nobody",
        ),
        pytest.param(
            {"name": "甲某"},
            ["请填写单位或者自然人，二者填其一。"],
            id="both at once",
        ),
        pytest.param(
            {"term": "37", "measures": ["FOREIGN_MEASURE"], "noticed_on": "2026-03-12"},
            [
                "该名单的规则没有“FOREIGN_MEASURE”这项措施。请只选规则列出的措施。",
                "陈述申辩期到 2026-03-19 为止，决定日期最早为 2026-03-20。",
                "期限超过规则的上限 36 个月。请改为不超过上限的期限。",
            ],
            id="every fault at once",
        ),
    ],
)
def test_a_form_with_faults_changes_nothing(
    desk: Desk, fields: dict[str, Any], sentences: list[str]
) -> None:
    before = rows()

    page = desk.file(**fields)

    assert sorted(complaints(page)) == sorted(sentences)
    assert rows() == before


def test_an_unknown_list_is_named_and_others_are_offered(desk: Desk) -> None:
    before = rows()

    page = desk.file(list_code="NO_SUCH_LIST")

    sentence = "没有代码为“NO_SUCH_LIST”、在 2026-03-16 施行的名单。请从名单目录中选择。"
    assert sentence in html.unescape(page)
    assert "?list_code=TEST_LIST" in page
    assert rows() == before


def test_namesakes_have_to_be_told_apart(desk: Desk) -> None:
    make_entity("蜀州同名测试有限公司")
    second = make_entity("蜀州同名测试有限公司", region=region("510104"))

    index.rebuild()

    page = desk.file(party="蜀州同名测试有限公司")

    assert complaints(page) == ["请在下面选择是哪一家；都不是的，请改填统一社会信用代码。"]
    assert "蜀州同名测试有限公司 · 没有编号 · 四川省成都市锦江区" in page
    desk.file(party="蜀州同名测试有限公司", party_id=str(second.public_id))
    assert Listing.objects.get().entity == second


def test_what_was_typed_stays_in_the_form(desk: Desk) -> None:
    page = desk.file(term="37")

    assert 'value="示例罚〔2026〕1号"' in page
    assert "示例事实。</textarea>" in page


def test_the_reason_stands_beside_its_field(desk: Desk) -> None:
    page = desk.file(term="37")

    beside = page[page.index('for="id_term"') : page.index('name="term"')]
    assert "期限超过规则的上限" in beside


# --- Two people --------------------------------------------------------------------------


@pytest.fixture
def alone() -> Desk:
    """One person with both roles, sitting in both chairs."""
    make_rule()
    make_identifier(make_entity())
    both = make_user("both", make_authority(), Role.MAKER, Role.CHECKER)
    return Desk(both, both)


def test_nobody_checks_their_own(alone: Desk) -> None:
    alone.file()
    before = rows()

    page = alone.accept()

    assert complaints(page) == ["提请人不得审核自己提请的事项。请由另一人审核。"]
    assert rows() == before
    assert Listing.objects.get().released_at is None


def test_a_checker_of_another_authority_finds_nothing(desk: Desk) -> None:
    desk.file()
    other = Desk(*make_staff(make_authority("另一测试市市场监督管理局")))
    proposal = Proposal.objects.get()
    before = rows()

    foreign = other.accept()
    absent = other.post(
        "/admin/registry/proposal/999/answers/accept/", {}, by=other.checker
    )

    assert foreign == absent.replace("proposal/999/", f"proposal/{proposal.pk}/")
    assert "示例罚" not in foreign
    assert rows() == before


def test_a_proposal_that_lapsed_is_not_accepted(desk: Desk) -> None:
    desk.file()
    change_past_guards(
        Proposal.objects.all(),
        expires_at="2026-03-16T02:00:00Z",
        proposed_at="2026-03-06T02:00Z",
    )
    before = rows()

    page = desk.accept()

    assert complaints(page) == ["这件事现在是“逾期失效”，不能这样办理。请刷新页面后再看。"]
    assert rows() == before


def test_a_case_that_changed_is_not_released(desk: Desk) -> None:
    desk.file()
    desk.act("defence", text="没有此事。", on="2026-03-05")
    before = rows()

    page = desk.accept()

    assert complaints(page) == [
        "提请之后内容已经变化，没有办理。请退回，由经办人核对后重新提请。"
    ]
    assert rows() == before


def test_a_refusal_needs_a_reason(desk: Desk) -> None:
    desk.file()
    before = rows()

    page = desk.answer("refuse", reason="  ")

    assert len(complaints(page)) == 1
    assert rows() == before


# --- Acts --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "fields", "sentence"),
    [
        pytest.param(
            "end",
            {"reason": "expired", "document": "示例〔2026〕9号"},
            "没有这种终止原因。请从列表中选择。",
            id="an end that only time brings",
        ),
        pytest.param(
            "unhold", {}, "这条记录没有暂停公示。", id="shown again though not held"
        ),
        pytest.param(
            "review", {}, "这条记录有固定期限，不需要复核。", id="a review nobody asks for"
        ),
        pytest.param(
            "notice",
            {"on": "2026-03-02"},
            "这件事现在是“已公示”，不能这样办理。请刷新页面后再看。",
            id="a notice after the release",
        ),
        pytest.param(
            "release",
            {"decision_no": "示例罚〔2026〕2号", "decided_on": "2026-03-16"},
            "这个案件已经是“已公示”，不能再次公示。",
            id="a second release",
        ),
    ],
)
def test_an_act_out_of_turn_changes_nothing(
    desk: Desk, act: str, fields: dict[str, Any], sentence: str
) -> None:
    desk.file()
    desk.accept()
    before = rows()

    page = desk.act(act, **fields)

    assert complaints(page) == [sentence]
    assert rows() == before


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        pytest.param({}, "没有任何改动。请修改后再提请。", id="nothing"),
        pytest.param(
            {"last_day": "2029-03-17"},
            "更正只能提前结束公示。延长需要重新告知并作出新的决定。",
            id="a later end",
        ),
        pytest.param(
            {"last_day": "2026-03-15"},
            "截止日期须在今天之后。要立即停止公示，请提请终止公示。",
            id="an end that has passed",
        ),
        pytest.param(
            {"measures": ["FOREIGN_MEASURE"]},
            "该名单的规则没有“FOREIGN_MEASURE”这项措施。请只选规则列出的措施。",
            id="a forbidden measure",
        ),
        pytest.param(
            {"facts": "更正。", "version": "1"},
            "这条记录刚刚有了变化。请核对后重新填写。",
            id="a form of yesterday",
        ),
    ],
)
def test_a_bad_amendment_changes_nothing(
    desk: Desk, fields: dict[str, Any], sentence: str
) -> None:
    desk.file()
    desk.accept()
    before = rows()

    page = desk.amend(**fields)

    assert complaints(page) == [sentence]
    assert rows() == before


def test_fields_that_no_form_has_are_not_taken(desk: Desk) -> None:
    other = make_authority("另一测试市市场监督管理局")
    desk.file(
        authority=other.pk,
        maker=desk.checker.pk,
        checker=desk.maker.pk,
        displayed_until="2099-01-01",
        leaf=7,
        status="released",
        released_at="2026-01-01",
    )

    listing = Listing.objects.get()

    assert (listing.authority, listing.maker) == (desk.maker.authority, desk.maker)
    assert (listing.checker, listing.leaf, listing.released_at) == (None, None, None)
    assert listing.displayed_until is None
