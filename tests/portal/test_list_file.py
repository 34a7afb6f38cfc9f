"""A list as a file: what the page counts, narrowed as the page is, and never a person."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from portal import list_file
from registry import actions, limits
from registry.models import Listing, ListRule
from tests.factories import (
    AT,
    make_authority,
    make_entity,
    make_identifier,
    make_list_type,
    make_listing,
    make_person,
    make_rule,
    make_staff,
    make_uscc,
    region,
)

pytestmark = pytest.mark.django_db

PATH = "/lists/TEST_LIST/"
FIRST, LAST = date(2026, 3, 16), date(2029, 3, 16)
HEADS = "主体 编号 主体所在地区 认定单位 决定文书号 决定日期 公示首日 公示末日 最迟复核"


@pytest.fixture
def rule() -> ListRule:
    return make_rule()


@pytest.fixture
def listing(rule: ListRule) -> Listing:
    party = make_entity("蜀州青禾测试有限公司", region=region("510107"))
    make_identifier(party)
    return make_listing(rule, party=party)


def ask(client: Client, path: str = PATH, **asked: str) -> Any:
    return client.get(path, {"format": "csv", **asked})


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode()


def rows_of(answer: Any) -> list[list[str]]:
    """Without the heads."""
    return list(csv.reader(io.StringIO(text_of(answer).removeprefix("\ufeff"))))[1:]


def named(rows: Sequence[Sequence[str]]) -> list[str]:
    return [row[0] for row in rows]


def test_a_row_says_what_the_page_says(client: Client, listing: Listing) -> None:
    answer = ask(client)

    text = text_of(answer)
    heads, row = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert text.startswith("\ufeff主体,")
    assert heads == [*HEADS.split(), "异议核查开始", "网址"]
    assert row == [
        "蜀州青禾测试有限公司",
        make_uscc(),
        "四川省成都市武侯区",
        listing.authority.name,
        listing.decision_no,
        "2026-03-16",
        "2026-03-16",
        "2029-03-16",
        "",
        "",
        f"http://127.0.0.1:8000/listings/{listing.case}/",
    ]


def test_a_browser_saves_it_and_nobody_indexes_it(client: Client, listing: Listing) -> None:
    answer = ask(client)

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    saved_as = 'attachment; filename="TEST_LIST-2026-03-16.csv"'
    assert answer["Content-Disposition"] == saved_as
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Cache-Control"] == "max-age=60"


def test_it_is_in_the_language_of_its_address(client: Client, listing: Listing) -> None:
    """Also what is written after the page of this language has been left."""
    text = text_of(ask(client, f"/en{PATH}"))

    assert text.startswith("\ufeffEntity,Number,")
    assert f"/en/listings/{listing.case}/" in text


def test_a_party_without_number_and_region_has_empty_cells(
    client: Client, rule: ListRule
) -> None:
    make_listing(rule, party=make_entity("蜀州无号测试有限公司", region=None))

    assert rows_of(ask(client))[0][:3] == ["蜀州无号测试有限公司", "", ""]


@pytest.mark.parametrize(
    ("day", "n"),
    [
        pytest.param(FIRST - timedelta(days=1), 0, id="the day before the first"),
        pytest.param(FIRST, 1, id="the first day"),
        pytest.param(LAST, 1, id="the last day"),
        pytest.param(LAST + timedelta(days=1), 0, id="the day after the last"),
    ],
)
def test_it_holds_what_is_on_display(
    client: Client, listing: Listing, day: date, n: int
) -> None:
    noon = datetime.fromisoformat(f"{day}T12:00:00+08:00")

    with time_machine.travel(noon, tick=False):
        assert len(rows_of(ask(client))) == n


def test_what_is_held_is_not_in_it(client: Client, listing: Listing) -> None:
    maker, _checker = make_staff(listing.authority)
    actions.hold(listing, "法院裁定", by=maker, at=AT)

    assert rows_of(ask(client)) == []


def test_neither_persons_nor_other_lists_are_in_it(
    client: Client, rule: ListRule, listing: Listing
) -> None:
    other = make_rule(list_type=make_list_type("TEST_OTHER"))
    make_listing(rule, party=make_person(name="甲某"), conduct_on=date(2026, 1, 5))
    make_listing(other, party=make_entity("蜀州旁人测试有限公司"))

    text = text_of(ask(client))

    assert text.count("\r\n") == 2
    assert "甲某" not in text
    assert "旁人" not in text


@pytest.fixture
def two(listing: Listing) -> tuple[Listing, Listing]:
    """The other one in Beijing, decided in 2025 by another body."""
    older = make_rule(in_force=date(2025, 1, 1))
    there = make_entity("燕州红木测试有限公司", region=region("110101"))
    return listing, make_listing(
        older,
        party=there,
        authority=make_authority("测试省生态环境厅"),
        decided_on=date(2025, 12, 31),
        noticed_on=date(2025, 12, 1),
    )


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "青禾"},
        {"q": make_uscc().lower()},
        {"region": "510000"},
        {"authority": "市场监督"},
        {"year": "2026"},
    ],
    ids=lambda asked: next(iter(asked)),
)
@pytest.mark.usefixtures("two")
def test_it_is_narrowed_as_the_page_is(client: Client, asked: dict[str, str]) -> None:
    page = client.get(PATH, asked).content.decode()

    assert named(rows_of(ask(client, **asked))) == ["蜀州青禾测试有限公司"]
    assert "共 1 条" in page


@pytest.mark.parametrize(("sort", "first"), [("newest", "燕州"), ("oldest", "蜀州")])
@pytest.mark.usefixtures("two")
def test_it_is_sorted_as_the_page_is(client: Client, sort: str, first: str) -> None:
    assert named(rows_of(ask(client, sort=sort)))[0].startswith(first)


@pytest.mark.usefixtures("two")
def test_the_link_keeps_what_was_asked_and_leaves_the_page(client: Client) -> None:
    page = client.get(PATH, {"q": "测试", "sort": "ending", "page": "1"}).content.decode()

    link = page.partition('class="list-file"><a href="')[2].partition('"')[0]
    assert link == "?q=%E6%B5%8B%E8%AF%95&amp;sort=ending&amp;format=csv"
    assert "下载这 2 条（CSV）" in page


def test_where_nothing_is_shown_nothing_is_offered(client: Client, rule: ListRule) -> None:
    assert 'class="list-file"' not in client.get(PATH).content.decode()
    assert rows_of(ask(client)) == []


@pytest.mark.parametrize("asked", [{"year": "x"}, {"region": "000000"}, {"q": "长" * 65}])
def test_a_filter_that_cannot_be_read_gets_the_page_instead(
    client: Client, listing: Listing, asked: dict[str, str]
) -> None:
    answer = ask(client, **asked)

    assert answer.status_code == 400
    assert "有一项筛选条件无法识别。" in answer.content.decode()
    assert listing.case not in answer.content.decode()


@pytest.mark.parametrize("name", ["xls", "CSV", "", "json\0"])
def test_another_format_is_the_page(client: Client, listing: Listing, name: str) -> None:
    answer = client.get(PATH, {"format": name})

    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("name", ["=1+1", "+86", "-1", "@SUM(A1)", "＝1+1", "'=1"])
def test_no_cell_is_a_formula(client: Client, rule: ListRule, name: str) -> None:
    make_listing(rule, party=make_entity(f"{name}测试有限公司"))

    assert named(rows_of(ask(client))) == [f"'{name}测试有限公司"]


# --- How much, and how often --------------------------------------------------------------


@pytest.fixture
def many(rule: ListRule) -> list[str]:
    """Five, in the order of the page."""
    names = [f"蜀州行{n}测试有限公司" for n in range(5)]
    for name in names:
        party = make_entity(name, region=region("510107"))
        make_identifier(party, make_uscc(serial=names.index(name) + 7))
        make_listing(rule, party=party)
    return names[::-1]


def test_it_comes_in_pieces_that_make_it_whole(
    client: Client,
    many: list[str],
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr(list_file, "AT_ONCE", 2)

    answer = ask(client)
    with django_assert_max_num_queries(7):
        pieces = list(answer.streaming_content)

    assert [piece.count(b"\r\n") for piece in pieces] == [1, 2, 2, 1]
    assert named(csv_rows(b"".join(pieces))) == many


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1:]


def test_a_longer_list_is_cut_where_its_pages_end_and_says_so(
    client: Client, many: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list_file.MOST_ROWS == 10_000
    monkeypatch.setattr(list_file, "MOST_ROWS", 3)

    assert named(rows_of(ask(client))) == many[:3]
    page = client.get(PATH).content.decode()
    assert "下载前 3 条（CSV）" in page
    assert "全部记录请用筛选分几次下载。" in page


def test_more_than_an_hour_has_are_refused_in_one_sentence(
    client: Client, listing: Listing
) -> None:
    limit = limits.hourly("list-file", "127.0.0.1/32", list_file.MOST_FILES, AT)
    cache.set(limit.key, list_file.MOST_FILES - 1)
    assert len(rows_of(ask(client))) == 1

    answer = ask(client)

    page = answer.content.decode()
    assert answer.status_code == 429
    assert answer["Retry-After"] == "3601"
    assert "下载次数太多。请一小时后再试。" in page
    assert page.count('role="alert"') == 1
    assert client.get(PATH).status_code == 200
