"""What has left display lately: counted on the home page, and nobody named."""

import re
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from registry import actions
from registry.models import Listing, ListRule
from tests.factories import (
    AT,
    make_entity,
    make_list_type,
    make_listing,
    make_person,
    make_rule,
    make_staff,
)

pytestmark = pytest.mark.django_db

BEGUN = AT - timedelta(days=14)


@pytest.fixture
def rule() -> ListRule:
    return make_rule()


def lifted(rule: ListRule, serial: int, reason: str, at: datetime = AT) -> Listing:
    listing = make_listing(
        rule,
        party=make_entity(f"蜀州撤{serial}测试有限公司"),
        noticed_on=BEGUN.date() - timedelta(days=14),
        decided_on=BEGUN.date(),
        at=BEGUN,
    )
    Listing.objects.filter(pk=listing.pk).update(ended_at=at, end_reason=reason)
    return listing


def section(client: Client, path: str = "/") -> str:
    """Its words, without marks."""
    page = client.get(path).content.decode()
    found = re.search(
        r'<section aria-labelledby="lifts-title">(.*?)</section>', page, re.DOTALL
    )
    assert found
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", "", found[1])).strip()


def test_they_are_counted_by_reason_and_list(client: Client, rule: ListRule) -> None:
    other = make_rule(list_type=make_list_type("TEST_OTHER", name_zh="另一示例名单"))
    for serial in range(2):
        lifted(rule, serial, "repaired")
    lifted(rule, 2, "expired")
    lifted(other, 3, "wrong")

    told = section(client)

    assert "最近 7 天，关于单位的 4 条停止公示。 信用修复 2期满 1认定有误 1" in told
    assert f"{rule.list_type} 3 信用修复 2期满 1" in told
    assert "另一示例名单 1 认定有误 1" in told


def test_they_are_told_in_english(client: Client, rule: ListRule) -> None:
    lifted(rule, 1, "repaired")

    told = section(client, "/en/")

    assert "1 entry about an organisation was taken off display in the last 7 days." in told


def test_no_name_no_case_and_no_number_outlives_its_entry(
    client: Client, rule: ListRule
) -> None:
    ended = make_listing(rule, party=make_entity("蜀州已修复测试有限公司"))
    maker, _checker = make_staff(ended.authority)
    actions.emergency_end(ended, "认错了人", by=maker, at=AT)

    page = client.get("/").content.decode()

    assert "认定有误" in page
    for told in ("已修复测试", ended.case, ended.decision_no):
        assert told not in page


def test_persons_are_in_no_figure(client: Client, rule: ListRule) -> None:
    listing = make_listing(rule, party=make_person(), conduct_on=date(2026, 1, 5))
    maker, _checker = make_staff(listing.authority)
    actions.emergency_end(listing, "认错了人", by=maker, at=AT)

    assert "最近 7 天没有关于单位的记录停止公示。" in section(client)


def test_the_first_of_seven_days_counts_and_the_day_before_does_not(
    client: Client, rule: ListRule
) -> None:
    midnight = datetime.fromisoformat("2026-03-10T00:00:00+08:00")
    second_before = datetime.fromisoformat("2026-03-09T23:59:59+08:00")
    lifted(rule, 1, "repaired", midnight)
    lifted(rule, 2, "repaired", second_before)

    assert "关于单位的 1 条停止公示" in section(client)

    cache.clear()
    with time_machine.travel("2026-03-17T09:00:00+08:00", tick=False):
        assert "没有关于单位的记录停止公示" in section(client)


def test_many_lists_are_told_together_after_the_largest(client: Client) -> None:
    for n in range(8):
        lifted(make_rule(list_type=make_list_type(f"TEST_{n}")), n, "expired")

    told = section(client)

    assert "其他名单 2 期满 2" in told
