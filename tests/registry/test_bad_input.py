"""Whatever is wrong gets one clear sentence, and not a row of the register changes."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from registry import actions
from registry.actions import CaseDraft, Decision
from registry.errors import BarredError, RegistryError
from registry.models import (
    Act,
    Entity,
    Head,
    Instance,
    Listing,
    ListRule,
    Proposal,
    Role,
    User,
)
from registry.parties import PersonDraft
from registry.terms import read_duration
from tests.factories import (
    AT,
    an_authority,
    make_authority,
    make_case,
    make_entity,
    make_listing,
    make_measure,
    make_person,
    make_rule,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 16)
DAY = timedelta(days=1)
# Two years, and up to three more.
EXTENDABLE: dict[str, Any] = {
    "term_default": 24,
    "term_min": 24,
    "term_max": 60,
    "extension_max": 36,
    "notice_kind": "prior",
}
OPEN: dict[str, Any] = {
    "term_kind": "open",
    "term_default": None,
    "term_max": None,
    "term_unit": "",
    "review_months": 12,
}


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of the register, and of the vault."""
    models = apps.get_app_config("registry").get_models(include_auto_created=True)
    return {
        model._meta.db_table: list(model._base_manager.order_by("pk").values())
        for model in models
        if model._meta.managed
    }


def refusal_of(act: Callable[[], object]) -> str:
    """What the register says when it refuses; it has changed nothing."""
    before = everything()
    with pytest.raises(RegistryError) as refusal:
        act()
    assert everything() == before
    return str(refusal.value)


def opening(rule: ListRule, by: User | None = None, **fields: Any) -> Callable[[], object]:
    """Open a case, wrong by its fields."""
    maker, _ = make_staff(an_authority())
    party = fields.pop("party", None) or make_entity()
    given: dict[str, Any] = {"list_code": rule.list_type_id, "party": party} | fields
    draft = CaseDraft(**given)
    return lambda: actions.open_case(draft, by=by or maker, at=AT)


def releasing(case: Listing, **fields: Any) -> Callable[[], object]:
    """Propose a release, wrong by its fields."""
    maker, _ = make_staff(case.authority)
    right: dict[str, Any] = {"decision_no": "示例〔2026〕1号", "decided_on": TODAY}
    payload = Decision(**right | fields).payload()
    return lambda: actions.propose(case, Act.RELEASE, payload, by=maker, at=AT)


def proposing(
    listing: Listing, act: Act, payload: dict[str, Any] | None = None, *, at: datetime = AT
) -> Callable[[], Proposal]:
    maker, _ = make_staff(listing.authority)
    return lambda: actions.propose(listing, act, payload or {}, by=maker, at=at)


def release_of(case: Listing) -> Proposal:
    """A right release that waits for the second person."""
    proposal = releasing(case)()
    assert isinstance(proposal, Proposal)
    return proposal


def noticed(case: Listing, on: date) -> Listing:
    maker, _ = make_staff(case.authority)
    return actions.record_notice(case, on=on, by=maker, at=AT)


def ready_case(**fields: Any) -> Listing:
    """With a notice whose window has closed."""
    return noticed(make_case(**fields), date(2026, 3, 2))


# --- The list, the party, the words ------------------------------------------------------


def test_a_list_that_does_not_exist() -> None:
    act = opening(make_rule(), list_code="NO_SUCH_LIST")

    assert refusal_of(act) == (
        "没有代码为“NO_SUCH_LIST”、在 2026-03-16 施行的名单。请从名单目录中选择。"
    )


def test_a_list_whose_rule_begins_tomorrow() -> None:
    act = opening(make_rule(in_force=TODAY + DAY))

    assert refusal_of(act) == (
        "没有代码为“TEST_LIST”、在 2026-03-16 施行的名单。请从名单目录中选择。"
    )


@pytest.mark.parametrize(
    ("subjects", "kind", "named"),
    [
        ("BN", Entity.Kind.ENTERPRISE, "企业"),
        ("EN", Entity.Kind.INDIVIDUAL_BUSINESS, "个体工商户"),
        ("EN", Entity.Kind.COOPERATIVE, "农民专业合作社"),
        ("EN", Entity.Kind.PUBLIC_BODY, "机关事业单位"),
        ("EN", Entity.Kind.SOCIAL_ORGANISATION, "社会组织"),
        ("EN", Entity.Kind.OTHER, "其他组织"),
    ],
)
def test_a_party_the_list_is_not_for(subjects: str, kind: str, named: str) -> None:
    act = opening(make_rule(subjects=subjects), party=make_entity(kind=kind))

    assert refusal_of(act) == (f"“示例严重失信主体名单”不适用于{named}。请选择其他名单。")


def test_a_person_on_a_list_of_organisations() -> None:
    rule = make_rule(subjects="EB", person_lookup="none")
    act = opening(rule, party=make_person(), conduct_on=TODAY)

    assert refusal_of(act) == "“示例严重失信主体名单”不适用于自然人。请选择其他名单。"


def test_a_measure_that_the_rule_does_not_name() -> None:
    make_measure()
    act = opening(make_rule(), measures=("TEST_MEASURE",))

    assert refusal_of(act) == (
        "该名单的规则没有“TEST_MEASURE”这项措施。请只选规则列出的措施。"
    )


def test_a_measure_that_nobody_knows() -> None:
    act = opening(make_rule(), measures=("NO_BREAKFAST",))

    assert refusal_of(act) == (
        "该名单的规则没有“NO_BREAKFAST”这项措施。请只选规则列出的措施。"
    )


def test_a_detail_that_the_list_does_not_record() -> None:
    act = opening(make_rule(details="role"), details={"role": "董事", "religion": "无"})

    assert refusal_of(act) == "该名单不记录“religion”。请删去这一项。"


# --- Persons ----------------------------------------------------------------------------

MINOR = "行为时未满十八周岁的人不得列入任何名单。请撤下这条记录。"
BAD_NUMBER = "证件号码与证件类型不符，或者校验码有误。请核对证件。"


@pytest.mark.parametrize(
    ("born", "conduct_on"),
    [
        pytest.param("20080102", "2026-01-01", id="the day before turning 18"),
        pytest.param("20080229", "2026-02-28", id="born on 29 February, the day before"),
        pytest.param("20120102", "2026-01-01", id="the day before turning 14"),
        pytest.param("20200301", "2026-03-01", id="a child"),
    ],
)
def test_a_minor(born: str, conduct_on: str) -> None:
    on = date.fromisoformat(conduct_on)
    act = opening(make_rule(), party=make_person(born=born), conduct_on=on)

    assert refusal_of(act) == MINOR


@pytest.mark.parametrize(
    ("born", "conduct_on"),
    [
        pytest.param("20080101", "2026-01-01", id="on the 18th birthday"),
        pytest.param("20080229", "2026-03-01", id="born on 29 February"),
    ],
)
def test_an_adult_by_a_day(born: str, conduct_on: str) -> None:
    on = date.fromisoformat(conduct_on)

    listing = opening(make_rule(), party=make_person(born=born), conduct_on=on)()

    assert listing == Listing.objects.get()


def test_a_minor_cannot_be_made_older_by_a_day_that_has_not_come() -> None:
    party = make_person(born="20080402")
    act = opening(make_rule(), party=party, conduct_on=date(2026, 4, 2))

    assert refusal_of(act) == (
        "行为发生日期 2026-04-02 在今天之后。请填写决定文书认定的日期。"
    )


@pytest.mark.parametrize(
    ("document", "number", "sentence"),
    [
        pytest.param("resident", "990000198002290010", BAD_NUMBER, id="check digit"),
        pytest.param("resident", "99000019800230001X", BAD_NUMBER, id="30 February"),
        pytest.param("resident", "12345", BAD_NUMBER, id="too short"),
        pytest.param("permit", "X12345678", BAD_NUMBER, id="another kind"),
        pytest.param(
            "passport",
            "E00000000",
            "该证件号码不含出生日期，请另行填写出生日期。",
            id="passport without a day of birth",
        ),
    ],
)
def test_a_number_that_tells_nothing(document: str, number: str, sentence: str) -> None:
    party = PersonDraft(name="甲某", document=document, number=number)
    act = opening(make_rule(), party=party, conduct_on=TODAY)

    assert sentence in refusal_of(act)


def test_a_passport_of_a_minor() -> None:
    born = date(2008, 3, 17)
    party = PersonDraft("乙某", "passport", "E00000000", born_on=born)
    act = opening(make_rule(), party=party, conduct_on=TODAY)

    assert refusal_of(act) == MINOR


def test_a_person_without_a_day_of_conduct() -> None:
    act = opening(make_rule(), party=make_person())

    assert refusal_of(act) == "自然人必须写明行为发生日期，用于核对年龄。"


def test_a_person_without_a_name() -> None:
    act = opening(make_rule(), party=make_person(name=" 　"), conduct_on=TODAY)

    assert refusal_of(act) == "没有写明姓名。请照决定文书填写。"


# --- The term ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "sentence"),
    [
        ("P37M", "期限超过规则的上限 36 个月。请改为不超过上限的期限。"),
        ("P11M", "期限短于规则的下限 12 个月。请改为不短于下限的期限。"),
    ],
)
def test_a_term_beyond_the_rule(term: str, sentence: str) -> None:
    case = ready_case(rule=make_rule(term_min=12))

    assert refusal_of(releasing(case, term=read_duration(term))) == sentence


@pytest.mark.parametrize("term", ["P12M", "P36M"])
def test_a_term_at_the_limit(term: str) -> None:
    case = ready_case(rule=make_rule(term_min=12))

    assert releasing(case, term=read_duration(term))()


def test_a_term_where_the_list_has_none() -> None:
    case = ready_case(rule=make_rule(**OPEN))

    assert refusal_of(releasing(case, term=read_duration("P1Y"))) == (
        "该名单没有可以选择的期限。请将期限留空。"
    )


def test_an_end_where_the_rule_counts_it() -> None:
    case = ready_case()

    assert refusal_of(releasing(case, until=date(2027, 1, 1))) == (
        "该名单的截止日期由规则计算，不能自行填写。"
    )


def following(old: Listing) -> Listing:
    """A case that would extend `old`."""
    return make_case(old.rule, party=old.entity, follows=old)


def extended(old: Listing, term: str) -> Listing:
    proposal = releasing(
        following(old), decision_no=f"{term}号", term=read_duration(term)
    )()
    assert isinstance(proposal, Proposal)
    return actions.accept(proposal, by=make_staff(old.authority)[1], at=AT)


def test_an_extension_beyond_the_rule() -> None:
    case = following(make_listing(make_rule(**EXTENDABLE)))

    assert refusal_of(releasing(case, term=read_duration("P37M"))) == (
        "规则最多可以延长 36 个月。请改为不超过上限的期限。"
    )


def test_a_chain_beyond_the_maximum() -> None:
    longest = extended(make_listing(make_rule(**EXTENDABLE)), "P36M")
    case = following(longest)

    assert longest.displayed_until == date(2031, 3, 17)
    assert refusal_of(releasing(case, term=read_duration("P1M"))) == (
        "连同延长，公示不得晚于 2031-03-16。请缩短期限。"
    )


def test_an_extension_of_what_is_on_hold() -> None:
    old = make_listing(make_rule(**EXTENDABLE))
    case = following(old)
    actions.hold(old, "法院裁定", by=make_staff(old.authority)[0], at=AT)

    assert refusal_of(releasing(case, term=read_duration("P12M"))) == (
        "所延续的记录已经暂停公示。请先提请恢复公示，再公示延长的决定。"
    )


def test_an_extension_that_was_dropped_bars_no_other() -> None:
    old = make_listing(make_rule(**EXTENDABLE))
    dropped = following(old)
    actions.drop_case(dropped, "申辩成立", by=make_staff(old.authority)[0], at=AT)

    longer = extended(old, "P12M")

    assert longer.follows == old
    old.refresh_from_db()
    assert old.end_reason == "superseded"


def test_an_extension_where_the_rule_has_none() -> None:
    case = following(make_listing())
    case = noticed(case, date(2026, 3, 2))

    assert refusal_of(releasing(case, term=read_duration("P1M"))) == (
        "规则最多可以延长 0 个月。请改为不超过上限的期限。"
    )


# --- What may be followed ---------------------------------------------------------------


def test_nobody_extends_the_listing_of_another_authority() -> None:
    """Releasing the second would end the first, which is the other's to end."""
    old = make_listing(make_rule(**EXTENDABLE))
    maker, _ = make_staff(make_authority("测试县市场监督管理局"))
    act = opening(old.rule, by=maker, party=old.entity, follows=old)

    assert refusal_of(act) == (
        "只能延续本单位对同一主体、同一名单已经公示的记录。请核对所延续的记录。"
    )


@pytest.mark.parametrize("wrong", ["party", "released"])
def test_only_a_released_listing_of_the_same_party_is_followed(wrong: str) -> None:
    rule = make_rule(**EXTENDABLE)
    old = make_case(rule) if wrong == "released" else make_listing(rule)
    party = make_entity() if wrong == "party" else old.entity

    assert refusal_of(opening(rule, party=party, follows=old)) == (
        "只能延续本单位对同一主体、同一名单已经公示的记录。请核对所延续的记录。"
    )


def test_a_listing_is_followed_once() -> None:
    old = make_listing(make_rule(**EXTENDABLE))
    following(old)

    assert refusal_of(opening(old.rule, party=old.entity, follows=old)) == (
        "这条记录已有延续它的案件。请在那个案件中办理。"
    )


# --- The decision and its notice --------------------------------------------------------


def test_a_decision_on_the_last_day_of_the_window() -> None:
    # Monday 2 March, then five working days: the 3rd to the 6th and the 9th.
    case = ready_case()

    assert refusal_of(releasing(case, decided_on=date(2026, 3, 9))) == (
        "陈述申辩期到 2026-03-09 为止，决定日期最早为 2026-03-10。"
    )
    assert releasing(case, decided_on=date(2026, 3, 10))()


def test_no_notice_where_the_rule_asks_for_one() -> None:
    assert refusal_of(releasing(make_case())) == (
        "该名单须先告知并听取陈述申辩。请先记录告知书的送达日期。"
    )


def test_a_notice_of_tomorrow() -> None:
    case = make_case()

    assert refusal_of(lambda: noticed(case, TODAY + DAY)) == (
        "告知的送达日期 2026-03-17 在今天之后。请填写实际送达的日期。"
    )


def test_a_later_notice_cannot_hide_behind_an_earlier_window() -> None:
    """Served again on the 13th: the window of the 2nd says nothing about it."""
    case = ready_case()

    assert refusal_of(releasing(case, noticed_on=date(2026, 3, 13))) == (
        "告知的送达日期与已记录的 2026-03-02 不同。请先重新记录告知。"
    )


def test_a_defence_that_nobody_has_answered() -> None:
    case = ready_case()
    maker, _ = make_staff(case.authority)
    case = actions.record_defence(case, "有异议。", on=TODAY, by=maker, at=AT)

    assert refusal_of(releasing(case)) == "当事人已作陈述申辩，尚未答复。请先记录核实结果。"


def test_a_decision_of_tomorrow() -> None:
    assert refusal_of(releasing(ready_case(), decided_on=TODAY + DAY)) == (
        "决定日期 2026-03-17 在今天之后。请填写决定文书上的日期。"
    )


def test_a_decision_older_than_any_rule() -> None:
    case = make_case(make_rule(notice_kind="prior"))

    assert refusal_of(releasing(case, decided_on=date(2025, 12, 31))) == (
        "没有代码为“TEST_LIST”、在 2025-12-31 施行的名单。请从名单目录中选择。"
    )


def test_a_decision_whose_term_is_over() -> None:
    rule = make_rule(in_force=date(2020, 1, 1), notice_kind="prior")
    case = make_case(rule)

    assert refusal_of(releasing(case, decided_on=date(2023, 3, 15))) == (
        "公示期已于 2026-03-15 届满，不再公示。请撤下这条记录。"
    )
    assert releasing(case, decided_on=date(2023, 3, 16))()


@pytest.mark.parametrize("decision_no", ["示例〔2026〕1号", " 示例〔2026〕1号 "])
def test_the_same_decision_twice(decision_no: str) -> None:
    rule, party = make_rule(notice_kind="prior"), make_entity()
    first = release_of(make_case(rule, party=party))
    actions.accept(first, by=make_staff(an_authority())[1], at=AT)
    case = make_case(rule, party=party)

    assert refusal_of(releasing(case, decision_no=decision_no)) == (
        "同一主体、同一名单、同一决定已有公示中的记录，不能重复公示。"
    )


def test_every_reason_is_said_at_once() -> None:
    case = make_case()
    empty: dict[str, Any] = {"decision_no": " ", "decided_on": TODAY + DAY}

    with pytest.raises(BarredError) as refusal:
        releasing(case, **empty)()

    assert refusal.value.codes == ("no_decision_no", "decision_in_future", "no_notice")


def test_conduct_after_the_decision() -> None:
    rule = make_rule(notice_kind="prior")
    case = make_case(rule, party=make_person(), conduct_on=date(2026, 3, 10))

    assert refusal_of(releasing(case, decided_on=date(2026, 3, 9))) == (
        "行为发生日期 2026-03-10 晚于决定日期。请核对两个日期。"
    )
    assert releasing(case, decided_on=date(2026, 3, 10))()


# --- The second person ------------------------------------------------------------------


def test_whoever_made_it_does_not_check_it() -> None:
    both = make_user("both", an_authority(), Role.MAKER, Role.CHECKER)
    case = ready_case()
    payload = Decision("示例〔2026〕1号", TODAY).payload()
    mine = actions.propose(case, Act.RELEASE, payload, by=both, at=AT)

    assert refusal_of(lambda: actions.accept(mine, by=both, at=AT)) == (
        "提请人不得审核自己提请的事项。请由另一人审核。"
    )


def test_whoever_opened_the_case_does_not_check_its_release() -> None:
    proposal = release_of(ready_case())
    maker = User.objects.get(pk=proposal.listing.maker_id)
    second = make_user("second", an_authority(), Role.MAKER)
    maker.groups.add(*make_staff(an_authority())[1].groups.all())
    actions.withdraw(proposal, by=maker, at=AT)
    payload = Decision("示例〔2026〕1号", TODAY).payload()
    case = proposal.listing
    other = actions.propose(case, Act.RELEASE, payload, by=second, at=AT)

    assert refusal_of(lambda: actions.accept(other, by=maker, at=AT)) == (
        "提请人不得审核自己提请的事项。请由另一人审核。"
    )


def test_a_checker_of_another_authority() -> None:
    proposal = release_of(ready_case())
    _, stranger = make_staff(make_authority("测试县市场监督管理局"))

    assert refusal_of(lambda: actions.accept(proposal, by=stranger, at=AT)) == (
        "只有作出认定的单位可以办理。请由 测试市市场监督管理局 的人员办理。"
    )


@pytest.mark.parametrize(
    ("roles", "fields"),
    [
        pytest.param([Role.MAKER], {}, id="a maker"),
        pytest.param([Role.AUDITOR, Role.OPERATOR], {}, id="other roles"),
        pytest.param([Role.CHECKER], {"is_active": False}, id="an account switched off"),
        pytest.param([], {"is_superuser": True}, id="a superuser without the role"),
    ],
)
def test_a_checker_without_the_right(roles: list[Role], fields: dict[str, Any]) -> None:
    proposal = release_of(ready_case())
    somebody = make_user("somebody", an_authority(), *roles, **fields)

    assert refusal_of(lambda: actions.accept(proposal, by=somebody, at=AT)) == (
        "您没有“审核人”的权限。请联系运维人员。"
    )


@pytest.mark.parametrize("party", ["organisation", "person"])
def test_a_case_is_opened_by_a_maker(party: str) -> None:
    checker = make_staff(an_authority())[1]
    fields = {"party": make_person(), "conduct_on": TODAY} if party == "person" else {}

    assert refusal_of(opening(make_rule(), by=checker, **fields)) == (
        "您没有“经办人”的权限。请联系运维人员。"
    )


def test_an_account_without_an_authority_opens_nothing() -> None:
    nobody = make_user("nobody", None, Role.MAKER, is_superuser=True)

    assert refusal_of(opening(make_rule(), by=nobody)) == (
        "您的账号没有所属单位，不能办理名单。请联系运维人员。"
    )


# --- Late, stale, twice -----------------------------------------------------------------


def test_a_proposal_lapses_after_ten_days() -> None:
    proposal = release_of(ready_case())
    _, checker = make_staff(an_authority())
    lapses = AT + timedelta(days=10)

    assert refusal_of(lambda: actions.accept(proposal, by=checker, at=lapses)) == (
        "这件事现在是“逾期失效”，不能这样办理。请刷新页面后再看。"
    )
    in_time = lapses - timedelta(microseconds=1)
    assert actions.accept(proposal, by=checker, at=in_time).released_at == in_time


def test_a_proposal_about_an_older_version() -> None:
    case = ready_case()
    proposal, (_, checker) = release_of(case), make_staff(an_authority())
    noticed(case, date(2026, 3, 3))

    assert refusal_of(lambda: actions.accept(proposal, by=checker, at=AT)) == (
        "提请之后内容已经变化，没有办理。请退回，由经办人核对后重新提请。"
    )


def test_a_proposal_accepted_twice() -> None:
    proposal, (_, checker) = release_of(ready_case()), make_staff(an_authority())
    actions.accept(proposal, by=checker, at=AT)

    assert refusal_of(lambda: actions.accept(proposal, by=checker, at=AT)) == (
        "这件事现在是“同意”，不能这样办理。请刷新页面后再看。"
    )


def test_the_same_act_proposed_twice() -> None:
    case = ready_case()
    release_of(case)

    assert refusal_of(releasing(case)) == (
        "同一事项已经提请，正在等待审核。请先撤回再重新提请。"
    )


def test_a_refusal_without_a_reason() -> None:
    proposal, (_, checker) = release_of(ready_case()), make_staff(an_authority())

    assert refusal_of(lambda: actions.refuse(proposal, " ", by=checker, at=AT)) == (
        "没有写明退回的理由。请填写后再退回。"
    )


# --- On display -------------------------------------------------------------------------


def holding(listing: Listing, reason: str = "法院裁定") -> Callable[[], Listing]:
    maker, _ = make_staff(listing.authority)
    return lambda: actions.hold(listing, reason, by=maker, at=AT)


def test_a_hold_twice_and_without_a_reason() -> None:
    listing = make_listing()

    assert refusal_of(holding(listing, " ")) == "没有写明理由。请写明依据哪份文书。"
    holding(listing)()
    assert refusal_of(holding(listing)) == "这条记录已经暂停公示。"


def test_what_is_not_held_is_not_shown_again() -> None:
    act = proposing(make_listing(), Act.UNHOLD)

    assert refusal_of(act) == "这条记录没有暂停公示。"


END = {"reason": "performed", "document": "示例〔2026〕9号"}


def test_an_end_twice() -> None:
    listing = make_listing()
    end = proposing(listing, Act.END, END)
    actions.accept(end(), by=make_staff(listing.authority)[1], at=AT)

    assert refusal_of(end) == "这条记录现在是“已终止”，不能这样办理。"
    assert refusal_of(holding(listing)) == "这条记录现在是“已终止”，不能这样办理。"


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        (END | {"reason": "expired"}, "没有这种终止原因。请从列表中选择。"),
        (END | {"reason": "a friend"}, "没有这种终止原因。请从列表中选择。"),
        (END | {"document": " "}, "没有写明终止依据的文书号。请照文书填写。"),
    ],
)
def test_an_end_without_a_ground(payload: dict[str, Any], sentence: str) -> None:
    assert refusal_of(proposing(make_listing(), Act.END, payload)) == sentence


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        pytest.param(
            {"displayed_until": "2029-03-18"},
            "更正只能提前结束公示。延长需要重新告知并作出新的决定。",
            id="a later end",
        ),
        pytest.param(
            {"displayed_until": "2026-03-16"},
            "截止日期须在今天之后。要立即停止公示，请提请终止公示。",
            id="an end today",
        ),
        pytest.param(
            {"decision_no": "示例〔2026〕2号"},
            "“decision_no”不能更正。认定有误的，请终止公示后重新办理。",
            id="another decision",
        ),
        pytest.param({}, "没有任何改动。请修改后再提请。", id="nothing"),
        pytest.param(
            {"amount": "很多"}, "金额不是数字。请填写如 12345.67 的金额。", id="no amount"
        ),
    ],
)
def test_an_amendment_that_is_none(payload: dict[str, Any], sentence: str) -> None:
    assert refusal_of(proposing(make_listing(), Act.AMEND, payload)) == sentence


def test_an_amendment_does_not_spare_a_review() -> None:
    """Shown until 16 March 2027 unless reviewed; an end beyond it would be a later one."""
    listing = make_listing(make_rule(**OPEN))

    later = proposing(listing, Act.AMEND, {"displayed_until": "2027-03-18"})
    earlier = proposing(listing, Act.AMEND, {"displayed_until": "2027-03-17"})

    assert listing.review_by == date(2027, 3, 16)
    assert refusal_of(later) == "更正只能提前结束公示。延长需要重新告知并作出新的决定。"
    assert earlier()


def test_a_review_of_what_has_an_end() -> None:
    act = proposing(make_listing(), Act.REVIEW)

    assert refusal_of(act) == "这条记录有固定期限，不需要复核。"


# --- The clock --------------------------------------------------------------------------


def production() -> None:
    """A database that is not marked demo or test."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {Instance._meta.db_table}")
    Instance.objects.forget()


@pytest.mark.django_db(transaction=True)
def test_a_tick_of_the_future_in_production() -> None:
    make_listing()
    production()
    before = everything()

    with pytest.raises(CommandError) as refusal:
        call_command("tick", at="2029-03-17T00:00:00+08:00")

    assert str(refusal.value) == (
        "2029-03-17T00:00:00+08:00 lies in the future, and this database is not marked"
        " demo or test; leave out --at, or try it in the database of `make demo`."
    )
    assert everything() == before


LEAP = (
    "时钟比上次运行快了 36 小时以上，没有终止任何记录。"
    "时钟无误的，请运行 manage.py tick --confirm-clock。"
)


def test_a_clock_that_leaps_ends_nobody() -> None:
    listing = make_listing()
    actions.note_moment(AT)
    later = datetime.fromisoformat("2029-03-17T00:00:00+08:00")

    assert refusal_of(lambda: actions.end_due(later)) == LEAP
    assert refusal_of(lambda: actions.note_moment(later)) == LEAP
    # What is over is hidden all the same.
    assert not Listing.objects.on_display(later).exists()
    actions.confirm_clock(later)
    assert actions.end_due(later) == 1
    assert Listing.objects.get(pk=listing.pk).end_reason == "expired"


@pytest.mark.parametrize(("hours", "leaps"), [(36, False), (36.001, True)])
def test_a_step_of_36_hours_is_no_leap(hours: float, leaps: bool) -> None:
    actions.note_moment(AT)
    later = AT + timedelta(hours=hours)

    if leaps:
        assert refusal_of(lambda: actions.note_moment(later)) == LEAP
    else:
        actions.note_moment(later)
        assert Head.objects.get().latest_at == later


def test_a_clock_that_fell_back_shows_nobody_again() -> None:
    listing = make_listing()
    assert listing.displayed_until
    actions.confirm_clock(datetime.fromisoformat("2029-03-17T00:00:00+08:00"))

    assert not Listing.objects.on_display(AT).exists()
    actions.note_moment(AT)
    assert not Listing.objects.on_display(AT).exists()
