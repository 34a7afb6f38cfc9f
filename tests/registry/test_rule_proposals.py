"""New versions of rules: one operator proposes, another releases, the law permitting."""

import html
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from registry import actions
from registry.errors import BarredError, OutOfTurnError
from registry.models import (
    LedgerEntry,
    ListRule,
    ListType,
    Role,
    RuleProposal,
    User,
)
from registry.rulebook.load import load_rules
from tests.factories import (
    AT,
    make_authority,
    make_basis,
    make_directory_item,
    make_listing,
    make_user,
    sign_in,
)
from tests.registry.rule_desk import GROUNDS, a_rule, cells, first_days, operator, propose

pytestmark = pytest.mark.django_db

PAGES = "/admin/registry/ruleproposal/"


def second() -> User:
    return operator("operator-2")


def bars_of(act: Callable[[], object]) -> list[str]:
    """What the register says when it refuses; no version has come of it."""
    before = ListRule.objects.count(), RuleProposal.objects.filter(rule=None).count()
    with pytest.raises(BarredError) as refusal, transaction.atomic():
        act()
    after = ListRule.objects.count(), RuleProposal.objects.filter(rule=None).count()
    assert after == before
    return [bar.text for bar in refusal.value.bars]


# --- Two people ---------------------------------------------------------------------------


def test_a_second_operator_publishes_exactly_what_was_proposed() -> None:
    proposal = propose()

    rule = actions.accept_rule(proposal, by=second(), at=AT)

    assert isinstance(rule, ListRule)
    assert first_days() == [date(2026, 1, 1), date(2026, 5, 1)]
    assert (rule.term_default, rule.term_max, rule.term_unit) == (24, 36, "m")
    proposal.refresh_from_db()
    assert (proposal.outcome, proposal.checker) == ("accepted", second())
    assert (proposal.rule, proposal.decided_at) == (rule, AT)


def test_it_enters_the_ledger_as_by_load_rules() -> None:
    actions.accept_rule(propose(), by=second(), at=AT)

    entry = LedgerEntry.objects.about("rule", "TEST_LIST/2026-05-01")

    assert entry is not None
    assert b'"in_force":"2026-05-01"' in bytes(entry.content)


def test_the_tables_can_be_loaded_afterwards(today: date) -> None:
    """Whether or not the row is written into the table later on."""
    load_rules(today=today)
    rule = ListRule.objects.get(list_type="LOCAL_EXAMPLE")
    actions.accept_rule(propose(rule, term="P1Y"), by=second(), at=AT)

    assert load_rules(today=today) == []
    assert ListRule.objects.filter(list_type="LOCAL_EXAMPLE").count() == 2


def test_nobody_releases_their_own() -> None:
    proposal = propose()

    said = bars_of(lambda: actions.accept_rule(proposal, by=operator(), at=AT))

    assert said == ["提请人不得审核自己提请的事项。请由另一人审核。"]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.OPERATOR}))
def test_only_operators_act(role: Role) -> None:
    proposal, rule = propose(), ListRule.objects.get()
    other = make_user("other", make_authority(), role)
    refusal = ["您没有“运维人员”的权限。请联系运维人员。"]

    assert bars_of(lambda: propose(rule, by=other))[:1] == refusal
    assert bars_of(lambda: actions.accept_rule(proposal, by=other, at=AT)) == refusal
    assert bars_of(lambda: actions.refuse_rule(proposal, "错", by=other, at=AT)) == refusal
    assert bars_of(lambda: actions.withdraw_rule(proposal, by=other, at=AT)) == refusal


def test_an_operator_who_left_does_not_act() -> None:
    proposal = propose()
    gone = make_user("gone", None, Role.OPERATOR, is_active=False)

    said = bars_of(lambda: actions.accept_rule(proposal, by=gone, at=AT))

    assert said == ["您没有“运维人员”的权限。请联系运维人员。"]


def test_it_can_be_sent_back_or_taken_back_once() -> None:
    refused, rule = propose(), ListRule.objects.get()
    actions.refuse_rule(refused, "请核对期限", by=second(), at=AT)
    withdrawn = propose(rule)
    actions.withdraw_rule(withdrawn, by=operator(), at=AT)

    outcomes = RuleProposal.objects.order_by("pk").values_list("outcome", "reason")
    assert list(outcomes) == [("refused", "请核对期限"), ("withdrawn", "")]
    with pytest.raises(OutOfTurnError, match="这件事现在是“退回”"):
        actions.accept_rule(refused, by=second(), at=AT)
    assert first_days() == [date(2026, 1, 1)]


def test_sending_back_needs_a_reason() -> None:
    proposal = propose()

    said = bars_of(lambda: actions.refuse_rule(proposal, " ", by=second(), at=AT))

    assert said == ["没有写明退回的理由。请填写后再退回。"]


def test_one_waits_for_each_list_and_lapses_after_ten_days() -> None:
    first, rule = propose(), ListRule.objects.get()
    ten_days = AT + timedelta(days=10)

    assert bars_of(lambda: propose(rule)) == [
        "这个代码已有提请，正在等待审核。请先撤回再重新提请。"
    ]
    with pytest.raises(OutOfTurnError, match="这件事现在是“逾期失效”"):
        actions.accept_rule(first, by=second(), at=ten_days)

    propose(rule, at=ten_days)
    first.refresh_from_db()
    assert first.outcome == "lapsed"


# --- What may become a version ------------------------------------------------------------


@pytest.mark.parametrize(
    ("differ", "sentence"),
    [
        pytest.param(
            {"in_force": "2026-03-15"},
            "新版本不得追溯，最早自 2026-03-16 起施行。请改写 in_force。",
            id="yesterday",
        ),
        pytest.param(
            {"in_force": ""}, "缺少日期。请写成 2026-04-01 这样的日期。", id="no day"
        ),
        pytest.param(
            {"term": "3 years"},
            "“3 years”不是期限。请写成 P3Y、P12M 或者 P90D。",
            id="a term that cannot be read",
        ),
        pytest.param(
            {"term": "P4Y"}, "公示期连同延长不得超过最长公示期。", id="beyond its maximum"
        ),
        pytest.param(
            {"measures": "NO_BUS"},
            "没有代码“NO_BUS”。请先把它加入 measures.csv，或者改正代码。",
            id="a measure outside the catalogue",
        ),
        pytest.param(
            {"legal_bases": ""},
            "没有写明依据。请填写 legal_bases.csv 中的代码。",
            id="no basis",
        ),
        pytest.param(
            {"directory_item": "illness"},
            "目录规定“illness”不得归集，不能为它设立名单。",
            id="what must never be kept",
        ),
        pytest.param(
            {"name_zh": "另一个名单"},
            "名单“示例严重失信主体名单”已经存在，名称、类别、栏目和认定单位不能在此更改。",
            id="another list",
        ),
        pytest.param({"term": "P3Y"}, "没有任何改动。请修改后再提请。", id="no change"),
    ],
)
def test_a_version_that_may_not_be_is_not_proposed(
    differ: dict[str, Any], sentence: str
) -> None:
    rule = a_rule()
    make_directory_item("illness", verdict="never", category="")

    row = cells(rule, **{"term": "P2Y"} | differ)

    assert bars_of(lambda: actions.propose_rule(row, GROUNDS, by=operator(), at=AT)) == [
        sentence
    ]


def test_every_reason_is_said_at_once() -> None:
    rule = a_rule()
    row = cells(rule, term="P4Y", in_force="2026-03-01")

    said = bars_of(
        lambda: actions.propose_rule(row, "电话13900000001", by=operator(), at=AT)
    )

    assert said == [
        f"“提请的理由”第 1 个字起疑似电话等联系方式：“电话{'●' * 11}”。请删去后再办理。",
        "公示期连同延长不得超过最长公示期。",
        "新版本不得追溯，最早自 2026-03-16 起施行。请改写 in_force。",
    ]


def test_a_version_from_today_is_in_time() -> None:
    assert propose(in_force="2026-03-16").outcome == ""


def test_days_that_passed_are_asked_again_at_the_release() -> None:
    proposal = propose(in_force="2026-03-17")
    late = AT + timedelta(days=2)

    assert bars_of(lambda: actions.accept_rule(proposal, by=second(), at=late)) == [
        "新版本不得追溯，最早自 2026-03-18 起施行。请改写 in_force。"
    ]


def test_a_redlist_names_no_persons_for_now() -> None:
    row = cells(a_rule(), code="NEW_LIST", kind="redlist", section="honour")

    assert bars_of(lambda: actions.propose_rule(row, GROUNDS, by=operator(), at=AT)) == [
        "守信激励名单暂不列自然人。请删去字母 N。"
    ]
    assert not RuleProposal.objects.exists()


# The levels of law on which each kind of list may rest: rules §1.1, I1.
LEVELS = {
    "a national list": ({}, "law regulation policy rule"),
    "a redlist": (
        {
            "kind": "redlist",
            "section": "honour",
            "subjects": "EB",
            "person_lookup": "none",
        },
        "law regulation policy rule document",
    ),
    "a list of the courts": ({"section": "judicial"}, "law interpretation"),
    "a local list": ({"code": "LOCAL_TEST"}, "local"),
}


@pytest.mark.parametrize("kind", LEVELS)
@pytest.mark.parametrize(
    "level", ["law", "regulation", "policy", "interpretation", "rule", "document", "local"]
)
def test_a_list_rests_on_a_text_of_a_permitted_level(kind: str, level: str) -> None:
    differ, permitted = LEVELS[kind]
    make_basis("THE_BASIS", level=level, title_zh="示例文件")
    row = cells(a_rule(), **{"code": "NEW_LIST", "legal_bases": "THE_BASIS"} | differ)

    if level in permitted.split():
        actions.propose_rule(row, GROUNDS, by=operator(), at=AT)
    else:
        (said,) = bars_of(lambda: actions.propose_rule(row, GROUNDS, by=operator(), at=AT))
        assert re.fullmatch("“示例文件”是.+，不能作为依据。须为：.+。", said)


@pytest.mark.parametrize(
    ("days", "holds"),
    [
        pytest.param({"in_force": date(2026, 5, 1)}, True, id="from the same day"),
        pytest.param({"in_force": date(2026, 5, 2)}, False, id="a day too late"),
        pytest.param({"until": date(2026, 5, 2)}, True, id="still on the first day"),
        pytest.param({"until": date(2026, 5, 1)}, False, id="not any more"),
    ],
)
def test_the_text_is_in_force_on_the_first_day(days: dict[str, date], holds: bool) -> None:
    make_basis("THE_BASIS", title_zh="示例文件", **days)
    row = cells(a_rule(), legal_bases="THE_BASIS")

    if holds:
        actions.propose_rule(row, GROUNDS, by=operator(), at=AT)
    else:
        assert bars_of(
            lambda: actions.propose_rule(row, GROUNDS, by=operator(), at=AT)
        ) == ["“示例文件”在 2026-05-01 不施行，不能作为依据。"]


def test_a_new_list_comes_with_its_first_version() -> None:
    proposal = propose(code="NEW_LIST", name_zh="新设示例名单", name_en="A new list")
    assert not ListType.objects.filter(pk="NEW_LIST").exists()

    rule = actions.accept_rule(proposal, by=second(), at=AT)

    assert isinstance(rule, ListRule)
    assert str(rule.list_type) == "新设示例名单"
    assert LedgerEntry.objects.about("rule", "NEW_LIST/2026-05-01")


# --- At the desk --------------------------------------------------------------------------


def complaints(page: str) -> list[str]:
    """Every sentence beside a field or above the form."""
    found = re.findall(r'<ul class="errorlist[^>]*>(.*?)</ul>', page, re.DOTALL)
    return [
        html.unescape(one) for part in found for one in re.findall("<li>(.*?)</li>", part)
    ]


def typed(page: str) -> dict[str, list[str]]:
    """What the form would send as it stands."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = (re.search(rf'{what}="([^"]*)"', tag) for what in ("name", "value"))
        is_box = 'type="checkbox"' in tag
        if name and not (is_box and "checked" not in tag):
            usual = "on" if is_box else ""
            found.setdefault(name[1], []).append(
                html.unescape(value[1]) if value else usual
            )
    for name, body in re.findall(
        r'<select name="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL
    ):
        found[name] = re.findall(r'<option value="([^"]*)"\s+selected', body)
    for name, body in re.findall(
        r'<textarea name="(\w+)"[^>]*>(.*?)</textarea>', page, re.DOTALL
    ):
        found[name] = [html.unescape(body.strip())]
    return found


@pytest.fixture
def desk(client: Client) -> Client:
    sign_in(client, operator())
    return client


def test_the_form_starts_from_the_newest_version(desk: Client, today: date) -> None:
    load_rules(today=today)
    rule = ListRule.objects.get(list_type="SAMR_SERIOUS")

    form = typed(desk.get(f"{PAGES}new/SAMR_SERIOUS/").content.decode())
    sent = form | {"in_force": ["2026-05-01"], "term_min": ["P2Y"], "grounds": [GROUNDS]}
    answer = desk.post(f"{PAGES}new/SAMR_SERIOUS/", sent, follow=True)

    assert complaints(answer.content.decode()) == []
    assert "已提请。请另一名运维人员在期限内审核。" in answer.content.decode()
    assert RuleProposal.objects.get().cells == cells(rule, term_min="P2Y")


def test_the_effects_are_shown_before_anything_is_proposed(desk: Client) -> None:
    rule = a_rule(notice_kind="prior", notice_n=0, notice_unit="")
    make_listing(rule, noticed_on=None)

    form = typed(desk.get(f"{PAGES}new/TEST_LIST/").content.decode())
    sent = form | {
        "in_force": ["2026-05-01"],
        "term": ["P1Y"],
        "term_max": ["P1Y"],
        "grounds": [GROUNDS],
        "preview": ["1"],
    }
    page = desk.post(f"{PAGES}new/TEST_LIST/", sent).content.decode()

    assert complaints(page) == []
    assert "施行后有 1 条公示应提前结束，新的最后一日为 2027-03-16 至 2027-03-16。" in page
    assert "测试市市场监督管理局" in page
    assert not RuleProposal.objects.exists()


def test_a_fault_is_said_beside_its_field(desk: Client) -> None:
    a_rule()

    form = typed(desk.get(f"{PAGES}new/TEST_LIST/").content.decode())
    sent = form | {"in_force": ["2026-05-01"], "term": ["forever"]}
    page = desk.post(f"{PAGES}new/TEST_LIST/", sent).content.decode()

    field = page.partition('<label for="id_term">')[2].partition("</div>")[0]
    assert "“forever”不是期限。请写成 P3Y、P12M 或者 P90D。" in field
    assert "没有写明提请的理由。请写明依据和改动的原因。" in page
    assert not RuleProposal.objects.exists()


def test_the_second_operator_reads_what_changes_and_releases_it(client: Client) -> None:
    proposal = propose()
    sign_in(client, second())

    page = client.get(f"{PAGES}{proposal.pk}/change/").content.decode()
    answer = client.post(f"{PAGES}{proposal.pk}/answers/accept/", follow=True)

    assert "没有公示因此提前结束。" in page
    assert re.search(r"公示期</th>\s*<td>P3Y</td>\s*<td><ins>P2Y</ins></td>", page)
    assert f"提请的理由：{GROUNDS}" in page
    assert "已发布，自 2026-05-01 起施行。" in answer.content.decode()
    assert ListRule.objects.filter(in_force="2026-05-01").exists()


def test_a_version_is_released_with_a_fresh_code(client: Client) -> None:
    proposal = propose()
    sign_in(client, second())

    with time_machine.travel(AT + timedelta(minutes=5, seconds=1), tick=False):
        page = client.get(f"{PAGES}{proposal.pk}/change/").content.decode()
        tried = client.post(f"{PAGES}{proposal.pk}/answers/accept/").content.decode()

    assert "这件事要再次验证" in page
    assert "没有办理。请改正下面标出的地方。" in tried
    assert first_days() == [date(2026, 1, 1)]


def test_the_maker_is_only_offered_to_take_it_back(desk: Client) -> None:
    proposal = propose()

    page = desk.get(f"{PAGES}{proposal.pk}/change/").content.decode()
    tried = desk.post(f"{PAGES}{proposal.pk}/answers/accept/").content.decode()

    assert f"{PAGES}{proposal.pk}/answers/withdraw/" in page
    assert f"{PAGES}{proposal.pk}/answers/accept/" not in page
    assert "提请人不得审核自己提请的事项。请由另一人审核。" in tried
    assert first_days() == [date(2026, 1, 1)]


def test_what_stands_in_the_way_now_is_on_the_page(client: Client) -> None:
    proposal = propose(in_force="2026-03-16")
    RuleProposal.objects.filter(pk=proposal.pk)
    actions.accept_rule(proposal, by=second(), at=AT)
    rule = ListRule.objects.get(in_force=date(2026, 3, 16))
    waiting = propose(rule, in_force="2026-04-01", term="P1Y")
    a_rule(in_force=date(2026, 6, 1))
    sign_in(client, second())

    page = client.get(f"{PAGES}{waiting.pk}/change/").content.decode()

    assert "现在还不能同意：" in page
    assert "新版本不得追溯，最早自 2026-06-02 起施行。请改写 in_force。" in page


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.OPERATOR}))
def test_others_get_no_form(client: Client, role: Role) -> None:
    proposal = propose()
    sign_in(client, make_user("other", None, role))
    watches = role == Role.AUDITOR

    for path in ("new/", "new/TEST_LIST/", "new/new/"):
        assert client.get(f"{PAGES}{path}").status_code == 403
    answered = client.post(f"{PAGES}{proposal.pk}/answers/accept/")
    assert answered.status_code == 403
    shown = client.get(f"{PAGES}{proposal.pk}/change/")
    assert shown.status_code == (200 if watches else 403)
    assert client.get(PAGES).status_code == (200 if watches else 403)
    assert "answers/" not in shown.content.decode()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("new/NO_SUCH_LIST/", 404),
        ("999/change/", 404),
        ("999/answers/accept/", 404),
        ("add/", 403),
    ],
)
def test_what_is_no_page(desk: Client, path: str, status: int) -> None:
    assert desk.get(f"{PAGES}{path}").status_code == status


def test_the_lists_to_choose_from_are_all_there(desk: Client, today: date) -> None:
    load_rules(today=today)

    page = desk.get(f"{PAGES}new/").content.decode()

    assert page.count(f'href="{PAGES}new/') == 28
