"""The form of a case while it is typed: who is meant, what follows, and that it is kept."""

import html
import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from registry import actions, vault
from registry.actions.kept_drafts import LONGEST, MOST, read_draft
from registry.errors import BarredError
from registry.models import CaseKey, KeptDraft, Listing, ListType, Role
from registry.search import index
from tests.factories import (
    AT,
    make_authority,
    make_entity,
    make_identifier,
    make_measure,
    make_person,
    make_rule,
    make_severity_class,
    make_staff,
    make_uscc,
    make_user,
    region,
    sign_in,
)
from tests.registry.desk import LISTINGS, Desk, filled
from tests.registry.desk_attempts import make_draft

pytestmark = pytest.mark.django_db

ADD = f"{LISTINGS}add/"
KEY = "11111111-1111-4111-8111-111111111111"
NAME = "蜀州草稿测试有限公司"


@pytest.fixture
def desk() -> Desk:
    make_severity_class()
    rule = make_rule(early=6)
    rule.measures.add(make_measure())
    make_identifier(make_entity(NAME, region=region("510104")))
    index.rebuild()
    return Desk(*make_staff(make_authority()))


def look(desk: Desk, how: str = "live", **fields: Any) -> str:
    """What the form says before it is filed."""
    sent = filled(compute=how, **{"key": KEY, **fields})
    return html.unescape(desk.post(ADD, sent, by=desk.maker))


def a_draft() -> KeptDraft:
    return KeptDraft.objects.get()


# --- Who is meant ------------------------------------------------------------------------


def suggest(desk: Desk, text: str) -> list[dict[str, Any]]:
    answer = desk.clients[desk.maker.pk].post(f"{LISTINGS}parties/", {"q": text})
    found: list[dict[str, Any]] = json.loads(answer.content)["suggestions"]
    return found


@pytest.mark.parametrize("text", ["草稿测试", "shuzhoucaogao", make_uscc()])
def test_a_party_is_suggested_by_name_pinyin_and_code(desk: Desk, text: str) -> None:
    (found,) = suggest(desk, text)

    assert found["name"] == [[NAME, False]]
    assert found["region"].startswith(f"{make_uscc()} · 四川省成都市锦江区")
    assert found["value"] == make_uscc()


def test_a_text_that_cannot_be_searched_suggests_nobody(desk: Desk) -> None:
    assert suggest(desk, "x") == []


@pytest.mark.parametrize("role", list(Role))
def test_only_makers_are_told(desk: Desk, role: Role) -> None:
    client = Client()
    sign_in(client, make_user("the-other", desk.maker.authority, role))

    statuses = [
        client.post(f"{LISTINGS}{path}", {"q": "草稿"}).status_code
        for path in ("parties/", f"drafts/{KEY}/drop/")
    ]

    assert statuses == ([200, 302] if role == Role.MAKER else [403, 403])
    assert client.get(f"{LISTINGS}parties/").status_code == 405


def test_part_of_a_name_is_never_guessed(desk: Desk) -> None:
    page = html.unescape(desk.file(party="草稿测试"))

    assert "请在下面选择是哪一家；都不是的，请改填统一社会信用代码。" in page
    assert f"{NAME} · {make_uscc()} · 四川省成都市锦江区" in page
    assert not Listing.objects.exists()


def test_a_choice_that_the_text_does_not_mean_counts_for_nothing(desk: Desk) -> None:
    other = make_entity("滇池无关测试有限公司")

    desk.file(party="草稿测试", party_id=str(other.public_id))

    assert not Listing.objects.exists()


# --- What follows ------------------------------------------------------------------------


def test_days_are_told_before_anything_is_filed(desk: Desk) -> None:
    page = look(desk)

    # Five working days from Monday 2 March; a year of the class beats the rule's months.
    for day in ("2026-03-09", "2026-03-10", "2026-03-16", "2029-03-16", "2027-03-16"):
        assert day in page
    assert "没有发现不能办理的理由。" in page
    assert f"{NAME} · {make_uscc()}" in page
    assert not Listing.objects.exists()


def test_a_decision_not_yet_made_counts_from_its_first_day(desk: Desk) -> None:
    page = look(desk, decision_no=None, decided_on=None, noticed_on="2026-03-13")

    # The window closes on Friday 20 March.
    for line in ("陈述申辩截止", "2026-03-20", "按此决定日期计算", "2026-03-21"):
        assert line in page
    assert "2029-03-21" in page


def test_every_bar_is_told_at_once(desk: Desk) -> None:
    page = look(desk, term="37", noticed_on="2026-03-12", measures=["FOREIGN_MEASURE"])

    for sentence in (
        "该名单的规则没有“FOREIGN_MEASURE”这项措施。请只选规则列出的措施。",
        "陈述申辩期到 2026-03-19 为止，决定日期最早为 2026-03-20。",
        "期限超过规则的上限 36 个月。请改为不超过上限的期限。",
    ):
        assert sentence in page


def test_bars_are_told_while_the_party_is_not_known(desk: Desk) -> None:
    page = look(desk, party=None, facts="当事人患有糖尿病。")

    assert "请填写单位或者自然人，二者填其一。" in page
    assert "疑似疾病、病史" in page


def test_the_button_says_the_same_on_the_whole_page(desk: Desk) -> None:
    page = look(desk, how="page", term="37")

    assert page.startswith("<!DOCTYPE html>")
    beside = page[page.index('for="id_term"') : page.index('name="term"')]
    assert "期限超过规则的上限 36 个月。" in beside
    assert 'value="示例罚〔2026〕1号"' in page


def test_a_release_says_what_follows_from_its_decision(desk: Desk) -> None:
    desk.file(decision_no=None, decided_on=None)

    page = html.unescape(desk.act("release", decided_on="2026-03-16", compute="live"))

    assert "没有写明决定文书号。请照决定文书填写。" in page
    assert "2029-03-16" in page
    assert not Listing.objects.get().proposals.exists()


# --- Notice and defence ------------------------------------------------------------------


def test_a_defence_and_its_answer_are_filed_with_the_case(desk: Desk) -> None:
    desk.file(
        defence="没有此事。", defended_on="2026-03-05", defence_answer="经核实不成立。"
    )

    listing = Listing.objects.get()
    assert (listing.defence, listing.defence_answer) == ("没有此事。", "经核实不成立。")
    acts = [step.act for step in listing.steps.all()]
    assert acts == ["open", "notice", "defence", "answer", "propose"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        pytest.param(
            {"defence": "没有此事。"},
            "陈述申辩的内容和收到日期须一并填写。",
            id="a defence without a day",
        ),
        pytest.param(
            {"defence": "没有此事。", "defended_on": "2026-03-05"},
            "当事人已作陈述申辩，尚未答复。请先记录核实结果。",
            id="a decision without an answer",
        ),
        pytest.param(
            {"defence_answer": "经核实不成立。"},
            "没有陈述申辩，不需要答复。请写明陈述申辩的内容，或者删去答复。",
            id="an answer to nothing",
        ),
    ],
)
def test_half_a_hearing_is_refused(
    desk: Desk, fields: dict[str, str], sentence: str
) -> None:
    page = html.unescape(desk.file(**fields))

    assert sentence in page
    assert not Listing.objects.exists()


# --- Kept --------------------------------------------------------------------------------


@pytest.mark.parametrize("button", [{"keep": "1"}, {"compute": "live"}, {"term": "37"}])
def test_what_was_typed_is_kept(desk: Desk, button: dict[str, str]) -> None:
    desk.post(ADD, filled(key=KEY, facts="草稿事实。", **button), by=desk.maker)

    page = html.unescape(desk.get(f"{ADD}?draft={KEY}", by=desk.maker))

    assert "草稿事实。</textarea>" in page
    assert f'value="{make_uscc()}"' in page
    assert f'name="key" value="{KEY}"' in page


def test_it_waits_on_the_index_and_can_be_thrown_away(desk: Desk) -> None:
    desk.post(ADD, filled(key=KEY, keep="1"), by=desk.maker)
    case = a_draft().case

    index = html.unescape(desk.get("/admin/", by=desk.maker))
    assert f"示例严重失信主体名单 · {make_uscc()}" in index
    assert "2026-03-26 删去" in index
    page = desk.post(f"{LISTINGS}drafts/{KEY}/drop/", {}, by=desk.maker)

    assert "草稿已删去。" in page
    assert not KeptDraft.objects.exists()
    assert not vault.has_key(case)


def test_one_form_is_one_draft(desk: Desk) -> None:
    for facts in ("一。", "二。"):
        look(desk, facts=facts)

    assert read_draft(a_draft())["facts"] == ["二。"]


def test_it_goes_when_the_case_is_filed(desk: Desk) -> None:
    look(desk)
    case = a_draft().case

    desk.file(key=KEY)

    assert Listing.objects.count() == 1
    assert not KeptDraft.objects.exists()
    assert not vault.has_key(case)


def test_what_the_script_sends_too_late_makes_no_draft(desk: Desk) -> None:
    desk.file(key=KEY)

    look(desk)

    assert not KeptDraft.objects.exists()


def test_nothing_of_it_is_in_clear(desk: Desk) -> None:
    person = make_person(name="欧阳测试")

    look(desk, party=None, name=person.name, document="resident", number=person.number)

    sealed = bytes(a_draft().sealed)
    for text in (person.name, person.number, "示例事实。"):
        assert text.encode() not in sealed
        assert json.dumps(text).strip('"').encode() not in sealed
    assert person.name not in desk.get("/admin/", by=desk.maker)


def test_nothing_is_kept_of_a_minor(desk: Desk) -> None:
    child = make_person(born="20100101", name="欧阳测试")

    look(
        desk,
        party=None,
        name=child.name,
        document="resident",
        number=child.number,
        conduct_on="2026-01-05",
    )

    typed = read_draft(a_draft())
    assert "facts" in typed
    assert not {"name", "number"} & set(typed)


def test_a_draft_is_its_makers_alone(desk: Desk) -> None:
    look(desk)
    colleague = make_user("colleague", desk.maker.authority, Role.MAKER)
    client = Client()
    sign_in(client, colleague)

    answers = [client.get(f"{ADD}?draft={key}") for key in (KEY, KEY[::-1], "x")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    client.post(f"{LISTINGS}drafts/{KEY}/drop/")
    assert NAME not in client.get("/admin/").content.decode()

    assert a_draft().maker == desk.maker


def test_it_stays_behind_where_its_maker_no_longer_works(desk: Desk) -> None:
    look(desk)
    desk.maker.authority = make_authority("另一测试市市场监督管理局")
    desk.maker.save()
    client = Client()
    sign_in(client, desk.maker)

    assert client.get(f"{ADD}?draft={KEY}").status_code == 404


def test_it_is_forgotten_ten_days_after_it_was_kept(
    desk: Desk, django_capture_on_commit_callbacks: Any, now: datetime
) -> None:
    look(desk)
    case = a_draft().case
    last = now + timedelta(days=10)
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.forget_drafts(last - timedelta(seconds=1)) == 0
        assert vault.has_key(case)

        assert actions.forget_drafts(last) == 1

    assert not KeptDraft.objects.exists()
    assert not CaseKey.objects.exists()


@pytest.mark.parametrize(
    ("typed", "n_others", "sentence"),
    [
        ({"facts": ["一" * (LONGEST + 1)]}, 0, "内容超过 100000 个字，不能存为草稿。"),
        ({"facts": ["一"]}, MOST, "您已有 50 份草稿，不能再存。"),
    ],
)
def test_drafts_are_no_store(
    desk: Desk, typed: dict[str, list[str]], n_others: int, sentence: str
) -> None:
    list_type = ListType.objects.get()
    for n in range(n_others):
        make_draft(key=UUID(int=n), maker=desk.maker)

    with pytest.raises(BarredError) as refusal:
        actions.keep_draft(list_type, typed, form_key=UUID(int=99), by=desk.maker, at=AT)

    assert sentence in str(refusal.value)
    assert KeptDraft.objects.count() == n_others
