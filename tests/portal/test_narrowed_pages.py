"""What conditions leave of the results, and the links that narrow them further."""

import re
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client

from registry.search import index
from tests.factories import make_entity, make_list_type, make_listing, make_rule, region

pytestmark = pytest.mark.django_db


@pytest.fixture
def three() -> None:
    """One listed in Chengdu, one clean in Zigong, one association in Beijing."""
    listed = make_entity("蜀州甲测试有限公司", region=region("510107"))
    make_entity("蜀州乙测试有限公司", region=region("510300"))
    make_entity("蜀州丙测试协会", kind="social_organisation", region=region("110101"))
    penalties = make_list_type("TEST_PENALTY", section="penalties")
    make_listing(make_rule(list_type=penalties), party=listed)
    index.rebuild()
    # PostgreSQL indexes what is listed at the end of a transaction, which here has none.
    connection.check_constraints()


def names(client: Client, **asked: str) -> set[str]:
    page = client.get("/search/", {"q": "测试"} | asked).content.decode()
    plain = re.sub(r"</?mark>", "", page)
    return set(re.findall(r">蜀州(\w)测试", plain))


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        pytest.param({}, {"甲", "乙", "丙"}, id="nothing"),
        pytest.param({"kind": "social_organisation"}, {"丙"}, id="a kind"),
        pytest.param({"region": "510000"}, {"甲", "乙"}, id="a province with all below"),
        pytest.param({"region": "510100"}, {"甲"}, id="a city"),
        pytest.param({"region": "510104"}, set(), id="a district of nobody"),
        pytest.param({"listed": "1"}, {"甲"}, id="with something on display"),
        pytest.param({"section": "penalties"}, {"甲"}, id="with a penalty on display"),
        pytest.param({"section": "serious"}, set(), id="nothing of this section"),
        pytest.param({"region": "510000", "kind": "enterprise"}, {"甲", "乙"}, id="two"),
    ],
)
def test_what_is_left(
    client: Client, three: None, asked: dict[str, str], left: set[str]
) -> None:
    assert names(client, **asked) == left


def test_counts_stand_beside_and_each_link_keeps_its_word(
    client: Client, three: None
) -> None:
    page = client.get("/search/", {"q": "测试"}).content.decode()

    link = r'<li><a href="([^"]+)"><span[^>]*>(\S+?)</span></a> <span[^>]*>(\d+)</span>'
    found = {label: (href, int(n)) for href, label, n in re.findall(link, page)}
    assert {label: n for label, (_, n) in found.items()} == {
        "行政处罚": 1,
        "企业": 2,
        "社会组织": 1,
        "四川省": 2,
        "北京市": 1,
    }
    for href, n in found.values():
        narrowed = client.get(f"/search/{href.replace('&amp;', '&')}").content.decode()
        assert f"共 {n} 个主体" in narrowed


def test_below_a_province_stand_its_cities(client: Client, three: None) -> None:
    asked = urlencode({"q": "测试", "region": "510000"})
    page = client.get(f"/search/?{asked}").content.decode()

    for city in ("510100", "510300"):
        assert f'href="?q=%E6%B5%8B%E8%AF%95&amp;region={city}"' in page
