"""New measures: one operator proposes, another releases; no rule names one too early."""

import html
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from registry import actions
from registry.errors import BarredError
from registry.models import LegalBasis, Measure, RuleProposal
from tests.factories import AT, make_basis, make_measure, make_rule, sign_in
from tests.registry.rule_desk import GROUNDS, a_rule, cells, operator

pytestmark = pytest.mark.django_db

PAGES = "/admin/registry/ruleproposal/"
MEASURE = RuleProposal.Subject.MEASURE
LEVELS = {
    "reduce_rights": "law regulation policy interpretation",
    "management": "law regulation policy rule document",
    "non_public": "law regulation policy rule document",
    "incentive": "law regulation policy rule document",
    "local": "local",
}


def row(**differ: str) -> dict[str, str]:
    make_basis("THE_BASIS", title_zh="示例条例")
    usual = {
        "code": "NEW_MEASURE",
        "kind": "management",
        "name_zh": "新设示例措施",
        "name_en": "A new measure",
        "applied_by_zh": "有关部门",
        "applied_by_en": "Authorities",
        "hits": "unit person",
        "legal_basis": "THE_BASIS",
        "in_force": "2026-05-01",
        "confidence": "M",
    }
    return usual | differ


def propose(**differ: str) -> RuleProposal:
    return actions.propose_rule(
        row(**differ), GROUNDS, by=operator(), at=AT, subject=MEASURE
    )


def bars_of(**differ: str) -> list[str]:
    with pytest.raises(BarredError) as refusal, transaction.atomic():
        propose(**differ)
    assert not RuleProposal.objects.exists()
    return [bar.text for bar in refusal.value.bars]


# --- Two people --------------------------------------------------------------------------


def test_a_second_operator_publishes_exactly_what_was_proposed() -> None:
    proposal = propose()
    assert not Measure.objects.exists()

    made = actions.accept_rule(proposal, by=operator("operator-2"), at=AT)

    found = Measure.objects.get()
    assert made == found
    assert (found.pk, found.name_zh, found.in_force) == (
        "NEW_MEASURE",
        "新设示例措施",
        date(2026, 5, 1),
    )
    assert (found.hits_unit, found.hits_responsible, found.hits_person) == (
        True,
        False,
        True,
    )
    proposal.refresh_from_db()
    assert (proposal.measure, proposal.rule) == (found, None)


def test_nobody_releases_their_own() -> None:
    proposal = propose()

    with pytest.raises(BarredError) as refusal:
        actions.accept_rule(proposal, by=proposal.maker, at=AT)

    assert str(refusal.value) == "提请人不得审核自己提请的事项。请由另一人审核。"
    assert not Measure.objects.exists()


def test_a_measure_and_a_list_of_one_code_are_two_things() -> None:
    actions.propose_rule(cells(a_rule(), term="P2Y"), GROUNDS, by=operator(), at=AT)

    propose(code="TEST_LIST")

    assert RuleProposal.objects.open().count() == 2


# --- What stands in the way --------------------------------------------------------------


@pytest.mark.parametrize("level", LegalBasis.Level.values)
@pytest.mark.parametrize("kind", LEVELS)
def test_a_measure_rests_on_a_text_of_a_permitted_level(kind: str, level: str) -> None:
    make_basis("THE_BASIS", level=level, title_zh="示例条例")
    local = {"code": "LOCAL_MEASURE", "kind": "management"}
    differ = local if kind == "local" else {"kind": kind}

    if level in LEVELS[kind].split():
        assert propose(**differ).pk
    else:
        (said,) = bars_of(**differ)
        assert said.startswith("“示例条例”是")


@pytest.mark.parametrize(
    ("differ", "sentence"),
    [
        (
            {"in_force": "2026-03-15"},
            "措施不得追溯，最早自 2026-03-16 起施行。请写明施行日期。",
        ),
        ({"in_force": ""}, "措施不得追溯，最早自 2026-03-16 起施行。请写明施行日期。"),
        ({"hits": ""}, "措施必须说明对谁实施。"),
        ({"legal_basis": ""}, "没有写明依据。请填写 legal_bases.csv 中的代码。"),
    ],
)
def test_a_fault_is_said(differ: dict[str, str], sentence: str) -> None:
    assert sentence in bars_of(**differ)


def test_a_measure_that_is_there_never_changes_at_the_desk() -> None:
    make_measure("NEW_MEASURE")

    assert bars_of() == ["代码为“NEW_MEASURE”的措施已经存在，不能更改。请用新的代码。"]


def test_no_rule_names_a_measure_before_it_is_in_force() -> None:
    make_measure("LATE", name_zh="将来的措施", in_force=date(2026, 5, 2))
    late = cells(a_rule(), measures="LATE")

    with pytest.raises(BarredError) as refusal, transaction.atomic():
        actions.propose_rule(late, GROUNDS, by=operator(), at=AT)

    assert str(refusal.value) == (
        "措施“将来的措施”自 2026-05-02 起施行，规则不能更早写入。"
    )
    on_the_day = late | {"in_force": "2026-05-02"}
    assert actions.propose_rule(on_the_day, GROUNDS, by=operator(), at=AT).pk


def test_the_database_keeps_to_it() -> None:
    rule = make_rule()
    late = make_measure("LATE", in_force=date(2026, 1, 2))

    with pytest.raises(IntegrityError, match="list_rule_measure_is_in_force"):
        rule.measures.add(late)


# --- At the desk -------------------------------------------------------------------------


@pytest.fixture
def desk() -> Client:
    client = Client()
    sign_in(client, operator())
    return client


def sent(**differ: Any) -> dict[str, Any]:
    return {
        **row(),
        "hits": ["unit"],
        "grounds": GROUNDS,
        "key": "11111111-1111-4111-8111-111111111111",
        **differ,
    }


def test_it_is_proposed_and_read_in_words(desk: Client) -> None:
    answer = desk.post(f"{PAGES}measures/new/", sent(), follow=True)

    page = html.unescape(answer.content.decode())
    assert "已提请。请另一名运维人员在期限内审核。" in page
    for words in ("新设示例措施", "示例条例（行政法规）", "2026-05-01", "单位"):
        assert words in page
    assert "没有影响。规则的新版本写入这项措施之后，只适用于此后作出的决定。" in page


def test_a_fault_stands_beside_its_field(desk: Client) -> None:
    answer = desk.post(f"{PAGES}measures/new/", sent(in_force="2026-03-15", grounds=""))

    page = html.unescape(answer.content.decode())
    field = page.partition('<label for="id_in_force">')[2].partition("</div>")[0]
    assert "措施不得追溯，最早自 2026-03-16 起施行。" in field
    assert "没有写明提请的理由。" in page
    assert not RuleProposal.objects.exists()


def test_the_second_operator_finds_it_on_the_index(desk: Client) -> None:
    propose()
    client = Client()
    sign_in(client, operator("operator-2"))

    page = html.unescape(client.get("/admin/").content.decode())

    assert "规则提请，等待我审核" in page
    assert "NEW_MEASURE 2026-05-01" in page
