"""What comes next for what is published about an organisation, on its page."""

import re
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils.html import strip_tags

from portal import timeline
from registry.models import Entity, Listing
from tests.factories import make_entity, make_listing

pytestmark = pytest.mark.django_db

# A listing of three years that may be repaired after one.
FIRST, REPAIR, LAST = date(2026, 3, 16), date(2027, 3, 16), date(2029, 3, 16)
ON_REPAIR = "满最短公示期，可以申请修复"
ON_LAST = "最后一天公示，次日起不再显示"


@pytest.fixture
def entity() -> Entity:
    found = make_listing().entity
    assert found
    return found


def told(client: Client, entity: Entity, day: date, prefix: str = "") -> list[list[str]]:
    """Day and sentence of each line of the section, on a day at noon."""
    with time_machine.travel(datetime.fromisoformat(f"{day}T12:00:00+08:00"), tick=False):
        page = client.get(f"{prefix}/entities/{entity.public_id}/").content.decode()
    section = re.search(r'<section[^>]*id="timeline".*?</section>', page, re.DOTALL)
    if section is None:
        return []
    lines = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)<p", section[0], re.DOTALL)
    return [[strip_tags(part).strip() for part in line] for line in lines]


def test_the_days_to_come_are_told_in_their_order(client: Client, entity: Entity) -> None:
    assert told(client, entity, FIRST) == [
        [f"{REPAIR}", ON_REPAIR],
        [f"{LAST}", ON_LAST],
    ]


def test_a_day_is_told_until_it_is_over(client: Client, entity: Entity) -> None:
    on_the_day = told(client, entity, REPAIR)
    day_after = told(client, entity, REPAIR + timedelta(days=1))

    assert on_the_day[0] == [f"{REPAIR}", ON_REPAIR]
    assert day_after == [[f"{LAST}", ON_LAST]]


def test_nothing_is_told_once_it_has_ended(client: Client, entity: Entity) -> None:
    assert told(client, entity, LAST) == [[f"{LAST}", ON_LAST]]
    assert told(client, entity, LAST + timedelta(days=1)) == []


def test_nothing_is_told_of_whom_nothing_is_published(client: Client) -> None:
    assert told(client, make_entity("蜀州无事商贸有限公司"), FIRST) == []


def test_it_is_told_in_english(client: Client, entity: Entity) -> None:
    (first, last) = told(client, entity, FIRST, "/en")

    assert first[1] == "The shortest time is over: a repair can be applied for"
    assert last[1] == "Last day on display; gone from the next day on"


def test_more_days_than_fit_are_counted(
    client: Client, entity: Entity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "MOST", 1)

    with time_machine.travel(f"{FIRST}T12:00:00+08:00", tick=False):
        page = client.get(f"/entities/{entity.public_id}/").content.decode()

    assert "另有 1 个日期，见各条记录。" in page
    assert Listing.objects.count() == 1
