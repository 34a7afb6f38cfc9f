"""No shape of query that is allowed makes the database look through a whole table."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from django.db import connection

from registry.search import Filters, QueryError, index, search, terms
from tests.factories import make_entity, make_identifier, make_name, make_uscc, region

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 16, tzinfo=UTC)
SHAPES = (
    *(
        "澄川",
        "成都澄川",
        "澄川 成都",
        "澄川成都",
        "四川省成都市澄川贸易有限公司",
        "有限公司",
    ),
    *(
        "贸易 科技",
        "澄 川",
        "chengchuan",
        "cc",
        "beijing chengchuan",
        "bjcc",
        "ab澄",
        "tcl",
    ),
    *(
        "澄州贸易有限公司",
        "乜嘢冇龘",
        "360",
        "12",
        "a1",
        "919900000000000192",
        "510100000000011",
    ),
    *("91990000000000O192", "示例罚〔2026〕1号", "0" * 32, "测" * 64, "cheng'chuan maoyi"),
)
FILTERS = (
    Filters(),
    Filters(kind="enterprise"),
    Filters(region="510000"),
    Filters(region="510107", kind="other"),
    Filters(listed_at=AT),
    Filters(listed_at=AT, section="serious", region="440100"),
)
# What a search reads by more than a key.
TABLES = {"registry_searchentry", "registry_listedentry"}


@pytest.fixture(params=["few", "many"])
def register(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both routes: what a few names hold is rare, or common."""
    if request.param == "many":
        monkeypatch.setattr(terms, "SELECTIVE", 0)
        monkeypatch.setattr(terms, "LEAST_SELECTIVE", 0)
    for n in range(60):
        entity = make_entity(f"成都澄川{n}贸易科技有限公司", region=region())
        make_identifier(entity, make_uscc(n + 1))
        make_name(entity, f"成都旧川{n}贸易有限公司")
    index.rebuild()


Asked = list[tuple[str, Any]]


@contextmanager
def noted() -> Iterator[Asked]:
    asked: Asked = []

    def note(execute: Callable[..., Any], sql: str, params: Any, *rest: Any) -> Any:
        if sql.startswith(("SELECT", "WITH")) and "set_config" not in sql:
            asked.append((sql, params))
        return execute(sql, params, *rest)

    with connection.execute_wrapper(note):
        yield asked


def looked_through(sql: str, params: Any) -> set[str]:
    """The tables that are read from one end to the other."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            steps = [row[3].split() for row in cursor.fetchall()]
            return {step[1] for step in steps if step[0] == "SCAN"} & {*TABLES, "e", "o"}
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        ((plan,),) = cursor.fetchall()
        return set(scans(json.loads(plan) if isinstance(plan, str) else plan)) & TABLES


def scans(plan: Any) -> Iterator[str]:
    if isinstance(plan, list):
        for one in plan:
            yield from scans(one)
    elif isinstance(plan, dict):
        if plan.get("Node Type") == "Seq Scan":
            yield plan["Relation Name"]
        for one in plan.values():
            yield from scans(one)


def ask(text: str, filters: Filters, after: str = "") -> str:
    with suppress(QueryError):
        return search(text, filters=filters, after=after, limit=3, at=AT, divide=True).after
    return ""


@pytest.mark.usefixtures("register")
def test_no_shape_looks_through_a_table() -> None:
    with noted() as asked:
        for text in SHAPES:
            for filters in FILTERS:
                after = ask(text, filters)
                for _ in range(2):
                    after = ask(text, filters, after) if after else ""

    assert len(asked) > 4 * len(SHAPES) * len(FILTERS)
    read = {sql: looked_through(sql, params) for sql, params in asked}
    assert {sql: found for sql, found in read.items() if found} == {}


@pytest.mark.usefixtures("register")
def test_this_test_would_see_one() -> None:
    sql = "SELECT count(*) FROM registry_searchentry WHERE current"

    assert looked_through(sql, ()) == {"registry_searchentry"}


@pytest.mark.usefixtures("register")
def test_nothing_anybody_types_breaks_a_statement() -> None:
    dice = Random(27)
    signs = "澄川成都ab1%_'\"\\()*:^-+{}[]?.;&|<>~`!@#$\t 　贸易有限公司NEAR AND OR NOT"
    signs += "Ａ１①²ßıİ👍é"
    for _ in range(200):
        text = "".join(dice.choices(signs, k=dice.randint(1, 70)))
        ask(text, dice.choice(FILTERS), dice.choice(("", "0s1", "0c5", "1b7", text)))
