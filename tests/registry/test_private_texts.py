"""A text that names a private matter of a person stops, until two people let it stay."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from registry import actions, contents
from registry.actions import proposals
from registry.errors import BarredError, BarredRowsError
from registry.models import Act, Listing, Proposal, Step
from tests.factories import (
    AT,
    make_authority,
    make_case,
    make_entity,
    make_identifier,
    make_listing,
    make_person,
    make_rule,
    make_staff,
)
from tests.many import make_prior_rule
from tests.registry.desk import Desk
from tests.registry.test_admin_refusals import complaints, rows

pytestmark = pytest.mark.django_db

FACTS = "经查，甲某（身份证号99000019800229001X）未按期履行。"
PLACE = f"…某（身份证号{'●' * 18}）未按期履行…"
CUT = f"“认定事实”第 11 个字起疑似居民身份证号码：“{PLACE}”。请删去后再办理。"
CUT_OR_STAY = (
    f"“认定事实”第 11 个字起疑似居民身份证号码：“{PLACE}”。"
    "请删去；确须保留的，写明理由，由审核人确认。"
)
WHY = "文书原文如此"


def bars_of(act: Callable[[], object]) -> list[str]:
    """What the register says when it refuses."""
    with pytest.raises(BarredError) as refusal, transaction.atomic():
        act()
    return [bar.text for bar in refusal.value.bars]


def proposed(case: Listing, act: Act, payload: dict[str, Any]) -> Proposal:
    return actions.propose(case, act, payload, by=make_staff(case.authority)[0], at=AT)


DECISION = {"decision_no": "示例罚〔2026〕7号", "decided_on": "2026-03-16"}


# --- Before a case ------------------------------------------------------------------------


def test_a_case_is_not_opened_with_a_number_in_its_facts() -> None:
    rule = make_prior_rule()

    assert bars_of(lambda: make_case(rule, facts=FACTS)) == [CUT_OR_STAY]

    assert not Listing.objects.exists()
    assert not Step.objects.exists()


def test_every_place_of_every_text_is_said_at_once() -> None:
    rule = make_prior_rule(details="court")

    said = bars_of(
        lambda: make_case(
            rule,
            ground="当事人信奉佛教",
            facts="电话13900000001，邮箱a@example.cn",
            details={"court": "示例法院85550001"},
        )
    )

    assert [text.partition("：")[0] for text in said] == [
        "“列入事由”第 4 个字起疑似宗教信仰",
        "“认定事实”第 1 个字起疑似电话等联系方式",
        "“认定事实”第 17 个字起疑似电子邮箱地址",
    ]


def test_the_reason_for_staying_has_no_place_for_numbers_either() -> None:
    rule = make_prior_rule()

    said = bars_of(lambda: make_case(rule, facts=FACTS, must_stay="电话13900000001"))

    assert said == [
        f"“须保留的理由”第 1 个字起疑似电话等联系方式：“电话{'●' * 11}”。请删去后再办理。"
    ]


# --- A reason -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(
            lambda one: actions.hold(one, FACTS, by=one.maker, at=AT), id="a hold"
        ),
        pytest.param(
            lambda one: actions.emergency_end(one, FACTS, by=one.maker, at=AT),
            id="an emergency end",
        ),
    ],
)
def test_no_reason_keeps_a_number(act: Callable[[Listing], object]) -> None:
    listing = make_listing()

    said = bars_of(lambda: act(listing))

    assert said == [CUT.replace("认定事实", "理由")]
    listing.refresh_from_db()
    assert (listing.held_since, listing.ended_at) == (None, None)


def test_neither_does_the_reason_of_a_case_that_is_dropped_nor_of_a_refusal() -> None:
    case = make_case(make_prior_rule())
    proposal = proposed(case, Act.RELEASE, DECISION)
    maker, checker = make_staff(case.authority)

    dropped = bars_of(lambda: actions.drop_case(case, FACTS, by=maker, at=AT))
    refused = bars_of(lambda: actions.refuse(proposal, FACTS, by=checker, at=AT))

    assert dropped == refused == [CUT.replace("认定事实", "理由")]
    assert Proposal.objects.get().outcome == ""


@pytest.mark.parametrize("name", ["record_defence", "answer_defence"])
def test_what_the_party_says_keeps_no_number(name: str) -> None:
    case = make_case()
    listing = actions.record_notice(case, on=date(2026, 3, 2), by=case.maker, at=AT)
    more = {"on": date(2026, 3, 5)} if name == "record_defence" else {}

    said = bars_of(
        lambda: getattr(actions, name)(listing, FACTS, by=listing.maker, at=AT, **more)
    )

    label = "陈述申辩的内容" if more else "核实结果和答复"
    assert said == [CUT.replace("认定事实", label)]
    assert contents.read(Listing.objects.get()).defence == ""


# --- It stays, by two ---------------------------------------------------------------------


@pytest.mark.parametrize("party", ["organisation", "person"])
def test_what_must_stay_is_confirmed_by_the_second_person(party: str) -> None:
    fields: dict[str, Any] = {"facts": FACTS, "must_stay": WHY}
    if party == "person":
        fields |= {"party": make_person(), "conduct_on": date(2026, 1, 5)}
    case = make_case(make_prior_rule(), **fields)
    proposal = proposed(case, Act.RELEASE, DECISION)
    checker = make_staff(case.authority)[1]

    said = bars_of(lambda: actions.accept(proposal, by=checker, at=AT))

    assert said == [
        "内容中有标出的地方，经办人说明须保留。请单独审核，核对后确认，或者退回。"
    ]
    assert proposals.must_stay(proposal) == WHY
    assert proposals.read(proposal) == DECISION
    listing = actions.accept(proposal, by=checker, at=AT, confirmed=True)
    assert listing.released_at == AT
    assert contents.read(listing).facts == FACTS


def test_the_words_of_a_person_are_not_kept_in_clear() -> None:
    case = make_case(
        make_prior_rule(),
        party=make_person(),
        conduct_on=date(2026, 1, 5),
        facts=FACTS,
        must_stay=WHY,
    )

    proposal = proposed(case, Act.RELEASE, DECISION)

    assert proposal.payload == {"must_stay": ""}
    assert WHY not in str(proposal.sealed)


def test_it_can_be_sent_back_without_confirming() -> None:
    case = make_case(make_prior_rule(), facts=FACTS, must_stay=WHY)
    proposal = proposed(case, Act.RELEASE, DECISION)

    refused = actions.refuse(
        proposal, "请删去号码", by=make_staff(case.authority)[1], at=AT
    )

    assert refused.outcome == "refused"


def test_many_at_once_leave_it_to_be_looked_at_by_itself() -> None:
    case = make_case(make_prior_rule(), facts=FACTS, must_stay=WHY)
    proposal = proposed(case, Act.RELEASE, DECISION)
    checker = make_staff(case.authority)[1]

    with pytest.raises(BarredRowsError) as refusal, transaction.atomic():
        actions.release_many([proposal], by=checker, at=AT)

    ((_, (bar,)),) = refusal.value.rows
    assert bar.code == "to_confirm"


def test_a_reason_that_nothing_asks_for_is_not_kept() -> None:
    case = make_case(make_prior_rule(), must_stay=WHY)

    proposal = proposed(case, Act.RELEASE, DECISION)

    assert proposal.payload == DECISION


def test_a_case_from_before_is_asked_when_its_release_is_proposed() -> None:
    case = make_case(make_prior_rule())
    Listing.objects.filter(pk=case.pk).update(facts=FACTS)

    assert bars_of(lambda: proposed(case, Act.RELEASE, DECISION)) == [CUT_OR_STAY]

    proposal = proposed(case, Act.RELEASE, DECISION | {"must_stay": WHY})
    assert proposals.must_stay(proposal) == WHY


def test_a_proposal_from_before_is_not_accepted() -> None:
    case = make_case(make_prior_rule())
    proposal = proposed(case, Act.RELEASE, DECISION)
    Listing.objects.filter(pk=case.pk).update(facts=FACTS)
    checker = make_staff(case.authority)[1]

    assert bars_of(lambda: actions.accept(proposal, by=checker, at=AT)) == [CUT]


def test_an_amendment_is_looked_at_too() -> None:
    listing = make_listing()
    payload = {"facts": FACTS}

    assert bars_of(lambda: proposed(listing, Act.AMEND, payload)) == [CUT_OR_STAY]

    proposal = proposed(listing, Act.AMEND, payload | {"must_stay": WHY})
    checker = make_staff(listing.authority)[1]
    listing = actions.accept(proposal, by=checker, at=AT, confirmed=True)
    assert listing.facts == FACTS


def test_the_number_of_a_document_is_one_of_the_texts() -> None:
    listing = make_listing()
    payload = {"reason": "performed", "document": "99000019800229001X"}

    (said,) = bars_of(lambda: proposed(listing, Act.END, payload))

    assert said.startswith("“终止依据文号”第 1 个字起疑似居民身份证号码：")


# --- On the screen ------------------------------------------------------------------------


@pytest.fixture
def desk() -> Desk:
    make_rule(details="court")
    make_identifier(make_entity())
    return Desk(*make_staff(make_authority()))


def test_the_form_says_it_beside_the_field_and_asks_why_it_must_stay(desk: Desk) -> None:
    before = rows()
    assert "须保留的理由" not in desk.get(
        "/admin/registry/listing/add/?list_code=TEST_LIST", by=desk.maker
    )

    page = desk.file(facts=FACTS)

    assert complaints(page) == [CUT_OR_STAY]
    assert '<textarea name="must_stay"' in page
    assert rows() == before


def test_the_checker_sees_the_places_and_has_to_confirm(desk: Desk) -> None:
    desk.file(facts=FACTS, must_stay=WHY)

    page = desk.read_proposal()

    assert f"经办人说明须保留的理由：{WHY}" in page
    assert "<mark>99000019800229001X</mark>" in page
    assert "已逐处核对：标出的内容确须保留，可以公示" in page
    assert complaints(desk.accept()) == [
        "内容中有标出的地方，经办人说明须保留。请单独审核，核对后确认，或者退回。"
    ]
    assert "现在已经生效" in desk.answer("accept", confirmed="on")


def test_a_clean_proposal_asks_nothing_more(desk: Desk) -> None:
    desk.file()

    page = desk.read_proposal()

    assert "<mark>" not in page
    assert "已逐处核对" not in page
    assert "现在已经生效" in desk.accept()


def test_markup_in_a_marked_text_stays_text(desk: Desk) -> None:
    desk.file(facts=f"<b>{FACTS}</b>", must_stay=WHY)

    page = desk.read_proposal()

    assert "&lt;b&gt;经查" in page
    assert "<mark>99000019800229001X</mark>）未按期履行。&lt;/b&gt;" in page


def test_an_amendment_shows_its_places(desk: Desk) -> None:
    desk.file()
    desk.accept()

    assert complaints(desk.amend(facts=FACTS)) == [CUT_OR_STAY]
    assert "已提请“更正”" in desk.amend(facts=FACTS, must_stay=WHY)
    assert "<ins>经查，甲某（身份证号<mark>" in desk.read_proposal()


def test_the_sentence_is_there_in_english(desk: Desk) -> None:
    page = desk.post(
        "/en/admin/registry/listing/add/",
        {
            "list_code": "TEST_LIST",
            "party": "919900000000000192",
            "facts": FACTS,
        },
        by=desk.maker,
    )

    assert "looks like the number of an identity card" in page
