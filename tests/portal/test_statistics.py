"""The register in numbers: what is on display, what has ended, and never a person."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from portal.figures import COUNTED, TITLES, figure
from registry import actions
from registry.actions import Decision
from registry.models import Act, Entity, Listing
from tests.factories import (
    AT,
    make_case,
    make_entity,
    make_list_type,
    make_listing,
    make_person,
    make_rule,
    make_staff,
    region,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def register() -> None:
    """Two on display, one held, one ended, one of a person; the day is 16 March 2026."""
    region("510000")
    rule = make_rule()
    shop = make_entity(
        "蜀州甲测试商店",
        kind=Entity.Kind.INDIVIDUAL_BUSINESS,
        region=None,
    )
    firm = make_entity("蜀州乙测试有限公司", region=region("510100"))
    for party in (firm, shop):
        make_listing(rule, party=party)
    person = make_listing(rule, party=make_person(), conduct_on=AT.date())
    assert person.person
    for name, fields in (
        ("丙", {"held_since": AT, "held_ground": "court", "held_reason": "x"}),
        ("丁", {"ended_at": AT, "end_reason": "repaired"}),
        ("戊", {"ended_at": AT, "end_reason": "wrong"}),
    ):
        one = make_listing(rule, party=make_entity(f"蜀州{name}测试有限公司"))
        Listing.objects.filter(pk=one.pk).update(**fields)


def counts(name: str, at: datetime = AT) -> dict[str, int]:
    cache.clear()
    with translation.override("zh-hans"):
        return {row.label: row.n for row in figure(name, at).rows}


@pytest.mark.usefixtures("register")
def test_only_organisations_on_display_are_counted() -> None:
    (of_list,) = counts("lists").values()
    assert of_list == 2
    assert counts("kinds") == {"企业": 1, "个体工商户": 1}
    assert counts("regions") == {"四川省": 1, "未登记地区": 1}


@pytest.mark.usefixtures("register")
def test_what_has_been_is_counted_by_month_and_reason() -> None:
    begun = counts("begun")
    assert len(begun) == 24
    assert (min(begun), max(begun)) == ("2024-04", "2026-03")
    assert sum(begun.values()) == begun["2026-03"] == 5
    ended = counts("ended")
    assert sum(ended.values()) == ended["2026-03"] == 2
    assert counts("reasons") == {"信用修复": 1, "认定有误": 1}


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        (datetime(2026, 3, 31, 15, 59, tzinfo=UTC), "2026-03"),
        # Midnight of Beijing.
        (datetime(2026, 3, 31, 16, 0, tzinfo=UTC), "2026-04"),
    ],
)
def test_an_end_belongs_to_the_month_of_beijing(moment: datetime, month: str) -> None:
    one = make_listing(make_rule())
    Listing.objects.filter(pk=one.pk).update(ended_at=moment, end_reason="wrong")

    ended = counts("ended", datetime(2026, 5, 1, tzinfo=UTC))

    assert {label for label, n in ended.items() if n} == {month}


def test_the_months_begin_with_the_one_of_two_years_ago() -> None:
    leap_night = datetime(2028, 2, 29, 16, 0, tzinfo=UTC)
    months = list(counts("ended", leap_night))

    assert len(months) == 24
    assert (months[0], months[-1]) == ("2026-04", "2028-03")


def test_a_display_that_is_over_is_counted_no_more() -> None:
    listing = make_listing(make_rule())
    assert listing.displayed_until
    last = datetime.combine(listing.displayed_until, datetime.min.time(), UTC)

    assert list(counts("lists", last - timedelta(days=1)).values()) == [1]
    assert counts("lists", last + timedelta(days=1)) == {}


@pytest.mark.usefixtures("register")
@time_machine.travel(AT, tick=False)
@pytest.mark.parametrize("name", TITLES)
@pytest.mark.parametrize("home", ["/", "/en/"])
def test_the_file_says_what_the_page_says(client: Client, home: str, name: str) -> None:
    page = client.get(f"{home}statistics/").content.decode()
    answer = client.get(f"{home}statistics/{name}.csv")

    text = answer.content.decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    table = page.partition(f'id="{name}"')[2].partition("</table>")[0]
    shown = re.findall(
        r'<th scope="row">([^<]*)</th>\s*<td class="figure-n number">([^<]*)<', table
    )
    assert rows == [list(row) for row in shown]
    assert len(head) == 2
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert f'filename="{name}-2026-03-16.csv"' in answer["Content-Disposition"]


def test_an_empty_register_says_so(client: Client) -> None:
    page = client.get("/statistics/").content.decode()

    assert page.count("没有记录。") == 4
    assert client.get("/statistics/nothing.csv").status_code == 404


def test_no_cell_of_a_file_is_a_formula(client: Client) -> None:
    make_listing(make_rule(list_type=make_list_type("FORMULA", name_zh="=1+1")))

    with time_machine.travel(AT, tick=False):
        text = client.get("/statistics/lists.csv").content.decode()

    assert "'=1+1,1" in text


def test_every_figure_can_be_counted() -> None:
    assert set(COUNTED) == set(TITLES)


def test_what_the_ledger_does_not_show_is_counted_nowhere() -> None:
    """Released, and not signed yet: no figure gives it away."""
    make_listing(make_rule())
    assert sum(counts("begun").values()) == 1

    Listing.objects.update(ended_at=AT, end_reason="wrong")
    assert counts("reasons") == {"认定有误": 1}
    propose_and_release(Listing.objects.get())

    assert sum(counts("begun").values()) == 1


def propose_and_release(other: Listing) -> None:
    """One more of the same authority, without a signature after it."""
    case = make_case(other.rule, party=make_entity("蜀州庚测试有限公司"))
    maker, checker = make_staff(case.authority)
    case = actions.record_notice(case, on=date(2026, 3, 2), by=maker, at=AT)
    decision = Decision("示例罚〔2026〕99号", date(2026, 3, 16))
    proposal = actions.propose(case, Act.RELEASE, decision.payload(), by=maker, at=AT)
    actions.accept(proposal, by=checker, at=AT)
