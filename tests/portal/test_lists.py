"""The catalogue of lists, and the page of one list."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from registry import actions
from registry.models import Entity, Listing, ListRule
from tests.factories import (
    AT,
    make_authority,
    make_basis,
    make_entity,
    make_identifier,
    make_list_type,
    make_listing,
    make_measure,
    make_person,
    make_rule,
    make_staff,
    make_uscc,
    region,
)
from tests.portal.words import without_time

pytestmark = pytest.mark.django_db

PATH = "/lists/TEST_LIST/"
FIRST, LAST = date(2026, 3, 16), date(2029, 3, 16)


def page_of(client: Client, path: str = PATH, **asked: str) -> str:
    answer = client.get(path, asked)
    assert answer.status_code == 200
    return without_time(answer.content.decode())


def at_noon(day: date) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00:00+08:00")


def list_person(rule: ListRule, serial: int = 1) -> Listing:
    party = make_person(serial, name=f"甲某{serial}")
    return make_listing(rule, party=party, conduct_on=date(2026, 1, 5))


@pytest.fixture
def rule() -> ListRule:
    rule = make_rule(repair_docs="APP COM", accept_wd=3, notice_zh="书面告知")
    rule.measures.set([make_measure()])
    rule.further_bases.set([make_basis("MORE", title_zh="示例办法（虚构）")])
    return rule


# --- The catalogue ------------------------------------------------------------------------


def test_the_catalogue_names_every_list_with_its_owner_and_count(
    client: Client, rule: ListRule
) -> None:
    make_listing(rule)
    make_list_type("TEST_EMPTY", name_zh="示例空名单", kind="redlist", section="honour")

    page = page_of(client, "/lists/")

    assert "示例严重失信主体名单" in page
    assert "示例空名单" in page
    assert '<span class="number">1</span>' in page
    assert '<span class="number">0</span>' in page
    assert "3年，自决定之日起算。" in page
    # Bad news before good news.
    assert page.index('id="blacklist"') < page.index('id="redlist"')


def test_the_catalogue_counts_no_persons(client: Client, rule: ListRule) -> None:
    list_person(rule)

    assert '<span class="number">0</span>' in page_of(client, "/lists/")


def test_a_register_without_lists_says_so(client: Client) -> None:
    assert "还没有名单。" in page_of(client, "/lists/")


def test_more_lists_cost_no_more_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(5):
        make_rule(list_type=make_list_type(f"TEST_{n}"))

    with django_assert_max_num_queries(6):
        page_of(client, "/lists/")


# --- The rule -----------------------------------------------------------------------------


def test_it_explains_the_rule_in_force(client: Client, rule: ListRule) -> None:
    page = page_of(client)

    for said in (
        "示例条例（虚构）",
        "示例办法（虚构）",
        "示例措施",
        "有关部门",
        "书面告知",
        "告知后5个工作日内可以陈述、申辩",
        "3年，自决定之日起算。",
        "自决定之日起满1年可以申请。",
        "信用修复申请表、信用承诺书",
        "3个工作日内决定是否受理",
    ):
        assert said in page


def test_it_names_every_version_and_which_one_holds(client: Client, rule: ListRule) -> None:
    make_rule(in_force=date(2025, 1, 1), term_default=24, term_max=24)
    make_rule(in_force=date(2026, 4, 1), term_default=12, term_max=12)

    page = page_of(client)

    assert page.count("现行") == 1
    assert page.count("尚未施行") == 1
    assert "自 2025-01-01 起" in page
    with time_machine.travel("2026-04-01T12:00:00+08:00", tick=False):
        assert "1年，自决定之日起算。" in page_of(client)


def test_a_list_whose_rule_is_still_to_come_says_so(client: Client) -> None:
    make_rule(in_force=date(2026, 4, 1))

    assert "这个名单的规则还没有施行。" in page_of(client)


@pytest.mark.parametrize("code", ["NOBODY", "test_list", "-", "x" * 200])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_an_unknown_list_is_no_page(
    client: Client, rule: ListRule, code: str, prefix: str
) -> None:
    assert client.get(f"{prefix}/lists/{code}/").status_code == 404


# --- What is on display -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        pytest.param(FIRST - timedelta(days=1), False, id="the day before the first"),
        pytest.param(FIRST, True, id="the first day"),
        pytest.param(LAST, True, id="the last day"),
        pytest.param(LAST + timedelta(days=1), False, id="the day after the last"),
    ],
)
def test_it_lists_from_the_first_day_to_the_last(
    client: Client, rule: ListRule, day: date, shown: bool
) -> None:
    listing = make_listing(rule)

    with time_machine.travel(at_noon(day), tick=False):
        page = page_of(client)

    assert (listing.case in page) is shown
    assert ("今天没有公示中的记录。" in page) is not shown


def test_what_is_held_is_not_listed(client: Client, rule: ListRule) -> None:
    listing = make_listing(rule)
    maker, _checker = make_staff(listing.authority)
    actions.hold(listing, "法院裁定", by=maker, at=AT)

    assert listing.case not in page_of(client)


@pytest.fixture
def two(rule: ListRule) -> tuple[Listing, Listing]:
    """One in Chengdu decided in 2026, one in Beijing decided in 2025 by another body."""
    older = make_rule(in_force=date(2025, 1, 1))
    here = make_entity("蜀州青禾测试有限公司", region=region("510107"))
    make_identifier(here)
    there = make_entity("燕州红木测试有限公司", region=region("110101"))
    return (
        make_listing(rule, party=here),
        make_listing(
            older,
            party=there,
            authority=make_authority("测试省生态环境厅"),
            decided_on=date(2025, 12, 31),
            noticed_on=date(2025, 12, 1),
        ),
    )


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({"q": "青禾"}, id="part of the name"),
        pytest.param({"q": make_uscc()}, id="number"),
        pytest.param({"q": make_uscc().lower()}, id="number in small letters"),
        pytest.param({"region": "510000"}, id="region"),
        pytest.param({"authority": "市场监督"}, id="authority"),
        pytest.param({"year": "2026"}, id="year"),
        pytest.param({"q": "测试", "year": "2026", "region": "510000"}, id="together"),
    ],
)
def test_it_can_be_narrowed(
    client: Client, two: tuple[Listing, Listing], asked: dict[str, str]
) -> None:
    page = page_of(client, **asked)

    assert two[0].case in page
    assert two[1].case not in page
    assert "共 1 条" in page
    assert "清除筛选" in page


def test_nothing_that_fits_helps_on(client: Client, two: tuple[Listing, Listing]) -> None:
    assert "没有符合条件的记录。" in page_of(client, q="没有这一家")


@pytest.mark.parametrize(
    "asked",
    [
        {"year": "x"},
        {"year": "99999"},
        {"year": "2026.5"},
        {"region": "000000"},
        {"sort": "name"},
        {"q": "青禾\0"},
        {"q": "长" * 65},
    ],
)
def test_a_filter_that_cannot_be_read_gets_one_sentence(
    client: Client, two: tuple[Listing, Listing], asked: dict[str, str]
) -> None:
    answer = client.get(PATH, asked)

    page = answer.content.decode()
    assert answer.status_code == 400
    assert page.count('role="alert"') == 1
    assert two[0].case not in page
    assert not answer.has_header("Cache-Control")


@pytest.mark.parametrize(
    ("sort", "first"), [("newest", 1), ("oldest", 0), ("ending", 1), ("decided", 0)]
)
def test_it_can_be_sorted(
    client: Client, two: tuple[Listing, Listing], sort: str, first: int
) -> None:
    page = page_of(client, sort=sort)

    assert page.index(two[first].case) < page.index(two[1 - first].case)


def test_pages_show_each_row_once_and_keep_what_was_asked(
    client: Client, rule: ListRule
) -> None:
    listings = [make_listing(rule) for _ in range(45)]

    pages = [page_of(client, q="测试", sort="ending", page=str(n)) for n in (1, 2, 3)]

    seen = [one.case for page in pages for one in listings if one.case in page]
    assert sorted(seen) == sorted(one.case for one in listings)
    assert "第 2 页，共 3 页" in pages[1]
    assert "sort=ending&amp;page=3" in pages[1]


@pytest.mark.parametrize("asked", ["0", "-1", "99", "x", ""])
def test_a_page_that_is_none_shows_one_that_is(
    client: Client, rule: ListRule, asked: str
) -> None:
    listing = make_listing(rule)

    assert listing.case in page_of(client, page=asked)


@pytest.mark.usefixtures("state_is_told")
def test_more_rows_cost_no_more_queries(
    client: Client, rule: ListRule, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for serial in range(15):
        party = make_entity(f"蜀州行{serial}测试有限公司", region=region("510107"))
        make_listing(rule, party=party)

    with django_assert_max_num_queries(13):
        page_of(client)


# --- Persons ------------------------------------------------------------------------------


def test_persons_are_never_listed(client: Client, rule: ListRule) -> None:
    unit, person = make_listing(rule), list_person(rule)

    page = page_of(client)

    assert unit.case in page
    assert person.case not in page
    assert "甲某" not in page
    assert "不是为了示众" in page
    assert 'href="/persons/check/"' in page


def test_small_totals_are_not_shown(client: Client, rule: ListRule) -> None:
    for serial in range(9):
        list_person(rule, serial)
    assert "今天没有达到 10 人的月份和省份。" in page_of(client)

    list_person(rule, 9)

    page = page_of(client)
    assert '<span lang="zh-Hans">四川省</span> <span class="number">10</span>' in page
    assert "没有达到" not in page


def test_a_list_of_persons_only_has_neither_rows_nor_filters(client: Client) -> None:
    rule = make_rule(subjects="N")
    list_person(rule)

    page = page_of(client)

    assert 'class="filters"' not in page
    assert "自然人" in page
    assert '<span class="number">1</span>' not in page


def test_a_list_that_is_not_looked_up_shows_no_totals(client: Client) -> None:
    rule = make_rule(person_lookup="none", person_fields="")
    for serial in range(12):
        list_person(rule, serial)

    page = page_of(client)

    assert "不对外提供查询" in page
    assert "四川省</span>" not in page


def test_it_speaks_english(client: Client, two: tuple[Listing, Listing]) -> None:
    page = page_of(client, "/en/lists/TEST_LIST/", q="青禾")

    assert "Example list" in page
    assert "1 entry today" in page
    assert Entity.objects.count() == 2
