"""A case from its form to its end, by the screens alone: what each click says and does."""

import re
from datetime import date, datetime

import pytest

from registry.models import Listing, Outbox, Proposal, Step
from tests.factories import (
    make_authority,
    make_entity,
    make_identifier,
    make_measure,
    make_person,
    make_rule,
    make_staff,
)
from tests.registry.desk import Desk, open_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    rule = make_rule(
        term_default=12, term_max=36, extension_max=24, early=6, details="court"
    )
    rule.measures.add(make_measure())
    make_identifier(make_entity())
    return Desk(*make_staff(make_authority()))


@pytest.fixture
def released(desk: Desk) -> Desk:
    desk.file()
    desk.accept()
    return desk


def the_listing() -> Listing:
    return Listing.objects.latest("pk")


# --- To its release ----------------------------------------------------------------------


def test_one_form_opens_notifies_and_proposes(desk: Desk, now: datetime) -> None:
    page = desk.file(measures=["TEST_MEASURE"], detail_court="示例法院", amount="12.5")

    assert "已立案。已提请“公示”。请本单位另一名审核人在 2026-03-26 之前审核" in page
    listing = the_listing()
    assert listing.state == Listing.State.NOTIFIED
    assert listing.details == {"court": "示例法院"}
    assert [measure.pk for measure in listing.measures.all()] == ["TEST_MEASURE"]
    assert not Listing.objects.on_display(now).exists()


@pytest.mark.django_db(transaction=True)
def test_the_checker_releases_exactly_that(desk: Desk, now: datetime) -> None:
    desk.file()

    page = desk.accept()

    assert "公示期为 2026-03-16 至 2027-03-16，期满自动停止公示。" in page
    listing = Listing.objects.on_display(now).get()
    assert (listing.maker, listing.checker) == (desk.maker, desk.checker)
    assert "公众现在可以看到。" in page


def test_the_checker_reads_the_days_before_accepting(desk: Desk) -> None:
    desk.file()

    page = desk.read_proposal()

    for words in ("公示第一日", "2026-03-16", "公示最后一日", "2027-03-16", "2027-03-16"):
        assert words in page
    assert "示例罚〔2026〕1号" in page


def test_a_case_goes_step_by_step(desk: Desk) -> None:
    assert "送达告知书之后" in desk.file(noticed_on=None, decision_no=None, decided_on=None)
    page = desk.act("notice", on="2026-03-02")
    assert "陈述申辩期到 2026-03-09 为止，2026-03-10 起可以作出决定。" in page
    assert "请核实后答复" in desk.act("defence", text="没有此事。", on="2026-03-05")
    assert "已记录答复" in desk.act("answer", text="经核实不成立。")

    page = desk.act("release", decision_no="示例罚〔2026〕2号", decided_on="2026-03-16")

    assert "已提请“公示”" in page
    desk.accept()
    assert the_listing().state == Listing.State.RELEASED
    assert [step.act for step in the_listing().steps.all()] == [
        "open",
        "notice",
        "defence",
        "answer",
        "propose",
        "release",
    ]


def test_a_case_can_be_dropped(desk: Desk) -> None:
    desk.file(decision_no=None, decided_on=None)

    page = desk.act("drop", reason="申辩成立。")

    assert "当事人没有列入名单。" in page
    assert the_listing().state == Listing.State.DROPPED


def test_a_refused_proposal_can_be_made_again(desk: Desk) -> None:
    desk.file()
    assert "已退回" in desk.answer("refuse", reason="文号有误。")

    desk.act("release", decision_no="示例罚〔2026〕3号", decided_on="2026-03-16")

    desk.accept()
    assert the_listing().decision_no == "示例罚〔2026〕3号"


def test_the_maker_takes_a_proposal_back(desk: Desk) -> None:
    desk.file()

    page = desk.answer("withdraw", by=desk.maker)

    assert "已撤回" in page
    assert not Proposal.objects.open().exists()


def test_a_form_sent_twice_acts_once(desk: Desk) -> None:
    key = "11111111-1111-4111-8111-111111111111"

    pages = [desk.file(key=key) for _ in range(2)]

    assert all("已提请“公示”" in page for page in pages)
    assert Listing.objects.count() == Proposal.objects.count() == 1
    assert Step.objects.count() == 3


def test_a_key_finds_nobody_elses_step(desk: Desk) -> None:
    key = "11111111-1111-4111-8111-111111111111"
    desk.file(key=key)
    others = Desk(*make_staff(make_authority("另一测试市市场监督管理局")))

    others.file(key=key)

    assert [row.maker for row in Listing.objects.order_by("pk")] == [
        desk.maker,
        others.maker,
    ]


def test_a_person_is_filed_and_read_by_the_two_only(desk: Desk) -> None:
    person = make_person()

    page = desk.file(
        party=None,
        name=person.name,
        document="resident",
        number=person.number,
        conduct_on="2026-01-05",
    )

    listing = the_listing()
    assert (listing.facts, listing.entity) == ("", None)
    assert person.name not in page
    for user in (desk.maker, desk.checker):
        open_person(desk.clients[user.pk], listing)
    page = desk.get(f"/admin/registry/listing/{listing.pk}/change/", by=desk.maker)
    assert person.name in page
    assert person.number in page
    assert person.name in desk.read_proposal()


# --- While it stands ---------------------------------------------------------------------


def test_it_is_held_by_one_and_shown_again_by_two(released: Desk, now: datetime) -> None:
    page = released.act("hold", by=released.checker, ground="court", reason="法院裁定")
    assert "公众现在看不到" in page
    assert not Listing.objects.on_display(now).exists()

    released.act("unhold")
    assert not Listing.objects.on_display(now).exists()
    released.accept()

    assert Listing.objects.on_display(now).exists()


def test_an_amendment_is_read_side_by_side(released: Desk) -> None:
    released.amend(facts="更正后的事实。", last_day="2026-12-31", amount="100.5")
    page = re.sub("</?(del|ins)>", "", released.read_proposal())
    for words in ("示例事实。", "更正后的事实。", "2027-03-16", "2026-12-31", "100.5"):
        assert words in page

    released.accept()

    listing = the_listing()
    assert listing.facts == "更正后的事实。"
    assert listing.displayed_until == date(2027, 1, 1)
    # What nobody touched is not in the proposal.
    assert set(Proposal.objects.latest("pk").payload) == {
        "facts",
        "amount",
        "displayed_until",
    }


def test_it_is_extended_by_a_new_case(released: Desk, now: datetime) -> None:
    old = the_listing()
    page = released.act("extend", ground="新的事由", facts="新的事实。")
    assert "已为延长立案" in page
    released.act("notice", on="2026-03-02")
    released.act(
        "release", decision_no="示例延〔2026〕1号", decided_on="2026-03-16", term="6"
    )

    released.accept()

    new = Listing.objects.on_display(now).get()
    old.refresh_from_db()
    assert new.follows == old
    assert old.end_reason == Listing.EndReason.SUPERSEDED
    assert (old.displayed_until, new.displayed_until) == (
        date(2027, 3, 17),
        date(2027, 9, 17),
    )


def test_it_is_ended_by_two(released: Desk, now: datetime) -> None:
    released.act("end", reason="performed", document="示例〔2026〕9号")
    assert Listing.objects.on_display(now).exists()
    assert "已履行" in released.read_proposal()

    released.accept()

    assert the_listing().end_reason == Listing.EndReason.PERFORMED
    assert not Listing.objects.on_display(now).exists()


def test_an_emergency_end_is_looked_at_by_another(released: Desk, now: datetime) -> None:
    page = released.act("emergency", reason="列错了单位。")
    assert "请另一名审核人在下一个工作日复核" in page
    assert not Listing.objects.on_display(now).exists()
    assert "列错了单位。" in released.read_proposal()

    released.accept()

    assert the_listing().steps.filter(act="confirm_end").count() == 1


def test_what_has_no_end_is_reviewed() -> None:
    make_rule(
        term_kind="open",
        term_unit="",
        term_default=None,
        term_max=None,
        early=None,
        early_unit="",
        early_from="",
        early_exit="condition",
        review_months=6,
    )
    make_identifier(make_entity())
    desk = Desk(*make_staff(make_authority()))
    desk.file()
    desk.accept()

    desk.act("review")
    assert "2026-09-16" in desk.read_proposal()
    desk.accept()

    assert the_listing().reviewed_on == date(2026, 3, 16)


def test_every_public_act_owes_its_message(released: Desk) -> None:
    released.act("hold", ground="review", reason="法院裁定")

    kinds = Outbox.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["listing.released", "listing.held"]
