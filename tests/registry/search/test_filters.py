"""Narrowed to what is on display now, and how what is found divides."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection

from registry import actions
from registry.models import Entity, ListedEntry, Listing
from registry.search import Choice, Filters, Why, index, search
from tests.factories import (
    AT,
    make_entity,
    make_identifier,
    make_list_type,
    make_listing,
    make_name,
    make_rule,
    make_staff,
    make_uscc,
    region,
)

pytestmark = pytest.mark.django_db


def make_listed(entity: Entity, section: str = "serious", at: datetime = AT) -> Listing:
    kind = make_list_type(f"TEST_{section.upper()}_{entity.pk}", section=section)
    listing = make_listing(make_rule(list_type=kind), party=entity, at=at)
    settle()
    return listing


def settle() -> None:
    """As the commit does, which no test within one transaction reaches."""
    connection.check_constraints()


def found(text: str, **filters: Any) -> list[str]:
    return [hit.entity.name for hit in search(text, filters=Filters(**filters)).hits]


@pytest.fixture
def entities() -> list[Entity]:
    rows = [make_entity(f"成都澄川{n}号贸易有限公司", region=region()) for n in range(3)]
    index.rebuild()
    return rows


def test_only_with_a_listing_on_display(entities: list[Entity]) -> None:
    make_listed(entities[1])

    assert len(found("澄川")) == 3
    assert found("澄川", listed_at=AT) == [entities[1].name]
    assert found("chengchuan", listed_at=AT) == [entities[1].name]
    assert found("成都澄穿1号贸易有限公司", listed_at=AT) == [entities[1].name]
    assert found("岚谷", listed_at=AT) == []


def test_only_with_a_listing_of_one_section(entities: list[Entity]) -> None:
    make_listed(entities[0], "serious")
    make_listed(entities[1], "abnormal")
    make_listed(entities[1], "serious")

    assert found("澄川", listed_at=AT, section="abnormal") == [entities[1].name]
    assert len(found("澄川", listed_at=AT, section="serious")) == 2
    assert found("澄川", listed_at=AT, section="honour") == []


def test_what_is_on_hold_or_over_is_neither_found_nor_counted(
    entities: list[Entity],
) -> None:
    shown, held, over = map(make_listed, entities)
    actions.hold(held, "法院裁定中止执行", by=held.maker, at=AT)
    late = AT + timedelta(days=1)
    Listing.objects.filter(pk=over.pk).update(displayed_until=late.date())
    settle()

    results = search("澄川", filters=Filters(listed_at=late), limit=1)

    assert [hit.entity for hit in results.hits] == [shown.entity]
    assert (results.total, results.is_exact, results.after) == (1, True, "")


def test_an_end_takes_it_out(entities: list[Entity]) -> None:
    listing = make_listed(entities[0])
    _, checker = make_staff(listing.authority)

    actions.emergency_end(listing, "认错了人", by=checker, at=AT)
    settle()

    assert found("澄川", listed_at=AT) == []
    assert not ListedEntry.objects.exists()


def test_a_merged_record_lists_the_one_that_stays(entities: list[Entity]) -> None:
    make_listed(entities[0])
    Entity.objects.filter(pk=entities[0].pk).update(merged_into=entities[1])

    index.rebuild()
    settle()

    assert found("澄川", listed_at=AT) == [entities[1].name]


def test_a_former_name_of_a_listed_one_is_found(entities: list[Entity]) -> None:
    make_name(entities[0], "成都霜桥贸易有限公司")
    index.rebuild()
    make_listed(entities[0])

    (hit,) = search("霜桥", filters=Filters(listed_at=AT)).hits

    assert (hit.entity, hit.why) == (entities[0], Why.BRAND)
    assert hit.matched_name == "成都霜桥贸易有限公司"


def test_a_number_is_found_where_the_filters_ask_for_it(entities: list[Entity]) -> None:
    code = make_identifier(entities[0]).value
    unlisted = make_identifier(entities[1], make_uscc(2)).value
    make_listed(entities[0], "serious")
    name = entities[0].name

    assert found(code, listed_at=AT) == [name]
    assert found(code, listed_at=AT, section="serious") == [name]
    assert found(code, kind="enterprise", region="510000") == [name]
    assert found(code, region="440000") == []
    assert found(code, kind="public_body") == []
    assert found(code, listed_at=AT, section="abnormal") == []
    assert found(unlisted, listed_at=AT) == []


# --- How they divide ----------------------------------------------------------------------


def test_facets_count_what_was_found(entities: list[Entity]) -> None:
    make_entity("广州澄川学校", region=region("440106"), kind="public_body")
    make_entity("无地澄川协会", kind="social_organisation")
    index.rebuild()
    make_listed(entities[0], "serious")
    make_listed(entities[0], "abnormal")

    found = search("澄川", at=AT, divide=True).facets

    assert found.kinds == [
        Choice("enterprise", 3),
        Choice("public_body", 1),
        Choice("social_organisation", 1),
    ]
    assert found.regions == [Choice("510000", 3), Choice("440000", 1)]
    assert found.sections == [Choice("abnormal", 1), Choice("serious", 1)]


def test_facets_go_down_from_the_region_chosen(entities: list[Entity]) -> None:
    make_entity("成都武侯澄川厂", region=region("510107"))
    index.rebuild()

    in_province = search("澄川", filters=Filters(region="510000"), divide=True).facets
    in_city = search("澄川", filters=Filters(region="510100"), divide=True).facets

    assert in_province.regions == [Choice("510100", 4)]
    assert in_city.regions == [
        Choice("510100", 3),
        Choice("510107", 1),
    ]


def test_nothing_found_has_no_facets(entities: list[Entity]) -> None:
    found = search("岚谷", at=AT, divide=True).facets

    assert (found.kinds, found.regions, found.sections) == ([], [], [])


def test_what_takes_too_long_to_divide_is_found_all_the_same(
    entities: list[Entity],
) -> None:
    def stop(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith("SELECT DISTINCT m.entity_id"):
            raise OperationalError
        return execute(sql, *rest)

    with connection.execute_wrapper(stop):
        results = search("澄川", at=AT, divide=True)

    assert len(results.hits) == results.total == len(entities)
    assert results.facets.kinds == []
    assert search("澄川", at=AT, divide=True).facets.kinds != []
