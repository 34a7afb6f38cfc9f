"""The page of one listing, while it is on display and not a day longer."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from registry import actions
from registry.models import Listing
from tests.factories import (
    AT,
    make_authority,
    make_basis,
    make_case,
    make_list_type,
    make_listing,
    make_measure,
    make_person,
    make_rule,
    make_staff,
)
from tests.portal.words import without_time

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2026, 3, 16), date(2029, 3, 16)


def at_noon(day: date) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00:00+08:00")


def path_of(listing: Listing, prefix: str = "") -> str:
    return f"{prefix}/listings/{listing.case}/"


def page_of(client: Client, listing: Listing, prefix: str = "") -> str:
    answer = client.get(path_of(listing, prefix))
    assert answer.status_code == 200
    return without_time(answer.content.decode())


@pytest.fixture
def listing() -> Listing:
    superior = make_authority("测试省市场监督管理局")
    make_authority(
        office="信用监管科",
        address="测试路9号",
        phone="0000-5550001",
        hours="工作日 9:00-17:00",
        superior=superior,
    )
    rule = make_rule(details="role", repair_docs="APP COM", accept_wd=3, decide_wd=7)
    rule.measures.set([make_measure()])
    return make_listing(
        rule,
        authority=superior.subordinates.get(),
        ground="提供虚假材料",
        facts="示例事实第一句。",
        details={"role": "承办单位"},
        amount=Decimal("120000.50"),
        performance="part",
        measures=("TEST_MEASURE",),
    )


def test_it_shows_the_whole_decision(client: Client, listing: Listing) -> None:
    page = page_of(client, listing)

    assert listing.entity
    for said in (
        listing.entity.name,
        "示例严重失信主体名单",
        listing.decision_no,
        "2026-03-16",
        "示例条例（虚构）",
        "提供虚假材料",
        "示例事实第一句。",
        "承办单位",
        "120,000.50",
        "部分履行",
    ):
        assert said in page


def test_it_says_who_answers_for_it_and_where(client: Client, listing: Listing) -> None:
    page = page_of(client, listing)

    for said in ("信用监管科", "测试路9号", "0000-5550001", "工作日 9:00-17:00"):
        assert said in page


def test_it_shows_each_measure_with_its_basis(client: Client, listing: Listing) -> None:
    page = page_of(client, listing)

    assert "示例措施" in page
    assert "有关部门" in page


def test_a_measure_whose_basis_has_lapsed_is_gone(client: Client, listing: Listing) -> None:
    old = make_basis("OLD", until=date(2026, 3, 16))
    listing.measures.update(legal_basis=old)

    page = page_of(client, listing)

    assert "示例措施" not in page
    assert "这条记录没有附带措施。" in page


def test_it_says_how_long_and_how_out(client: Client, listing: Listing) -> None:
    page = page_of(client, listing)

    assert "公示自 2026-03-16 起，到 2029-03-16 为止，当日仍公示。" in page
    assert "最早可申请修复：2027-03-16。" in page
    assert "自决定之日（2026-03-16）起满1年（示例条例（虚构）" in page
    assert "信用修复申请表（在申请页面填写）" in page
    assert "信用承诺书（在申请页面填写）" in page
    assert "收到后 10 个工作日内答复；3个工作日内决定是否受理" in page


def test_it_leads_to_the_repair_and_only_where_there_is_one(
    client: Client, listing: Listing
) -> None:
    honour = make_list_type("TEST_HONOUR", kind="redlist", section="honour")
    none = {"early_exit": "none", "early": None, "early_unit": "", "early_from": ""}
    of_units = {"subjects": "EB", "person_lookup": "none"}
    good = make_listing(make_rule(list_type=honour, **none, **of_units))

    assert f'href="/repair/apply/{listing.case}/"' in page_of(client, listing)
    page = page_of(client, good)
    assert "/repair/apply/" not in page
    assert 'id="repair"' not in page


def test_the_bar_is_also_a_sentence(client: Client, listing: Listing) -> None:
    page = page_of(client, listing)

    assert 'role="img" aria-label="公示自 2026-03-16 起，到 2029-03-16 为止' in page
    assert '<text x="33.3%"' in page
    assert " style=" not in page


def test_remedies_are_printed(client: Client, listing: Listing) -> None:
    page = page_of(client, listing)

    assert "60 日内" in page
    assert "6 个月内，向人民法院起诉" in page
    assert "测试省市场监督管理局" in page


def test_a_court_is_asked_to_correct_itself(client: Client) -> None:
    court = make_list_type("TEST_COURT", section="judicial")

    page = page_of(client, make_listing(make_rule(list_type=court)))

    assert "向作出决定的法院申请纠正" in page
    assert "向上一级人民法院申请复议" in page
    assert "行政诉讼" not in page


def test_a_rule_without_an_early_exit_says_so(client: Client) -> None:
    never = make_rule(early_exit="never", early=None, early_unit="", early_from="")

    page = page_of(client, make_listing(never))

    assert "按规定不得提前停止公示。" in page
    assert "/repair/apply/" not in page


def test_an_open_term_says_until_when_it_is_reviewed(client: Client) -> None:
    rule = make_rule(
        term_kind="open", term_unit="", term_default=None, term_max=None, review_months=12
    )

    page = page_of(client, make_listing(rule))

    assert "没有固定期限；最迟 2027-03-16 复核，否则停止公示。" in page


@pytest.mark.parametrize(
    ("day", "status"),
    [
        pytest.param(FIRST - timedelta(days=1), 404, id="the day before the first"),
        pytest.param(FIRST, 200, id="the first day"),
        pytest.param(LAST, 200, id="the last day"),
        pytest.param(LAST + timedelta(days=1), 404, id="the day after the last"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_it_is_there_from_the_first_day_to_the_last(
    client: Client, listing: Listing, day: date, status: int, prefix: str
) -> None:
    with time_machine.travel(at_noon(day), tick=False):
        assert client.get(path_of(listing, prefix)).status_code == status


def test_nobody_can_tell_why_there_is_no_page(client: Client, listing: Listing) -> None:
    maker, _checker = make_staff(listing.authority)
    held, ended = make_listing(listing.rule), make_listing(listing.rule)
    actions.hold(held, "法院裁定", by=maker, at=AT)
    actions.emergency_end(ended, "认错了", by=maker, at=AT)
    person = make_listing(listing.rule, party=make_person(), conduct_on=date(2026, 1, 5))
    cases = [held.case, ended.case, person.case, make_case(listing.rule).case, "0" * 32]

    answers = [client.get(f"/listings/{case}/") for case in cases]

    assert {answer.status_code for answer in answers} == {404}
    bodies = {
        answer.content.decode().replace(case, "")
        for case, answer in zip(cases, answers, strict=True)
    }
    assert len(bodies) == 1
    assert not any(answer.has_header("Cache-Control") for answer in answers)


@pytest.mark.parametrize("case", ["0" * 31, "0" * 33, "g" * 32, "A" * 32, "1"])
def test_what_is_no_case_is_no_address(client: Client, case: str) -> None:
    assert client.get(f"/listings/{case}/").status_code == 404


def test_it_only_reads(client: Client, listing: Listing) -> None:
    assert client.post(path_of(listing)).status_code == 405


def test_no_copy_of_it_outlives_a_minute(client: Client, listing: Listing) -> None:
    assert client.get(path_of(listing)).headers["Cache-Control"] == "max-age=60"


def test_what_was_written_stays_text(client: Client) -> None:
    listing = make_listing(facts="<script>1</script>", ground="<b>事由</b>")

    page = page_of(client, listing)

    assert "<script>" not in page
    assert "<b>" not in page


def test_it_speaks_english(client: Client, listing: Listing) -> None:
    page = page_of(client, listing, "/en")

    assert "Example measure" in page
    assert "On display from 2026-03-16 to 2029-03-16" in page


@pytest.mark.usefixtures("state_is_told")
def test_the_page_costs_a_fixed_number_of_queries(
    client: Client, listing: Listing, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(11):
        page_of(client, listing)
