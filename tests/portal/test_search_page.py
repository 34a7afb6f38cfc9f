import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import DjangoAssertNumQueries

from registry import actions
from registry.search import index, search
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


def without_marks(page: str) -> str:
    return re.sub(r"</?mark>", "", page)


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


@pytest.mark.parametrize(
    ("prefix", "said"),
    [("", "名称中含有“青禾”的其他主体"), ("/en", "Others with “青禾” in their names")],
)
def test_what_only_holds_the_brand_stands_apart(
    client: Client, prefix: str, said: str
) -> None:
    make_entity("四川沐青禾花测试有限公司")
    make_entity("四川青禾测试有限公司")
    index.rebuild()

    page = client.get(f"{prefix}/search/", {"q": "青禾"}).content.decode()

    brands, others = without_marks(page).split(said)
    assert "四川青禾测试有限公司" in brands
    assert "沐" not in brands
    assert "四川沐青禾花测试有限公司" in others


def test_a_former_name_is_said_to_be_one(client: Client, company: None) -> None:
    page = client.get("/search/", {"q": "蜀州旧禾测试商贸有限公司"}).content.decode()

    assert ">蜀州青禾测试商贸有限公司</a>" in page
    assert "曾用名：" in page
    assert "蜀州旧禾测试商贸有限公司" in without_marks(page)


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
    for name in ("q", "kind", "region", "section", "listed"):
        answer = client.get("/search/", {"q": "测试", name: "<script>alert(1)</script>"})

        assert "alert(1)</" not in answer.content.decode()


def test_it_pages_to_the_end_and_back(client: Client) -> None:
    for serial in range(45):
        make_entity(f"蜀州页{serial}测试有限公司")
    index.rebuild()
    first = "?q=%E6%B5%8B%E8%AF%95"

    address, seen = first, []
    for n_expected in (20, 20, 5):
        page = client.get(f"/search/{address}").content.decode()
        names = re.findall(r"蜀州页\d+", page)
        seen += names
        assert len(names) == n_expected
        assert "共 45 个主体" in page
        assert (f'href="{first}">回到第一页' in page) is (address != first)
        address = "".join(re.findall(r'rel="next" href="([^"]+)"', page)).replace(
            "&amp;", "&"
        )

    assert not address
    assert len(set(seen)) == 45
    assert "后面没有了。" in page


def test_it_is_kept_out_of_search_engines(client: Client, company: None) -> None:
    page = client.get("/search/", {"q": "测试"}).content.decode()

    assert '<meta name="robots" content="noindex">' in page
    assert "Disallow: /search/" in client.get("/robots.txt").content.decode()


def test_more_results_cost_no_more_queries(client: Client) -> None:
    costs = []
    for few, many in ((0, 2), (2, 20)):
        for serial in range(few, many):
            entity = make_entity(f"蜀州行{serial}测试有限公司", region=region("510107"))
            make_identifier(entity, make_uscc(serial))
        index.rebuild()
        client.get("/search/", {"q": "测试"})
        with CaptureQueriesContext(connection) as asked:
            client.get("/search/", {"q": "测试"})
        costs.append(len(asked))

    # Search and facets set a time limit each, which takes three on PostgreSQL.
    assert costs[0] == costs[1] <= 19


@pytest.mark.usefixtures("state_is_told")
def test_the_page_counts_its_queries(
    client: Client, company: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """What it adds to the search itself, which has a number of its own."""
    with CaptureQueriesContext(connection) as asked:
        found = search("旧禾测试")
        [hit.entity.region and hit.entity.region.full_name for hit in found.hits]

    # Divisions to choose from, the other name, who is listed, and once for the clock and
    # the demo what kind of database this is.
    with django_assert_num_queries(len(asked) + 4):
        client.get("/search/", {"q": "旧禾测试"})


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
    connection.check_constraints()

    page = without_time(client.get("/search/", {"q": "青禾"}).content.decode())
    assert "公示至 2029-03-16" in page

    maker, _checker = make_staff(listing.authority)
    actions.hold(listing, "法院裁定", by=maker, at=AT)
    assert "公示至" not in client.get("/search/", {"q": "青禾"}).content.decode()


def test_no_copy_of_results_outlives_a_minute(client: Client, company: None) -> None:
    answer = client.get("/search/", {"q": "测试"})

    assert answer.headers["Cache-Control"] == "max-age=60"


def test_a_result_speaks_for_the_records_merged_into_it(client: Client) -> None:
    stays = make_entity("蜀州青禾测试商贸有限公司")
    gone = make_entity("蜀州重复测试有限公司", merged_into=stays)
    make_listing(party=gone)
    index.rebuild()
    connection.check_constraints()

    page = without_time(client.get("/search/", {"q": "青禾"}).content.decode())

    assert "公示至 2029-03-16" in page


# --- Conditions ---------------------------------------------------------------------------


def test_the_form_carries_the_question_and_works_without_script(
    client: Client, company: None
) -> None:
    page = client.get("/search/", {"q": "青禾"}).content.decode()

    form = page[page.index('<form class="filters"') :]
    assert 'method="get" action="/search/"' in form
    assert '<input type="hidden" name="q" value="青禾">' in form
    assert '<option value="510000" lang="zh-Hans">四川省</option>' in form
    for name in ("kind", "region", "section", "listed"):
        assert f'name="{name}"' in form


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("kind", "company", id="no kind"),
        pytest.param("kind", "\0", id="NUL"),
        pytest.param("region", "99", id="no division"),
        pytest.param("region", "四川", id="a name where a code is wanted"),
        pytest.param("section", "SAMR_SERIOUS", id="a list where a section is wanted"),
        pytest.param("listed", "0", id="neither checked nor not"),
    ],
)
def test_an_unknown_condition_is_said_and_not_passed_over(
    client: Client, company: None, name: str, value: str
) -> None:
    answer = client.get("/search/", {"q": "青禾", name: value})

    page = answer.content.decode()
    assert answer.status_code == 400
    assert page.count('role="alert"') == 1
    assert "有一项筛选条件无法识别，所以没有查询。" in page
    assert 'href="?q=%E9%9D%92%E7%A6%BE">去掉筛选再查' in page
    assert 'class="result"' not in page


def test_an_empty_condition_is_none(client: Client, company: None) -> None:
    asked = {"q": "青禾", "kind": "", "region": "", "section": "", "other": "x"}

    page = client.get("/search/", asked).content.decode()

    assert "共 1 个主体" in page
    assert "已选的条件" not in page


def test_what_is_applied_can_be_taken_away(client: Client, company: None) -> None:
    asked = {"q": "青禾", "region": "510100", "kind": "enterprise", "listed": "1"}

    page = client.get("/search/", asked).content.decode()

    chips = re.findall(r'<li><a href="([^"]+)"><span class="visually-hidden">', page)
    bare = "?q=%E9%9D%92%E7%A6%BE"
    assert chips == [
        f"{bare}&amp;region=510100&amp;listed=1",
        f"{bare}&amp;kind=enterprise&amp;listed=1",
        f"{bare}&amp;kind=enterprise&amp;region=510100",
    ]
    assert '<span lang="zh-Hans">四川省成都市</span>' in page
    assert '<option value="510107" lang="zh-Hans">武侯区</option>' in page


def test_the_page_of_a_visitor_is_not_kept_for_another(
    client: Client, company: None
) -> None:
    """With the button to the check it holds a token."""
    with_token = client.get("/search/", {"q": "张测试"})

    assert 'name="csrfmiddlewaretoken"' in with_token.content.decode()
    assert with_token.headers["Cache-Control"] == "private, max-age=60"
