"""What is published about an organisation, on its own page."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from registry import actions
from registry.models import Entity, Listing, ListRule
from tests.factories import (
    AT,
    make_entity,
    make_list_type,
    make_listing,
    make_measure,
    make_person,
    make_rule,
    make_staff,
)
from tests.portal.words import without_time

pytestmark = pytest.mark.django_db

NAME = "示例严重失信主体名单"
FIRST, LAST = date(2026, 3, 16), date(2029, 3, 16)


def page_of(client: Client, entity: Entity, prefix: str = "") -> str:
    answer = client.get(f"{prefix}/entities/{entity.public_id}/")
    assert answer.status_code == 200
    return without_time(answer.content.decode())


def at_noon(day: date) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00:00+08:00")


def make_permit_rule() -> ListRule:
    """A permit as it is printed: nothing to repair, no end unless it says one."""
    kind = make_list_type(
        "TEST_PERMIT", name_zh="示例许可", kind="register", section="permits"
    )
    return make_rule(
        list_type=kind,
        severity="none",
        subjects="EBG",
        term_kind="printed",
        term_unit="",
        term_default=None,
        term_max=None,
        early_exit="none",
        early=None,
        early_unit="",
        early_from="",
        notice_kind="none",
        notice_n=0,
        notice_unit="",
        notice_from="",
        person_lookup="none",
        details="permit_name",
    )


@pytest.fixture
def listing() -> Listing:
    return make_listing(ground="提供虚假材料")


@pytest.fixture
def entity(listing: Listing) -> Entity:
    assert listing.entity
    return listing.entity


def test_an_entry_says_who_decided_what_for_how_long(
    client: Client, entity: Entity, listing: Listing
) -> None:
    page = page_of(client, entity)

    for said in (NAME, listing.authority.name, listing.decision_no, "提供虚假材料"):
        assert said in page
    assert f'href="/listings/{listing.case}/"' in page
    assert "公示自 2026-03-16 起，到 2029-03-16 为止" in page
    assert "最早可申请修复：2027-03-16。" in page


def test_the_summary_can_be_read_aloud(client: Client, entity: Entity) -> None:
    page = page_of(client, entity)

    assert "今天有 1 条严重失信信息在公示。最早可申请修复：2027-03-16。" in page
    assert "没有公示关于该主体的任何记录" not in page


def test_the_summary_in_english(client: Client, entity: Entity) -> None:
    page = page_of(client, entity, "/en")

    assert "On display today: 1 entry of serious dishonesty." in page
    assert "Example list" in page


def test_good_and_bad_are_counted_apart(client: Client, entity: Entity) -> None:
    make_listing(make_permit_rule(), party=entity, noticed_on=None)

    page = page_of(client, entity)

    assert "另有 1 条行政许可。" in page
    assert '<a href="#permits">行政许可 <strong class="number">1</strong></a>' in page
    assert '<a class="none" href="#abnormal">' in page
    # What weighs on the party comes first.
    assert page.index('id="serious"') < page.index('id="permits"')


def test_only_good_is_said_to_be_only_good(client: Client) -> None:
    entity = make_entity()
    make_listing(make_permit_rule(), party=entity, noticed_on=None)

    page = page_of(client, entity)

    assert "今天没有失信或者处罚信息在公示。在公示的有：1 条行政许可。" in page
    assert "公示自 2026-03-16 起，长期。" in page


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        pytest.param(FIRST - timedelta(days=1), False, id="the day before the first"),
        pytest.param(FIRST, True, id="the first day"),
        pytest.param(LAST, True, id="the last day"),
        pytest.param(LAST + timedelta(days=1), False, id="the day after the last"),
    ],
)
def test_it_shows_from_the_first_day_to_the_last(
    client: Client, entity: Entity, day: date, shown: bool
) -> None:
    with time_machine.travel(at_noon(day), tick=False):
        page = page_of(client, entity)

    assert (NAME in page) is shown
    assert ("没有公示关于该主体的任何记录" in page) is not shown


def test_what_is_held_or_ended_is_not_there(
    client: Client, entity: Entity, listing: Listing
) -> None:
    maker, _checker = make_staff(listing.authority)
    actions.hold(listing, "法院裁定", by=maker, at=AT)
    assert NAME not in page_of(client, entity)

    actions.emergency_end(listing, "认错了人", by=maker, at=AT)
    assert NAME not in page_of(client, entity)


def test_responsible_persons_are_a_number_only(
    client: Client, entity: Entity, listing: Listing
) -> None:
    for serial in (1, 2):
        make_listing(
            listing.rule,
            party=make_person(serial, name=f"甲某{serial}"),
            conduct_on=date(2026, 1, 5),
            arises_from=listing,
        )

    page = page_of(client, entity)

    assert "另有 2 名责任人员被列入名单" in page
    assert "甲某" not in page
    for person in Listing.objects.filter(entity=None):
        assert person.case not in page


def test_a_merged_record_brings_its_listings(client: Client, entity: Entity) -> None:
    stays = make_entity("蜀州保留测试有限公司")
    Entity.objects.filter(pk=entity.pk).update(merged_into=stays)

    assert NAME in page_of(client, stays)


def test_a_long_section_has_pages_of_its_own(client: Client) -> None:
    entity, rule = make_entity(), make_permit_rule()
    for _ in range(7):
        make_listing(rule, party=entity, noticed_on=None)

    page = page_of(client, entity)
    section = client.get(f"/entities/{entity.public_id}/permits/").content.decode()

    assert page.count('class="brief"') == 5
    assert "查看全部 7 条" in page
    assert section.count('class="brief"') == 7
    assert client.get(f"/entities/{entity.public_id}/nothing/").status_code == 404


def test_no_copy_of_it_outlives_a_minute_or_the_day(client: Client, entity: Entity) -> None:
    path = f"/entities/{entity.public_id}/"
    assert client.get(path).headers["Cache-Control"] == "max-age=60"

    with time_machine.travel("2026-03-16T23:59:40+08:00", tick=False):
        assert client.get(path).headers["Cache-Control"] == "max-age=20"


@pytest.mark.usefixtures("state_is_told")
def test_more_listings_cost_no_more_queries(
    client: Client, entity: Entity, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    rule = ListRule.objects.get()
    rule.measures.set([make_measure()])
    for _ in range(4):
        make_listing(rule, party=entity, measures=("TEST_MEASURE",))

    with django_assert_max_num_queries(12):
        assert page_of(client, entity).count("示例措施") == 4
