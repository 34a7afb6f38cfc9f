from datetime import date
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from registry.models import Entity, EntityChange, Identifier
from registry.sections import SECTIONS
from tests.factories import (
    AS_OF,
    make_entity,
    make_identifier,
    make_name,
    make_uscc,
    region,
)

pytestmark = pytest.mark.django_db


def make_change(entity: Entity, **fields: str) -> EntityChange:
    return EntityChange.objects.create(
        entity=entity, as_of=AS_OF, source=entity.source, **fields
    )


def page_of(client: Client, entity: Entity, prefix: str = "") -> str:
    answer = client.get(f"{prefix}/entities/{entity.public_id}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_shows_the_registration_with_source_and_day(client: Client) -> None:
    entity = make_entity(
        region=region("510107"),
        registered_on=date(2020, 2, 29),
        capital="100万人民币",
        scope="测试服务。",
        address="测试路1号",
    )
    make_identifier(entity)

    page = page_of(client, entity)

    for fact in (
        "四川省成都市武侯区",
        "2020-02-29",
        "100万人民币",
        "测试服务。",
        "测试路1号",
    ):
        assert fact in page
    assert make_uscc() in page
    assert '企业登记公开数据，数据时间 <time datetime="2026-03-01">' in page


def test_a_status_the_source_does_not_give_is_said_so(client: Client) -> None:
    assert "来源未提供" in page_of(client, make_entity())


def test_a_known_status_has_its_day_and_source(client: Client) -> None:
    entity = make_entity(
        status=Entity.Status.REVOKED,
        status_on=date(2025, 12, 31),
        status_source_id="REGISTRATION",
    )

    page = page_of(client, entity)

    assert "吊销" in page
    assert "2025-12-31" in page
    assert "来源：企业登记公开数据" in page


def test_a_faulty_number_is_flagged_in_words(client: Client) -> None:
    entity = make_entity()
    flaw = Identifier.Flaw.CHECK_DIGIT
    make_identifier(entity, f"{make_uscc()[:17]}0", valid=False, flaw=flaw)

    page = page_of(client, entity)

    assert "来源数据有误" in page
    assert "校验码不符" in page


def test_every_section_is_there_and_says_that_it_is_empty(client: Client) -> None:
    page = page_of(client, make_entity())

    for section in SECTIONS:
        assert f'<section class="published" id="{section.key}"' in page
    assert page.count("今天没有公示中的记录。") == len(SECTIONS)
    assert "来源：本站，截至 <time" in page
    assert "这不是信用证明" in page


def test_it_shows_former_names_and_changes(client: Client) -> None:
    entity = make_entity()
    make_name(entity, "蜀州曾用测试有限公司", until=date(2024, 1, 2))
    make_change(entity, field="status", before="in_operation", after="cancelled")

    page = page_of(client, entity)

    assert "蜀州曾用测试有限公司" in page
    assert "2024-01-02" in page
    assert ">登记状态</th>" in page
    assert "<span>存续</span>" in page
    assert "<span>注销</span>" in page
    assert '其他名称 <strong class="number">1</strong>' in page


def test_the_address_of_an_individual_business_stays_private(client: Client) -> None:
    kind = Entity.Kind.INDIVIDUAL_BUSINESS

    entity = make_entity("蜀州小店", kind=kind, address="测试路1号")
    make_change(entity, field="address", before="测试路2号", after="测试路1号")

    page = page_of(client, entity)

    assert "测试路" not in page


def test_a_move_is_told_by_the_names_of_the_regions(client: Client) -> None:
    entity = make_entity()
    make_change(entity, field="region", before="510107", after="999999")

    page = page_of(client, entity)

    assert ">四川省成都市武侯区<" in page
    # Known to the source, unknown to the table: better the code than nothing.
    assert ">999999<" in page


def test_a_long_scope_is_folded_and_still_complete(client: Client) -> None:
    scope = "测试服务；" * 40

    page = page_of(client, make_entity(scope=scope))

    assert '<details class="fold">' in page
    assert f">{scope}<" in page


def test_a_merged_record_leads_to_the_one_that_stays(client: Client) -> None:
    stays = make_entity()
    gone = make_entity("蜀州重复测试有限公司", merged_into=stays)

    answer = client.get(f"/en/entities/{gone.public_id}/")

    assert answer.status_code == 301
    assert answer.headers["Location"] == f"/en/entities/{stays.public_id}/"


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_an_unknown_entity_is_a_page_that_helps(client: Client, prefix: str) -> None:
    answer = client.get(f"{prefix}/entities/{uuid4()}/")

    assert answer.status_code == 404
    assert 'class="search-form"' in answer.content.decode()


def test_a_row_number_is_no_address(client: Client) -> None:
    assert client.get(f"/entities/{make_entity().pk}/").status_code == 404


def test_it_only_reads(client: Client) -> None:
    assert client.post(f"/entities/{make_entity().public_id}/").status_code == 405


def test_names_with_markup_stay_text(client: Client) -> None:
    page = page_of(client, make_entity("蜀州<b>测试</b>公司", scope="<script>1</script>"))

    assert "<b>" not in page
    assert "<script>" not in page


def test_the_page_costs_a_fixed_number_of_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    entity = make_entity(region=region("510107"))
    for serial in range(5):
        make_name(entity, f"蜀州旧名{serial}测试有限公司")
    make_change(entity, field="region", before="510100", after="510107")

    with django_assert_max_num_queries(9):
        page_of(client, entity)
