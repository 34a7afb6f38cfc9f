"""Conditions on results: how they are read, said, and taken away again."""

from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from pytest_django.fixtures import DjangoAssertNumQueries

from portal.narrowing import MOST_LINKS, NarrowingForm
from portal.result_marks import marked
from registry.search import Advice, Choice, Facets, Filters, Hit, Results, Why
from tests.factories import make_entity, make_name

pytestmark = pytest.mark.django_db

SICHUAN, CHENGDU, WUHOU = "510000", "510100", "510107"


def narrowing(**asked: str) -> NarrowingForm:
    query = QueryDict(mutable=True)
    query.update({"q": "青禾"} | asked)
    form = NarrowingForm(query)
    assert form.is_valid(), form.errors
    return form


@pytest.mark.parametrize(
    ("asked", "is_now", "said"),
    [
        pytest.param({}, False, Filters(), id="nothing"),
        pytest.param({"kind": "other"}, False, Filters(kind="other"), id="a kind"),
        pytest.param({"region": WUHOU}, False, Filters(region=WUHOU), id="a county"),
        pytest.param({"listed": "1"}, True, Filters(), id="with something on display"),
        pytest.param(
            {"section": "serious"},
            True,
            Filters(section="serious"),
            id="a section, which is of what is on display",
        ),
    ],
)
def test_conditions_become_filters(
    asked: dict[str, str], is_now: bool, said: Filters, now: datetime
) -> None:
    found = narrowing(**asked).filters(now)

    assert found.listed_at == (now if is_now else None)
    assert (found.kind, found.region, found.section) == (
        said.kind,
        said.region,
        said.section,
    )


@pytest.mark.parametrize(
    ("region", "offered", "not_offered"),
    [
        pytest.param("", {SICHUAN, "110000"}, {CHENGDU}, id="provinces first"),
        pytest.param(SICHUAN, {SICHUAN, CHENGDU, "110000"}, {WUHOU}, id="then cities"),
        pytest.param(CHENGDU, {SICHUAN, CHENGDU, WUHOU}, {"510300"}, id="then counties"),
        pytest.param(WUHOU, {SICHUAN, CHENGDU, WUHOU}, {"510104"}, id="then no more"),
        pytest.param("110000", {"110101"}, {CHENGDU}, id="a city that is a province"),
    ],
)
def test_a_region_is_chosen_step_by_step(
    region: str, offered: set[str], not_offered: set[str]
) -> None:
    field = str(narrowing(region=region)["region"])

    assert all(f'value="{code}"' in field for code in offered)
    assert not any(f'value="{code}"' in field for code in not_offered)
    assert field.count(" selected") == 1
    # Each once, whatever group it stands in.
    assert all(field.count(f'value="{code}"') == 1 for code in offered)


def test_a_region_costs_two_queries_and_none_costs_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1):
        str(narrowing()["region"])
    with django_assert_num_queries(2):
        chosen = narrowing(region=WUHOU)
        str(chosen["region"])
        [str(chip.label) for chip in chosen.chips()]


def test_addresses_keep_what_they_do_not_change() -> None:
    form = narrowing(kind="enterprise", region=CHENGDU)

    def asked(address: str) -> dict[str, list[str]]:
        return parse_qs(address.removeprefix("?"))

    bare = {"q": ["青禾"], "kind": ["enterprise"]}
    assert asked(form.address()) == bare | {"region": [CHENGDU]}
    assert asked(form.address(region="")) == bare
    assert asked(form.address(region=WUHOU)) == bare | {"region": [WUHOU]}


def test_facets_become_links_with_counts() -> None:
    facets = Facets(
        kinds=[Choice("enterprise", 1234), Choice("other", 5)],
        regions=[Choice(CHENGDU, 3), Choice("510300", 2)],
        sections=[Choice("penalties", 7)],
    )

    groups = narrowing(region=SICHUAN, kind="other").groups(facets)

    assert [group.name for group in groups] == ["section", "kind", "region"]
    assert [
        [(str(link.label), link.n_entities) for link in group.links] for group in groups
    ] == [
        [("行政处罚", 7)],
        # What is applied already would change nothing.
        [("企业", 1234)],
        [("成都市", 3), ("自贡市", 2)],
    ]
    (_penalties,), (enterprises,), (chengdu, _) = (group.links for group in groups)
    assert enterprises.address.endswith("&kind=enterprise&region=510000")
    assert chengdu.address.endswith("&kind=other&region=510100")


def test_no_group_without_links_and_none_without_end() -> None:
    assert narrowing().groups(Facets()) == []

    everywhere = narrowing().nearby
    facets = Facets(regions=[Choice(one.code, 1) for one in everywhere])

    (group,) = narrowing().groups(facets)
    assert len(everywhere) > MOST_LINKS == len(group.links)


# --- As a page shows it -------------------------------------------------------------------


def results_page(results: Results, now: datetime, **context: Any) -> str:
    usual = {
        "results": results,
        "query": results.query,
        "narrowing": narrowing(),
        "hits": marked(results.hits, at=now),
    }
    return render_to_string("portal/_results.html", usual | context)


def test_more_than_was_counted_is_said_so(now: datetime) -> None:
    hits = [Hit(make_entity(), Why.PART)]

    exact = results_page(Results("测试", hits, 1000), now)
    more = results_page(Results("测试", hits, 1000, is_exact=False), now)

    assert "“测试”共 1,000 个主体" in exact
    assert "“测试”多于 1,000 个主体" in more


def test_groups_stand_beside_the_results_with_their_counts(now: datetime) -> None:
    form = narrowing()
    groups = form.groups(Facets(kinds=[Choice("enterprise", 1234)]))
    hits = [Hit(make_entity(), Why.PART)]

    page = results_page(Results("测试", hits, 2000), now, narrowing=form, groups=groups)

    assert (
        '<a href="?q=%E9%9D%92%E7%A6%BE&amp;kind=enterprise"><span>企业</span></a>' in page
    )
    assert '<span class="number quiet">1,234</span>' in page


def test_several_parts_are_marked_in_the_name_that_matched(now: datetime) -> None:
    entity = make_entity("蜀州青禾测试商贸有限公司")
    make_name(entity, "Qinghe & Co", kind="english")
    hits = [
        Hit(entity, Why.WORDS, spans=((0, 2), (6, 8))),
        Hit(entity, Why.PREFIX, spans=((0, 6),), matched_name="Qinghe & Co"),
    ]

    page = results_page(Results("x", hits, 2), now)

    assert "<mark>蜀州</mark>青禾测试<mark>商贸</mark>有限公司" in page
    assert '英文名称：<span lang="en"><mark>Qinghe</mark> &amp; Co</span>' in page
    assert "名称包含各个词" in page


def test_what_was_probably_meant_is_one_click_away(now: datetime) -> None:
    advice = Advice("校验码不符。", reading="91990000000000001A")

    page = results_page(Results("x", [], 0, advice=advice), now)

    assert '<a href="?q=91990000000000001A">改查 91990000000000001A</a>' in page
    assert "校验码不符。" in page


def test_the_end_of_the_results_is_said(now: datetime) -> None:
    hits = [Hit(make_entity(), Why.PART)]
    pager = '<nav class="pager"'

    assert pager not in results_page(Results("x", hits, 1), now)
    last = results_page(Results("x", hits, 21), now, is_continued=True)
    assert "后面没有了。" in last
    middle = results_page(Results("x", hits, 50, after="a&b/="), now, is_continued=True)
    assert '<a rel="next" href="?q=%E9%9D%92%E7%A6%BE&amp;after=a%26b%2F%3D">' in middle
    assert "后面没有了。" not in middle


def test_nothing_under_conditions_says_that_it_is_the_conditions(now: datetime) -> None:
    page = results_page(Results("青禾", [], 0), now, narrowing=narrowing(kind="other"))

    assert "没有符合全部条件的主体。" in page
    assert '<a href="?q=%E9%9D%92%E7%A6%BE">去掉筛选再查</a>' in page
    assert "没有找到。可以试试" not in page
