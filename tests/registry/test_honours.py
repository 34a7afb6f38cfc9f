"""Who enters a list of those in serious breach is not praised meanwhile."""

import json
from datetime import timedelta

import pytest
from django.db.models import Q

from registry import actions
from registry.actions import honours
from registry.errors import BarredError
from registry.models import Act, Entity, LedgerEntry, Listing, Outbox, Proposal
from tests.deliveries import checked
from tests.deliveries import released as released_file
from tests.factories import (
    AT,
    make_authority,
    make_entity,
    make_identifier,
    make_listing,
    make_person,
    make_staff,
)
from tests.many import make_prior_rule, propose_one
from tests.redlists import (
    NO_CANDIDATES,
    list_as_serious,
    make_honour,
    make_honour_rule,
)

pytestmark = pytest.mark.django_db


def shown(listing: Listing) -> bool:
    return Listing.objects.on_display(AT).filter(pk=listing.pk).exists()


def test_it_is_held_in_the_transaction_of_the_release() -> None:
    honour = make_honour()
    assert shown(honour)

    serious = list_as_serious(honour.entity)

    honour.refresh_from_db()
    assert (honour.held_since, honour.held_ground) == (AT, "review")
    assert honour.held_reason == "该主体被列入失信惩戒名单，等待认定单位确认。"
    assert not shown(honour)
    assert shown(serious)
    step = honour.steps.get(act=Act.HOLD)
    assert (step.by, step.before, step.after) == (None, "released", "held")
    assert Outbox.objects.filter(kind="listing.held", row=honour.case).exists()
    assert LedgerEntry.objects.about("hold", honour.case)


def test_another_authority_is_no_protection() -> None:
    honour = make_honour()

    list_as_serious(honour.entity, authority=make_authority("测试市税务局"))

    honour.refresh_from_db()
    assert honour.held_since == AT


def test_others_stay_as_they_are() -> None:
    honour, register = make_honour(), make_listing()

    list_as_serious(make_entity("蜀州另一测试有限公司"), rule=register.rule)

    assert shown(honour)
    assert shown(register)


@pytest.mark.parametrize("merged", ["the praised", "the listed"])
def test_a_merged_record_speaks_for_the_one_that_stays(merged: str) -> None:
    stays, gone = make_entity("蜀州甲测试有限公司"), make_entity("蜀州甲测试公司")
    praised, listed = (gone, stays) if merged == "the praised" else (stays, gone)
    honour = make_honour(party=praised)
    Entity.objects.filter(pk=gone.pk).update(merged_into=stays)

    list_as_serious(listed)

    honour.refresh_from_db()
    assert honour.held_since == AT


def test_between_a_release_of_many_and_the_next_tick_nobody_sees_it() -> None:
    honour = make_honour()
    assert honour.entity
    proposal = propose_one(make_prior_rule(), case={"party": honour.entity})
    _, checker = make_staff(honour.authority)

    actions.release_many([proposal], by=checker, at=AT)

    honour.refresh_from_db()
    assert honour.held_since is None
    assert not shown(honour)
    assert actions.hold_honours(AT) == 1
    assert actions.hold_honours(AT) == 0
    honour.refresh_from_db()
    assert honour.held_since == AT


def test_what_is_held_already_keeps_its_ground() -> None:
    honour = make_honour()
    actions.hold(honour, "法院裁定", by=honour.maker, at=AT)

    list_as_serious(honour.entity)

    honour.refresh_from_db()
    assert honour.held_ground == "court"


def test_what_is_not_praised_is_not_held() -> None:
    other = make_listing()

    list_as_serious(other.entity, rule=make_prior_rule("OTHER_LIST"))

    assert shown(other)


# --- Confirmed ----------------------------------------------------------------------------


def test_while_the_breach_lasts_it_can_only_be_ended() -> None:
    honour = make_honour()
    list_as_serious(honour.entity)
    sentence = "该主体仍在“示例严重失信主体名单”上，不能恢复公示。"

    with pytest.raises(BarredError, match=sentence):
        actions.propose(honour, Act.UNHOLD, {}, by=honour.maker, at=AT)

    payload = {"reason": "revoked", "document": "示例撤〔2026〕1号"}
    proposal = actions.propose(honour, Act.END, payload, by=honour.maker, at=AT)
    accepted(proposal)
    honour.refresh_from_db()
    assert honour.end_reason == "revoked"


def test_once_the_breach_was_wrong_two_people_show_it_again() -> None:
    honour = make_honour()
    serious = list_as_serious(honour.entity)
    actions.emergency_end(serious, "列错了单位", by=serious.maker, at=AT)
    # Nothing comes back by itself.
    actions.hold_honours(AT)
    assert not shown(honour)

    proposal = actions.propose(honour, Act.UNHOLD, {}, by=honour.maker, at=AT)
    with pytest.raises(BarredError):
        actions.accept(proposal, by=honour.maker, at=AT)
    accepted(proposal)

    assert shown(honour)


def accepted(proposal: Proposal) -> None:
    _, checker = make_staff(proposal.listing.authority)
    actions.accept(proposal, by=checker, at=AT)


def test_who_is_in_serious_breach_enters_no_redlist() -> None:
    entity = make_entity()
    list_as_serious(entity)

    with pytest.raises(BarredError, match="该主体在“示例严重失信主体名单”上"):
        make_honour(party=entity)


# --- Lapsing ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days_left", "mark"),
    [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (1, 7), (0, None)],
)
def test_its_authority_is_owed_a_word_before_it_lapses(
    days_left: int, mark: int | None
) -> None:
    honour = make_honour()
    assert honour.displayed_until
    on = AT + (honour.displayed_until - AT.date()) - timedelta(days=days_left)

    n = [honours.warn_of_lapses(on) for _ in range(2)]

    assert n == [1 if mark else 0, 0]
    owed = Outbox.objects.filter(kind="listing.lapses")
    assert [one.dedupe.rpartition(":")[2] for one in owed] == ([str(mark)] if mark else [])


def test_nothing_prolongs_it() -> None:
    honour = make_honour(make_honour_rule(**NO_CANDIDATES))
    assert honour.displayed_until
    late = AT + timedelta(days=366)

    actions.note_moment(AT)
    actions.confirm_clock(late)
    actions.end_due(late)

    honour.refresh_from_db()
    assert honour.end_reason == "expired"
    assert not Listing.objects.filter(Q(follows=honour)).exists()


# --- By a file ----------------------------------------------------------------------------


def record(entity: Entity, **more: str) -> bytes:
    """One entry of a plain list, as JSON lines tell it."""
    number = entity.main_identifier
    assert number
    cells = {
        "名称": entity.name,
        "统一社会信用代码": number.value,
        "文号": "示例罚〔2026〕1号",
        "列入日期": "2026-03-02",
        "列入原因": "示例事由",
        "主要事实": "示例事实。",
    }
    return json.dumps(cells | more, ensure_ascii=False).encode()


def test_a_file_of_serious_entries_holds_in_its_own_transaction() -> None:
    honour, rule = make_honour(), make_prior_rule()
    assert honour.entity
    make_identifier(honour.entity)

    delivery = released_file(
        record(honour.entity),
        honour.authority,
        list_code=rule.list_type_id,
        filename="list.jsonl",
    )

    assert delivery.state == "released"
    honour.refresh_from_db()
    assert (honour.held_since, honour.held_ground) == (AT, "review")


def test_a_file_puts_no_person_on_a_redlist() -> None:
    rule = make_honour_rule(**NO_CANDIDATES)
    maker, _ = make_staff(make_authority())
    entity, person = make_entity(), make_person()
    make_identifier(entity)

    content = record(entity, 名称=person.name, 统一社会信用代码=person.number)
    file = {"list_code": rule.list_type_id, "filename": "list.jsonl"}
    delivery = checked(content, maker, **file)

    assert (delivery.state, delivery.n_accepted) == ("checked", 0)
    assert delivery.rows.get().verdict != "accepted"
    assert not Listing.objects.exists()
