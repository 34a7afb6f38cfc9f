"""What the public sees of candidates and benefits, and how anybody objects."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from registry import actions, objections, vault
from registry.models import Candidacy, CandidateObjection, CaseKey, Step
from repair.actions import erase_due
from tests.factories import AT, make_entity, make_listing, make_user
from tests.portal.words import without_time
from tests.redlists import (
    CLOSED,
    NO_CANDIDATES,
    SAID,
    list_as_serious,
    make_benefit,
    make_candidate,
    make_honour,
    make_honour_rule,
    propose_honour,
    released,
)

pytestmark = pytest.mark.django_db

NOT_LISTED = "尚未列入"


def page_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return without_time(answer.content.decode())


def pages(candidacy: Candidacy) -> dict[str, str]:
    listing = candidacy.listing
    assert listing.entity
    return {
        "list": f"/lists/{listing.list_type_id}/",
        "all": f"/lists/{listing.list_type_id}/candidates/",
        "entity": f"/entities/{listing.entity.public_id}/",
        "candidate": f"/candidates/{listing.case}/",
        "form": f"/repair/candidates/{listing.case}/",
    }


# --- Candidates ---------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["list", "all", "entity", "candidate"])
def test_a_candidate_is_shown_and_marked_as_not_listed(client: Client, page: str) -> None:
    candidacy = make_candidate()
    assert candidacy.listing.entity

    text = page_of(client, pages(candidacy)[page])

    assert candidacy.listing.entity.name in text
    assert "拟列入，公示中" in text
    assert "2026-03-23" in text
    assert NOT_LISTED in text or "都还没有列入" in text


def test_it_is_counted_nowhere(client: Client) -> None:
    candidacy = make_candidate()
    paths = pages(candidacy)

    assert "今天（2026-03-16）共 0 条。" in page_of(client, paths["list"])
    assert "本站没有公示关于该主体的任何记录" in page_of(client, paths["entity"])
    assert '<span class="number">0</span>' in page_of(client, "/lists/")
    listing = candidacy.listing
    page_of(client, f"/listings/{listing.case}/", status=404)
    assert listing.case not in page_of(client, "/")


@pytest.mark.parametrize("how", ["over", "called off", "dropped", "serious", "listed"])
def test_it_is_gone_by_itself_or_at_once(client: Client, how: str) -> None:
    candidacy = make_candidate()
    listing, maker, at = candidacy.listing, candidacy.listing.maker, AT
    if how == "called off":
        actions.call_off(listing, "材料有误", by=maker, at=AT)
    elif how == "dropped":
        actions.drop_case(listing, "不符合条件", by=maker, at=AT)
    elif how == "serious":
        list_as_serious(listing.entity)
    else:
        at = CLOSED
    if how == "listed":
        released(propose_honour(listing))
    paths = pages(candidacy)

    with time_machine.travel(at, tick=False):
        assert "拟列入，公示中" not in page_of(client, paths["list"])
        assert "拟列入，公示中" not in page_of(client, paths["entity"])
        assert "都还没有列入" in page_of(client, paths["all"])
        page_of(client, paths["candidate"], status=404)
        page_of(client, paths["form"], status=404)


def test_copies_of_its_pages_live_no_longer_than_it(client: Client) -> None:
    paths = pages(make_candidate())

    for page in ("list", "all", "entity", "candidate"):
        assert client.get(paths[page]).headers["Cache-Control"] == "max-age=60"


def test_a_list_with_many_shows_the_first_and_leads_to_all(client: Client) -> None:
    rule = make_honour_rule()
    for _ in range(11):
        candidacy = make_candidate(rule)
    paths = pages(candidacy)

    page = page_of(client, paths["list"])

    assert "查看全部 11 个候选" in page
    assert page.count("/candidates/") - page.count(f"{paths['all']}") == 10
    assert "有 11 个候选，都还没有列入。" in page_of(client, paths["all"])


def test_other_lists_have_no_page_of_candidates(client: Client) -> None:
    rule = make_listing().rule

    page_of(client, f"/lists/{rule.list_type_id}/candidates/", status=404)


def test_the_rule_is_told_in_words(client: Client) -> None:
    page = page_of(client, pages(make_candidate())["list"])

    assert "先公示候选5个工作日，期内任何人可以提出异议" in page
    assert "陈述、申辩" not in page


def test_english_readers_find_the_same(client: Client) -> None:
    paths = pages(make_candidate())

    page = page_of(client, f"/en{paths['candidate']}")

    assert "Proposed, not yet listed" in page


# --- Benefits -----------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["list", "listing", "entity", "candidate"])
def test_benefits_are_shown_with_what_they_rest_on(client: Client, page: str) -> None:
    if page == "candidate":
        rule = make_honour_rule()
        make_benefit(rule)
        candidacy = make_candidate(rule, measures=("TEST_EASE",))
        path = pages(candidacy)["candidate"]
    else:
        rule = make_honour_rule(**NO_CANDIDATES)
        make_benefit(rule)
        honour = make_honour(rule, measures=("TEST_EASE",))
        assert honour.entity
        path = {
            "list": f"/lists/{rule.list_type_id}/",
            "listing": f"/listings/{honour.case}/",
            "entity": f"/entities/{honour.entity.public_id}/",
        }[page]

    text = page_of(client, path)

    assert "优先办理示例事项" in text
    assert "示例激励办法（虚构）" in text
    assert "第九条" in text
    assert "激励措施" in text
    assert "不得加码" not in text


# --- Objections ---------------------------------------------------------------------------


def sent(**fields: str) -> dict[str, str]:
    said = {"name": SAID.name, "contact": SAID.contact, "text": SAID.text}
    return {"key": uuid4().hex} | said | fields


def test_anybody_objects_and_follows_it_with_the_receipt(client: Client) -> None:
    candidacy = make_candidate()

    answer = client.post(pages(candidacy)["form"], sent(), follow=True)

    objection = CandidateObjection.objects.get()
    page = answer.content.decode()
    assert answer.redirect_chain == [("/repair/candidates/receipt/", 302)]
    assert "异议已经收到" in page
    number, secret = answer.context["objection"].shown_number, answer.context["secret"]
    assert secret not in objection.secret_hash
    assert objections.read(objection) == SAID
    assert Step.objects.filter(act="object", by=None).count() == 1

    page = tracked(Client(), number, secret)
    assert "等待认定单位答复。答复之前，不能列入。" in page
    actions.overrule_objection(
        objection, "经核实没有欠薪。", by=candidacy.listing.maker, at=AT
    )
    page = tracked(Client(), number.lower().replace("-", ""), secret)
    assert "异议不成立" in page
    assert "经核实没有欠薪。" in page


def tracked(client: Client, number: str, secret: str) -> str:
    answer = client.post("/repair/track/", {"number": number, "secret": secret})
    return answer.content.decode()


def test_a_wrong_secret_opens_nothing(client: Client) -> None:
    answer = client.post(pages(make_candidate())["form"], sent(), follow=True)

    page = tracked(client, answer.context["objection"].number, "0000-0000-0000-0000")

    assert "申请编号或者查询密码不对" in page


def test_a_form_sent_twice_objects_once_and_both_receipts_are_good(client: Client) -> None:
    form, data = pages(make_candidate())["form"], sent()

    client.post(form, data)
    second = client.post(form, data, follow=True)

    assert CandidateObjection.objects.count() == 1
    assert "等待认定单位答复" in tracked(
        client, second.context["objection"].number, second.context["secret"]
    )


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("name", "请填写您的姓名或者单位名称。"),
        ("contact", "请填写电话、邮箱或者地址。"),
        ("text", "请写明为什么不应列入。"),
    ],
)
def test_what_is_missing_is_said(client: Client, field: str, sentence: str) -> None:
    answer = client.post(pages(make_candidate())["form"], sent(**{field: "  "}))

    assert sentence in answer.content.decode()
    assert not CandidateObjection.objects.exists()
    assert not CaseKey.objects.exists()


def test_too_many_are_turned_away_for_an_hour(client: Client) -> None:
    form = pages(make_candidate())["form"]
    for _ in range(10):
        assert client.post(form, sent()).status_code == 302

    answer = client.post(form, sent())

    assert answer.status_code == 429
    assert "提交的次数太多。请一小时后再试" in answer.content.decode()
    assert CandidateObjection.objects.count() == 10
    with time_machine.travel(AT + timedelta(hours=1), tick=False):
        assert client.post(form, sent()).status_code == 302


def test_the_receipt_is_for_the_browser_that_filed_it(client: Client) -> None:
    client.post(pages(make_candidate())["form"], sent())

    assert client.get("/repair/candidates/receipt/").status_code == 200
    assert Client().get("/repair/candidates/receipt/").status_code == 302
    with time_machine.travel(AT + timedelta(minutes=16), tick=False):
        assert client.get("/repair/candidates/receipt/").status_code == 302


def test_the_last_day_is_still_in_time(client: Client) -> None:
    form = pages(make_candidate())["form"]

    with time_machine.travel(AT + timedelta(days=7), tick=False):
        assert client.post(form, sent()).status_code == 302
    with time_machine.travel(CLOSED, tick=False):
        assert client.post(form, sent()).status_code == 404


def test_who_objected_is_shown_to_no_visitor(client: Client) -> None:
    candidacy = make_candidate()
    client.post(pages(candidacy)["form"], sent())

    assert not any(
        SAID.name in page_of(Client(), path) for path in pages(candidacy).values()
    )


def test_the_key_goes_with_the_objection_and_orphans_are_none(client: Client) -> None:
    candidacy = make_candidate()
    client.post(pages(candidacy)["form"], sent())
    objection = CandidateObjection.objects.get()
    # A day later the sweep of orphans knows whose key it is.
    actions.note_moment(AT + timedelta(hours=30))
    erase_due(AT + timedelta(hours=30))
    assert vault.has_key(objection.case)
    actions.overrule_objection(
        objection, "不属实。", by=candidacy.listing.maker, at=AT + timedelta(days=2)
    )
    later = AT + timedelta(days=93)
    actions.confirm_clock(later)

    assert actions.erase_objections(later) == 1

    assert not vault.has_key(objection.case)
    objection.refresh_from_db()
    assert objections.read(objection) is None
    assert objections.answer_of(objection) == ""


def test_merged_records_show_their_candidates(client: Client) -> None:
    stays, gone = make_entity("蜀州甲测试有限公司"), make_entity("蜀州甲测试公司")
    make_candidate(party=gone)
    gone.merged_into = stays
    gone.save()

    assert "拟列入，公示中" in page_of(client, f"/entities/{stays.public_id}/")


def test_staff_without_a_role_change_nothing(client: Client) -> None:
    candidacy = make_candidate()
    client.force_login(make_user("nobody", candidacy.listing.authority))

    assert client.post(pages(candidacy)["candidate"]).status_code == 405
