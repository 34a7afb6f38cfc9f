"""What else there is about a party: listed again, a false statement, and what is told."""

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from registry.models import Entity, Listing, ListRule
from repair import facts, rules
from repair.models import Application
from repair.ways import exclusions, way_of
from tests.factories import (
    AT,
    make_authority,
    make_entity,
    make_list_type,
    make_listing,
    make_person,
    make_rule,
    make_severity_class,
)
from tests.repair.making import file

pytestmark = pytest.mark.django_db

DECIDED = date(2026, 3, 16)
NEVER = {"early_exit": "never", "early": None, "early_unit": "", "early_from": ""}


def open_rule(**fields: object) -> ListRule:
    """Out on the day of the decision, as far as the time goes."""
    usual: dict[str, object] = {"early": 0, "bars_confidence": "M"}
    return make_rule(**usual | fields)


@pytest.fixture
def firm() -> Entity:
    return make_entity("蜀州再犯测试有限公司")


def listed(rule: ListRule, party: object, decided_on: date, **fields: Any) -> Listing:
    """Released on the day of the decision, with no notice to wait for."""
    at = datetime.combine(decided_on, AT.timetz())
    return make_listing(
        rule, party=party, decided_on=decided_on, noticed_on=None, at=at, **fields
    )


def codes(listing: Listing, at: datetime = AT) -> list[str]:
    return [bar.code for bar in way_of(listing, at=at).bars]


def codes_at_the_desk(listing: Listing) -> list[str]:
    case = facts.case_of(listing, at=AT, own=Application())
    return [bar.code for bar in rules.bars_of_party(case, AT.date())]


def relapse_rule() -> ListRule:
    return open_rule(
        relapse_months=60,
        in_force=date(2015, 1, 1),
        notice_kind="prior",
        notice_n=0,
        notice_unit="",
        term_default=120,
        term_max=120,
    )


@pytest.mark.parametrize(
    ("earlier", "bars"),
    [
        pytest.param(date(2021, 3, 15), [], id="a day more than five years before"),
        pytest.param(date(2021, 3, 16), ["relapse"], id="five years before to the day"),
        pytest.param(date(2021, 3, 17), ["relapse"], id="a day less"),
    ],
)
def test_a_second_listing_within_the_years_bars_both(
    firm: Entity, earlier: date, bars: list[str]
) -> None:
    rule = relapse_rule()
    before = listed(rule, firm, earlier)
    listing = listed(rule, firm, DECIDED)

    assert codes(listing) == bars
    assert codes(before) == bars


def test_the_years_from_a_leap_day_end_on_the_28th(firm: Entity) -> None:
    rule = relapse_rule()
    listed(rule, firm, date(2020, 2, 29))
    at = datetime.combine(date(2025, 3, 1), AT.timetz())

    assert codes(listed(rule, firm, date(2025, 2, 28)), at) == ["relapse"]


def test_the_day_after_those_years_is_none(firm: Entity) -> None:
    rule = relapse_rule()
    listed(rule, firm, date(2020, 2, 29))
    at = datetime.combine(date(2025, 3, 1), AT.timetz())

    assert codes(listed(rule, firm, date(2025, 3, 1)), at) == []


def test_relapse_stands_to_the_end_and_says_so(firm: Entity) -> None:
    rule = relapse_rule()
    listed(rule, firm, date(2024, 3, 16))
    way = way_of(listed(rule, firm, DECIDED), at=AT)

    (bar,) = way.bars
    assert bar.until == date(2036, 3, 17)
    assert bar.text == (
        "规定期间内再次列入同一名单，按照该名单的规定，不得提前停止公示。"
        "公示到 2036-03-16 为止。"
    )
    assert way.opens_on is None
    assert way.sentence == bar.text


def test_an_entry_that_is_over_is_known_at_the_desk_and_told_to_nobody(
    firm: Entity,
) -> None:
    rule = relapse_rule()
    before = listed(rule, firm, date(2024, 3, 16))
    listing = listed(rule, firm, DECIDED)
    Listing.objects.filter(pk=before.pk).update(ended_at=AT, end_reason="repaired")

    assert codes(listing) == []
    assert codes_at_the_desk(listing) == ["relapse"]


@pytest.mark.parametrize("reason", ["wrong", "revoked", "superseded"])
def test_what_was_no_listing_of_its_own_is_no_relapse(firm: Entity, reason: str) -> None:
    rule = relapse_rule()
    before = listed(rule, firm, date(2024, 3, 16))
    listing = listed(rule, firm, DECIDED)
    Listing.objects.filter(pk=before.pk).update(ended_at=AT, end_reason=reason)

    assert codes_at_the_desk(listing) == []


def test_another_list_is_no_relapse(firm: Entity) -> None:
    other = relapse_rule()
    listed(other, firm, date(2024, 3, 16))
    here = open_rule(list_type=make_list_type("TEST_HERE"), relapse_months=60)

    assert codes_at_the_desk(make_listing(here, party=firm)) == []


def test_persons_and_their_shops_answer_for_it_in_the_papers() -> None:
    """Nothing links the listings of a person, and an ended entry of a shop is erased."""
    rule = relapse_rule()
    shop = make_entity("蜀州测试小店", kind=Entity.Kind.INDIVIDUAL_BUSINESS)
    listed(rule, shop, date(2024, 3, 16))
    again = listed(rule, shop, DECIDED)
    conduct: dict[str, Any] = {"conduct_on": date(2024, 1, 5)}
    listed(rule, make_person(1), date(2024, 3, 16), **conduct)
    of_person = listed(rule, make_person(1), DECIDED, **conduct)

    assert codes_at_the_desk(again) == codes_at_the_desk(of_person) == []


# --- A record of a false statement ------------------------------------------------------


def false_record(party: Entity) -> Listing:
    watch = make_list_type("TEST_FALSE", kind="watch", section="watch")
    return make_listing(make_rule(list_type=watch, **NEVER), party=party)


def heeding() -> ListRule:
    watch = make_list_type("TEST_FALSE", kind="watch", section="watch")
    return open_rule(barred_by=watch)


def test_a_false_statement_bars_as_long_as_its_record_shows(firm: Entity) -> None:
    record = false_record(firm)
    listing = make_listing(heeding(), party=firm, term="P3Y")
    assert record.displayed_until == date(2029, 3, 17)

    (bar,) = way_of(listing, at=AT).bars

    assert (bar.code, bar.until) == ("false_statement", record.displayed_until)
    assert "公示到 2029-03-16 为止。" in bar.text


def test_a_record_that_has_ended_bars_nobody(firm: Entity) -> None:
    record = false_record(firm)
    listing = make_listing(heeding(), party=firm)
    Listing.objects.filter(pk=record.pk).update(ended_at=AT, end_reason="wrong")

    assert codes(listing) == codes_at_the_desk(listing) == []


def test_a_record_of_somebody_else_bars_nobody(firm: Entity) -> None:
    false_record(make_entity("蜀州另一测试有限公司"))

    assert codes(make_listing(heeding(), party=firm)) == []


def test_a_rule_that_does_not_heed_it_is_not_barred(firm: Entity) -> None:
    false_record(firm)

    assert codes(make_listing(make_rule(early=0), party=firm)) == []


def test_a_record_of_what_was_merged_into_it_counts(firm: Entity) -> None:
    twin = make_entity("蜀州再犯测试有限公司（重复）")
    false_record(twin)
    listing = make_listing(heeding(), party=firm)
    Entity.objects.filter(pk=twin.pk).update(merged_into=firm)

    assert codes(listing) == ["false_statement"]


def test_nobody_files_past_it(client: Client, firm: Entity) -> None:
    false_record(firm)
    listing = make_listing(heeding(), party=firm)

    with pytest.raises(Exception, match="不实承诺的记录正在公示"):
        file(listing)

    assert not Application.objects.exists()
    page = client.get(f"/repair/apply/{listing.case}/").content.decode()
    assert "不实承诺的记录正在公示" in page


# --- A ban ------------------------------------------------------------------------------


def test_a_ban_is_a_day_or_it_is_refused() -> None:
    rule = make_rule(details="ban_until")

    with pytest.raises(Exception, match="“三年”不是日期。请写法定禁止期的最后一日"):
        make_listing(rule, details={"ban_until": "三年"})

    assert not Listing.objects.exists()


@pytest.mark.parametrize(
    ("day", "bars"),
    [
        pytest.param(date(2026, 8, 30), ["ban"], id="the day before its last"),
        pytest.param(date(2026, 8, 31), ["ban"], id="its last day"),
        pytest.param(date(2026, 9, 1), [], id="the day after"),
    ],
)
@pytest.mark.parametrize("is_person", [True, False])
def test_a_ban_bars_to_its_last_day(day: date, bars: list[str], is_person: bool) -> None:
    """Also where the details are sealed."""
    party = make_person() if is_person else make_entity("蜀州禁业测试有限公司")
    listing = make_listing(
        make_rule(early=0, details="ban_until"),
        party=party,
        conduct_on=date(2026, 1, 5),
        details={"ban_until": "2026-08-31"},
    )

    assert codes(listing, datetime.combine(day, AT.timetz())) == bars


# --- What is told -----------------------------------------------------------------------


def test_the_reason_names_the_list_and_the_class() -> None:
    make_severity_class(in_force=date(2026, 3, 1))
    listing = make_listing(make_rule(early=6))

    way = way_of(listing, at=AT)

    assert way.opens_on == date(2027, 3, 16)
    assert way.why == (
        "自决定之日（2026-03-16）起满6个月（示例条例（虚构））。"
        "严重失信信息自决定之日（2026-03-16）起最短公示1年，即 2027-03-16 起"
        "（示例条例（虚构））。"
    )


def test_the_rule_says_who_cannot_leave_before_anybody_is_looked_up() -> None:
    watch = make_list_type("TEST_FALSE", name_zh="示例不实承诺记录")

    said = exclusions(open_rule(relapse_months=60, barred_by=watch))

    assert said == [
        "5年内两次列入本名单的。以前的记录不在网上，由认定单位核对。",
        "有“示例不实承诺记录”正在公示的。",
    ]
    assert exclusions(make_rule(in_force=date(2026, 2, 1))) == []


def test_an_extension_is_no_second_listing(firm: Entity) -> None:
    rule = open_rule(relapse_months=60, term_max=60, extension_max=24)
    listing = make_listing(rule, party=firm)

    longer = make_listing(rule, party=firm, follows=listing)

    listing.refresh_from_db()
    assert listing.end_reason == "superseded"
    assert codes_at_the_desk(longer) == []


def test_an_authority_for_every_list_is_of_no_sector() -> None:
    sector = make_list_type("TEST_SECTOR")
    rule = open_rule(excluded_kinds="business", excluded_for=sector, details="penalty_kind")
    authority = make_authority()
    listing = make_listing(
        rule, authority=authority, details={"penalty_kind": "责令停产停业"}
    )

    assert codes(listing) == []
