import re

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from registry import actions
from registry.search import index
from tests.factories import (
    AT,
    make_entity,
    make_identifier,
    make_listing,
    make_name,
    make_staff,
    make_uscc,
    region,
)
from tests.portal.words import without_time

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> None:
    entity = make_entity("蜀州青禾测试商贸有限公司", region=region("510107"))
    make_identifier(entity)
    make_name(entity, "蜀州旧禾测试商贸有限公司")
    index.rebuild()


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("蜀州青禾测试商贸有限公司", id="full name"),
        pytest.param("青禾测试", id="part of the name"),
        pytest.param("蜀州旧禾测试商贸有限公司", id="former name"),
        pytest.param(make_uscc(), id="code"),
        pytest.param(make_uscc().lower(), id="code in lower case"),
        pytest.param("shuzhouqinghe", id="pinyin"),
    ],
)
def test_it_finds_a_company(client: Client, company: None, query: str) -> None:
    page = client.get("/search/", {"q": query}).content.decode()

    assert "共 1 个主体" in page
    assert make_uscc() in page
    assert "四川省成都市武侯区" in page


def test_it_says_why_and_marks_what_matched(client: Client, company: None) -> None:
    page = client.get("/search/", {"q": "测试商贸"}).content.decode()

    assert "蜀州青禾<mark>测试商贸</mark>有限公司" in page
    assert "名称包含" in page


def test_without_a_question_it_is_only_the_box(client: Client) -> None:
    answer = client.get("/search/")

    assert answer.status_code == 200
    assert "请输入名称、拼音或统一社会信用代码。" in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        pytest.param("x", "请至少输入两个字", id="one character"),
        pytest.param("……", "请至少输入两个字", id="only marks"),
        pytest.param("测" * 65, "内容过长", id="65 characters"),
        pytest.param("测" * 10_000, "内容过长", id="10,000 characters"),
        pytest.param("测试\0", "控制字符", id="NUL"),
    ],
)
def test_a_query_that_cannot_be_searched_gets_one_sentence(
    client: Client, query: str, sentence: str
) -> None:
    answer = client.get("/search/", {"q": query})

    assert answer.status_code == 400
    page = answer.content.decode()
    assert page.count('role="alert"') == 1
    assert sentence in page


def test_nothing_found_helps_on(client: Client, company: None) -> None:
    page = client.get("/search/", {"q": "没有这家测试公司"}).content.decode()

    assert "没有找到。可以试试" in page
    assert "不按姓名查询自然人" not in page


def test_what_may_be_a_person_is_told_that_persons_are_not_searched(
    client: Client, company: None
) -> None:
    page = client.get("/search/", {"q": "张测试"}).content.decode()

    assert "这里不按姓名查询自然人" in page
    # By POST: the name is in no address.
    assert '<form method="post" action="/persons/check/">' in page
    assert '<input type="hidden" name="name" value="张测试">' in page
    assert 'href="/persons/check/"' in page
    assert "张测试" not in "".join(re.findall(r'href="/persons[^"]*"', page))


def test_what_was_typed_cannot_become_markup(client: Client, company: None) -> None:
    page = client.get("/search/", {"q": "<script>alert(1)</script>"}).content.decode()

    assert "<script" not in page


def test_it_pages_with_links_both_ways(client: Client) -> None:
    for serial in range(45):
        make_entity(f"蜀州页{serial}测试有限公司")
    index.rebuild()

    page = client.get("/search/", {"q": "测试", "page": "2"}).content.decode()

    assert "第 2 页，共 3 页" in page
    assert page.count('class="result"') == 20
    assert 'rel="prev" href="?q=%E6%B5%8B%E8%AF%95&amp;page=1"' in page
    assert 'rel="next" href="?q=%E6%B5%8B%E8%AF%95&amp;page=3"' in page


@pytest.mark.parametrize("asked", ["0", "-1", "99", "x", ""])
def test_a_page_that_is_none_shows_one_that_is(
    client: Client, company: None, asked: str
) -> None:
    answer = client.get("/search/", {"q": "测试", "page": asked})

    assert answer.status_code == 200
    assert "共 1 个主体" in answer.content.decode()


def test_it_is_kept_out_of_search_engines(client: Client, company: None) -> None:
    page = client.get("/search/", {"q": "测试"}).content.decode()

    assert '<meta name="robots" content="noindex">' in page
    assert "Disallow: /search/" in client.get("/robots.txt").content.decode()


def test_more_results_cost_no_more_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for serial in range(20):
        entity = make_entity(f"蜀州行{serial}测试有限公司", region=region("510107"))
        make_identifier(entity, make_uscc(serial))
    index.rebuild()

    with django_assert_max_num_queries(10):
        client.get("/search/", {"q": "测试"})


def test_english_speaks_english(client: Client, company: None) -> None:
    page = client.get("/en/search/", {"q": "青禾测试"}).content.decode()

    assert "1 entity for “青禾测试”" in page
    assert 'href="/en/entities/' in page


@pytest.mark.parametrize(
    ("query", "told"),
    [
        pytest.param("王测试", True, id="starts as a name of a person does"),
        pytest.param("欧阳测试", True, id="compound surname"),
        pytest.param("青禾", False, id="a brand"),
        pytest.param("王测试商贸有限公司", False, id="too long for a person"),
    ],
)
def test_what_also_finds_companies_may_still_be_a_person(
    client: Client, query: str, told: bool
) -> None:
    for name in ("蜀州王测试商贸有限公司", "蜀州欧阳测试有限公司", "蜀州青禾测试有限公司"):
        make_entity(name)
    index.rebuild()

    page = client.get("/search/", {"q": query}).content.decode()

    assert 'class="result"' in page
    assert ("这里不按姓名查询自然人" in page) is told


def test_a_result_carries_what_is_on_display_and_until_when(client: Client) -> None:
    entity = make_entity("蜀州青禾测试商贸有限公司")
    listing = make_listing(party=entity)
    index.rebuild()

    page = without_time(client.get("/search/", {"q": "青禾"}).content.decode())
    assert "公示至 2029-03-16" in page

    maker, _checker = make_staff(listing.authority)
    actions.hold(listing, "法院裁定", by=maker, at=AT)
    assert "公示至" not in client.get("/search/", {"q": "青禾"}).content.decode()


def test_no_copy_of_results_outlives_a_minute(client: Client, company: None) -> None:
    answer = client.get("/search/", {"q": "测试"})

    assert answer.headers["Cache-Control"] == "max-age=60"
