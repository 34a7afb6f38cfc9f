"""Entries that have stood too long are shown to their authority, and nothing moves."""

import html
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from registry import actions, terms
from registry.actions.follow_ups import leads_of, ripe
from registry.errors import BarredError
from registry.models import Act, FollowUp, Listing, Role
from registry.terms import Duration, Unit
from tests.factories import (
    AT,
    make_authority,
    make_entity,
    make_identifier,
    make_list_type,
    make_listing,
    make_person,
    make_rule,
    make_uscc,
    make_user,
    sign_in,
)
from tests.registry.desk import LISTINGS, Desk, filled
from tests.registry.desk_attempts import make_escalation

KEY = "11111111-1111-4111-8111-111111111111"
MONTHS, DAYS = Unit.MONTHS, Unit.DAYS

database = pytest.mark.django_db


# --- When --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "day", "last"),
    [
        pytest.param(
            Duration(36, MONTHS), date(2026, 3, 16), date(2023, 3, 15), id="years"
        ),
        pytest.param(Duration(1, MONTHS), date(2026, 3, 1), date(2026, 1, 31), id="ends"),
        pytest.param(Duration(1, MONTHS), date(2026, 2, 28), date(2026, 1, 27), id="eve"),
        pytest.param(Duration(12, MONTHS), date(2025, 3, 1), date(2024, 2, 29), id="leap"),
        pytest.param(Duration(90, DAYS), date(2026, 4, 1), date(2025, 12, 31), id="days"),
    ],
)
def test_the_last_day_from_which_a_term_is_over(
    after: Duration, day: date, last: date
) -> None:
    assert terms.last_start(after, day) == last


@pytest.fixture
def entry() -> Listing:
    """On the list since 16 March 2026, without an end; after three years, the next."""
    make_rule(list_type=make_list_type("NEXT_LIST", name_zh="下一示例名单"))
    rule = make_rule(
        term_kind="open",
        term_unit="",
        term_default=None,
        term_max=None,
        review_months=12,
        early=None,
        early_unit="",
        early_from="",
        early_exit="condition",
    )
    make_escalation()
    party = make_entity("蜀州久列测试有限公司")
    make_identifier(party)
    return make_listing(rule, party=party)


OVER = date(2029, 3, 17)


def is_shown(day: date) -> bool:
    return Listing.objects.filter(ripe(day)).exists()


@database
def test_it_is_shown_from_the_day_after_the_time_is_over(entry: Listing) -> None:
    assert not is_shown(OVER - timedelta(days=1))
    assert is_shown(OVER)
    assert leads_of(entry, OVER)[0].to_list_id == "NEXT_LIST"


@database
@pytest.mark.parametrize(
    ("reason", "shown"), [("expired", True), ("cured", False), ("repaired", False)]
)
def test_who_was_cured_is_not_shown(entry: Listing, reason: str, shown: bool) -> None:
    document = "" if reason == "expired" else "示例〔2026〕9号"
    Listing.objects.update(ended_at=AT, end_reason=reason, end_document=document)

    assert is_shown(OVER) is shown


@database
def test_who_is_on_the_other_list_already_is_not_shown(entry: Listing) -> None:
    rule = entry.list_type.leads_to.get().to_list.rules.get()
    make_listing(rule, party=entry.entity)

    assert not is_shown(OVER)


@database
def test_a_pair_that_no_longer_holds_shows_nothing(entry: Listing) -> None:
    entry.list_type.leads_to.update(until=OVER)

    assert is_shown(OVER - timedelta(days=1)) is False
    assert is_shown(OVER) is False


@database
def test_persons_are_not_shown() -> None:
    make_list_type("NEXT_LIST")
    make_escalation()
    make_listing(make_rule(), party=make_person(), conduct_on=AT.date())

    assert not is_shown(OVER)


# --- At the desk -------------------------------------------------------------------------


@pytest.fixture
def desk(entry: Listing, time_machine: Any) -> Desk:
    time_machine.move_to(datetime(2029, 3, 17, 2, tzinfo=UTC), tick=False)
    return Desk.of(entry)


def address(entry: Listing) -> str:
    return f"{LISTINGS}add/?list_code=NEXT_LIST&cites={entry.case}"


@database
def test_it_stands_under_today_and_opens_a_form_that_cites_it(
    desk: Desk, entry: Listing
) -> None:
    index = html.unescape(desk.get("/admin/", by=desk.maker))
    page = html.unescape(desk.get(address(entry), by=desk.maker))

    assert "列入期限已满，须研究是否立案" in index
    assert address(entry) in index
    assert f'value="{make_uscc()}"' in page
    assert (
        f"当事人于 2026-03-16 被列入“示例严重失信主体名单”（{entry.decision_no}），"
        "已满 36 个月，列入的事由仍未消除。</textarea>" in page
    )
    # Looking changes nothing.
    assert Listing.objects.count() == 1
    assert not FollowUp.objects.exists()


def sent(entry: Listing, **fields: Any) -> dict[str, Any]:
    usual = {"list_code": "NEXT_LIST", "cites": entry.case, "key": KEY}
    return filled(**{**usual, "decision_no": None, "decided_on": None, **fields})


@database
def test_the_case_that_is_opened_names_the_entry(desk: Desk, entry: Listing) -> None:
    for _twice in range(2):
        page = html.unescape(desk.post(f"{LISTINGS}add/", sent(entry), by=desk.maker))

    case = Listing.objects.latest("pk")
    assert Listing.objects.count() == 2
    assert entry.decision_no in page[page.index("由此立案：") :]
    assert FollowUp.objects.get().case == case
    page = desk.get(f"{LISTINGS}{entry.pk}/change/", by=desk.maker)
    assert "已为“下一示例名单”立案" in html.unescape(page)
    assert not is_shown(OVER)


@database
def test_another_party_is_not_opened_on_its_strength(desk: Desk, entry: Listing) -> None:
    other = make_entity("滇池无关测试有限公司")
    make_identifier(other, make_uscc(2))

    page = desk.post(f"{LISTINGS}add/", sent(entry, party=make_uscc(2)), by=desk.maker)

    assert "所引的记录是另一家单位的。" in html.unescape(page)
    assert Listing.objects.count() == 1


@database
def test_it_is_left_with_a_reason_on_record(desk: Desk, entry: Listing) -> None:
    url = f"{LISTINGS}{entry.pk}/leads/NEXT_LIST/"
    assert "不立案" in desk.get(url, by=desk.maker)

    page = desk.post(url, {"reason": "正在办理住所变更。"}, by=desk.maker)

    assert "已记录不立案的理由。这条记录不变。" in page
    step = entry.steps.latest("pk")
    assert (step.act, step.about, step.reason) == (Act.DROP, Act.OPEN, "正在办理住所变更。")
    assert (step.before, step.after) == ("released", "released")
    entry.refresh_from_db()
    assert (entry.dropped_at, entry.ended_at) == (None, None)
    assert not is_shown(OVER)


@database
@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (" ", "没有写明理由。请写明为什么不立案。"),
        ("当事人患有糖尿病。", "“理由”第 1 个字起疑似疾病、病史"),
    ],
)
def test_it_is_not_left_without_a_reason(
    entry: Listing, reason: str, sentence: str
) -> None:
    at = datetime(2029, 3, 17, 2, tzinfo=UTC)

    with pytest.raises(BarredError) as refusal, transaction.atomic():
        actions.leave_entry(entry, "NEXT_LIST", reason, by=entry.maker, at=at)

    assert sentence in str(refusal.value)
    assert not FollowUp.objects.exists()


@database
def test_before_its_time_nothing_can_be_done_with_it(entry: Listing) -> None:
    desk = Desk.of(entry)

    with pytest.raises(BarredError) as refusal, transaction.atomic():
        actions.leave_entry(entry, "NEXT_LIST", "无。", by=entry.maker, at=AT)
    answer = desk.clients[desk.maker.pk].get(address(entry))
    page = html.unescape(desk.post(f"{LISTINGS}add/", sent(entry), by=desk.maker))

    sentence = (
        f"“{entry.decision_no}”未满期限，或者已经处理，不能据此立案。请从“待办”重新打开。"
    )
    assert str(refusal.value) == sentence
    assert answer.status_code == 404
    assert sentence in page
    assert Listing.objects.count() == 1


@database
def test_nobody_else_sees_or_leaves_it(desk: Desk, entry: Listing) -> None:
    other = make_authority("另一测试市市场监督管理局")
    stranger = make_user("stranger", other, Role.MAKER)
    client = desk.clients[desk.checker.pk]
    url = f"{LISTINGS}{entry.pk}/leads/NEXT_LIST/"
    assert client.post(url, {"reason": "无。"}).status_code == 403

    sign_in(client, stranger)

    assert client.post(url, {"reason": "无。"}).status_code == 404
    assert client.get(address(entry)).status_code == 404
    page = client.post(f"{LISTINGS}add/", sent(entry)).content.decode()
    assert "没有所引的记录。请从“待办”重新打开。" in html.unescape(page)
    assert not FollowUp.objects.exists()
