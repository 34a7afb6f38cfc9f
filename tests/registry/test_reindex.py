"""The search index, made anew and kept through a first load."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from registry.models import Entity, SearchEntry
from registry.search import index
from tests.factories import make_entity, make_name

pytestmark = pytest.mark.django_db
LOOKUPS = {
    "search_entity",
    "search_name_key",
    "search_core_key",
    "search_pinyin",
    "search_initials",
}


NAMES = ("entity_id", "current", "name_key", "core_key", "pinyin", "initials")


def entries() -> list[tuple[Any, ...]]:
    return sorted(SearchEntry.objects.values_list(*NAMES))


def reindex() -> str:
    said = StringIO()
    call_command("reindex", stdout=said)
    return said.getvalue()


@pytest.fixture
def entity() -> Entity:
    entity = make_entity("四川澄川贸易有限公司")
    make_name(entity, "重庆银行")
    return entity


def test_every_name_has_its_keys(entity: Entity) -> None:
    assert reindex() == "检索索引已重建，共 2 个名称。\n"

    assert entries() == [
        (entity.pk, False, "重庆银行", "银行", "yinhang", "yh"),
        (
            entity.pk,
            True,
            "四川澄川贸易有限公司",
            "澄川贸易",
            "chengchuanmaoyi",
            "ccmy",
        ),
    ]


def test_again_makes_the_same(entity: Entity) -> None:
    reindex()
    before = entries()

    reindex()

    assert entries() == before


def test_what_is_stale_goes(entity: Entity) -> None:
    SearchEntry.objects.create(entity=entity, current=True, name_key="旧", shuffle=0)
    SearchEntry.objects.create(entity_id=10**9, current=True, name_key="无", shuffle=0)
    merged = make_entity("蜀州并入测试有限公司", merged_into=entity)
    make_name(merged, "蜀州并入旧名测试有限公司")

    reindex()

    assert {row[0] for row in entries()} == {entity.pk}
    assert len(entries()) == 2


def test_an_empty_register_has_an_empty_index() -> None:
    assert reindex() == "检索索引已重建，共 0 个名称。\n"


def test_refresh_makes_only_what_was_asked(entity: Entity) -> None:
    other = make_entity("蜀州另一测试有限公司")
    reindex()
    make_name(entity, "蜀州新旧测试有限公司")
    make_name(other, "蜀州未问测试有限公司")

    index.refresh([entity.pk])

    keys = set(SearchEntry.objects.values_list("name_key", flat=True))
    assert "蜀州新旧测试有限公司" in keys
    assert "蜀州未问测试有限公司" not in keys
    assert len(entries()) == 4


def test_refresh_of_none_is_no_trouble(entity: Entity) -> None:
    reindex()

    index.refresh([])

    assert len(entries()) == 2


def test_a_first_load_puts_its_indexes_back(entity: Entity) -> None:
    assert index.existing_indexes() >= LOOKUPS
    index.begin_first_load()
    assert not LOOKUPS & index.existing_indexes()

    index.end_first_load()

    assert index.existing_indexes() >= LOOKUPS


def test_the_second_call_of_each_is_harmless(entity: Entity) -> None:
    for _ in range(2):
        index.begin_first_load()
    for _ in range(2):
        index.end_first_load()

    assert index.existing_indexes() >= LOOKUPS


def test_a_later_load_keeps_the_indexes(entity: Entity) -> None:
    reindex()

    index.begin_first_load()

    assert index.existing_indexes() >= LOOKUPS
