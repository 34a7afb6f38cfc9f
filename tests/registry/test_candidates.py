"""Candidates of redlists: how long they are shown, and what has to be over first."""

from datetime import date, datetime, timedelta

import pytest
import time_machine

from registry import actions, candidates
from registry.actions.open_many import open_many
from registry.candidates import Candidate
from registry.errors import BarredError, OutOfTurnError
from registry.models import (
    Act,
    Candidacy,
    CandidateObjection,
    Listing,
    Outbox,
    Proposal,
    Role,
    Step,
)
from registry.workdays import Calendar
from tests.factories import (
    AT,
    make_authority,
    make_case,
    make_entity,
    make_person,
    make_rule,
    make_staff,
    make_user,
)
from tests.redlists import (
    CLOSED,
    LAST_DAY,
    SAID,
    list_as_serious,
    make_candidate,
    make_honour,
    make_honour_rule,
    object_at_counter,
    propose_honour,
    released,
)

CALENDAR = Calendar(
    holidays={date(2026, 4, 6): "清明节"},
    make_up_days={date(2026, 4, 11): "清明节"},
    covered_from=date(2026, 1, 1),
    covered_until=date(2026, 12, 31),
)


@pytest.mark.parametrize(
    ("on", "n", "unit", "last"),
    [
        pytest.param(date(2026, 3, 16), 5, "wd", date(2026, 3, 23), id="Monday"),
        pytest.param(date(2026, 3, 21), 5, "wd", date(2026, 3, 27), id="Saturday"),
        pytest.param(date(2026, 4, 3), 5, "wd", date(2026, 4, 11), id="over a holiday"),
        pytest.param(date(2026, 3, 16), 7, "d", date(2026, 3, 23), id="calendar days"),
    ],
)
def test_a_notice_lasts_as_the_rule_says(on: date, n: int, unit: str, last: date) -> None:
    assert candidates.last_day(on, n, unit, CALENDAR) == last


@pytest.mark.parametrize(
    ("decided_on", "codes"),
    [
        pytest.param(date(2026, 3, 22), ["candidacy_open"], id="before the last day"),
        pytest.param(LAST_DAY, ["candidacy_open"], id="on the last day"),
        pytest.param(date(2026, 3, 24), [], id="on the day after"),
        pytest.param(None, [], id="no decision yet"),
    ],
)
def test_the_decision_comes_after_the_notice(
    decided_on: date | None, codes: list[str]
) -> None:
    candidate = Candidate(asks_notice=True, closes_on=LAST_DAY)

    found = candidates.bars_to_listing(candidate, decided_on)

    assert [bar.code for bar in found] == codes


def test_every_bar_is_said_at_once() -> None:
    candidate = Candidate(asks_notice=True, n_open=2, serious="示例严重失信主体名单")

    found = candidates.bars_to_listing(candidate, date(2026, 3, 24))

    assert [bar.text for bar in found] == [
        "该主体在“示例严重失信主体名单”上，不能列入守信激励名单。"
        "请不予列入，或者等该记录终止。",
        "该名单须先公示候选名单。请先公示候选，期满无异议再作出决定。",
        "有 2 件对候选的异议还没有答复。请先核实并答复。",
    ]


# --- Shown, and gone ----------------------------------------------------------------------


@pytest.mark.django_db
def test_it_is_shown_from_today_to_the_end_of_its_last_day() -> None:
    candidacy = make_candidate()

    assert (candidacy.shown_from, candidacy.last_day) == (date(2026, 3, 16), LAST_DAY)
    assert is_shown(AT)
    assert not is_shown(AT - timedelta(days=1))
    # The last second of the last day by the clocks of Shanghai, and the next one.
    end = datetime.fromisoformat("2026-03-24T00:00:00+08:00")
    assert is_shown(end - timedelta(seconds=1))
    assert not is_shown(end)


def is_shown(at: datetime) -> bool:
    return Candidacy.objects.on_display(at).exists()


@pytest.mark.django_db
def test_a_clock_that_falls_back_shows_nobody_again() -> None:
    make_candidate()

    actions.note_moment(AT + timedelta(hours=30))
    actions.confirm_clock(CLOSED)

    assert not is_shown(AT)


@pytest.mark.django_db
def test_it_is_no_listing() -> None:
    candidacy = make_candidate()

    assert not Listing.objects.on_display(AT).exists()
    assert not Listing.objects.released().exists()
    assert candidacy.listing.state == Listing.State.PREPARED
    # What is announced is a step of the case, and none of those the public is told of.
    assert candidacy.listing.steps.filter(act=Act.ANNOUNCE, by=candidacy.announced_by)
    assert not Outbox.objects.exists()


@pytest.mark.django_db
def test_its_authority_takes_it_down_at_once() -> None:
    listing = make_candidate().listing

    actions.call_off(listing, "材料有误", by=listing.maker, at=AT)

    assert not is_shown(AT)
    # The case stays, and may be announced anew.
    actions.announce(listing, by=listing.maker, at=AT)
    assert is_shown(AT)
    assert listing.candidacies.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.REPAIR_CLERK, Role.AUDITOR])
def test_nobody_else_takes_it_down(role: Role) -> None:
    listing = make_candidate().listing

    with pytest.raises(BarredError, match="您没有“经办人、审核人”的权限"):
        actions.call_off(listing, "", by=make_user("x", listing.authority, role), at=AT)

    assert is_shown(AT)


@pytest.mark.django_db
def test_another_authority_neither_announces_nor_takes_down() -> None:
    listing, (stranger, _) = make_candidate().listing, make_staff(make_authority("别处"))

    foreign = "只有作出认定的单位可以办理"
    with pytest.raises(BarredError, match=foreign):
        actions.announce(listing, by=stranger, at=AT)
    with pytest.raises(BarredError, match=foreign):
        actions.call_off(listing, "", by=stranger, at=AT)


@pytest.mark.django_db
def test_it_is_announced_once() -> None:
    listing = make_candidate().listing

    with pytest.raises(BarredError, match="候选公示到 2026-03-23 为止，不能重复公示。"):
        actions.announce(listing, by=listing.maker, at=AT)

    assert listing.candidacies.count() == 1


@pytest.mark.django_db
def test_a_form_sent_twice_announces_once() -> None:
    listing = make_case(make_honour_rule())

    for _ in range(2):
        actions.announce(listing, by=listing.maker, at=AT, key="the-key")

    assert listing.candidacies.count() == 1


@pytest.mark.django_db
def test_other_lists_have_no_candidates() -> None:
    listing = make_case()

    with pytest.raises(BarredError, match="该名单的规则没有规定候选公示"):
        actions.announce(listing, by=listing.maker, at=AT)

    assert not Candidacy.objects.exists()


@pytest.mark.django_db
def test_who_is_in_serious_breach_is_no_candidate() -> None:
    entity = make_entity()
    list_as_serious(entity)
    listing = make_case(make_honour_rule(), party=entity)

    with pytest.raises(BarredError, match="该主体在“示例严重失信主体名单”上"):
        actions.announce(listing, by=listing.maker, at=AT)


@pytest.mark.django_db
def test_a_candidate_that_enters_a_serious_list_is_hidden() -> None:
    candidacy = make_candidate()

    list_as_serious(candidacy.listing.entity)

    assert not is_shown(AT)


@pytest.mark.django_db
def test_a_dropped_case_takes_its_candidate_with_it() -> None:
    listing = make_candidate().listing

    actions.drop_case(listing, "不符合条件", by=listing.maker, at=AT)

    assert not is_shown(AT)
    assert Candidacy.objects.get().withdrawn_at == AT


# --- Listed -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_nobody_objects_and_a_second_person_lists_it() -> None:
    listing = make_candidate().listing

    listing = released(propose_honour(listing))

    assert Listing.objects.on_display(CLOSED).get() == listing
    assert not is_shown(CLOSED)
    assert listing.displayed_until == date(2027, 3, 25)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (0, "候选公示到 2026-03-23 为止，决定日期最早为 2026-03-24。"),
        (7, "候选公示到 2026-03-23 为止，决定日期最早为 2026-03-24。"),
    ],
)
def test_it_is_not_listed_while_it_is_shown(days: int, sentence: str) -> None:
    listing = make_candidate().listing

    with pytest.raises(BarredError, match=sentence):
        propose_honour(listing, at=AT + timedelta(days=days))

    assert not Proposal.objects.exists()


@pytest.mark.django_db
def test_whoever_was_never_announced_is_not_listed() -> None:
    with pytest.raises(BarredError, match="该名单须先公示候选名单"):
        propose_honour(make_case(make_honour_rule()))


@pytest.mark.django_db
def test_a_list_without_candidates_asks_for_none() -> None:
    assert make_honour().released_at == AT


@pytest.mark.django_db
def test_an_objection_that_comes_after_the_proposal_stops_the_second_person() -> None:
    candidacy = make_candidate()
    proposal = propose_honour(candidacy.listing)
    object_at_counter(candidacy)

    with pytest.raises(BarredError, match="有 1 件对候选的异议还没有答复"):
        released(proposal)

    assert not Listing.objects.released().exists()


# --- Objections ---------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_objection_that_does_not_hold_frees_the_way() -> None:
    candidacy = make_candidate()
    objection = object_at_counter(candidacy)

    actions.overrule_objection(
        objection, "经核实没有欠薪。", by=candidacy.listing.maker, at=AT
    )

    assert is_shown(AT)
    assert released(propose_honour(candidacy.listing)).released_at == CLOSED


@pytest.mark.django_db
def test_an_objection_that_holds_drops_the_candidate() -> None:
    candidacy = make_candidate()
    objection = object_at_counter(candidacy)
    _, checker = make_staff(candidacy.listing.authority)

    listing = actions.uphold_objection(objection, "异议属实。", by=checker, at=AT)

    assert listing.state == Listing.State.DROPPED
    assert not is_shown(AT)
    objection.refresh_from_db()
    assert (objection.outcome, objection.decided_by) == ("upheld", checker)
    acts = [str(step.act) for step in listing.steps.all()]
    assert acts == ["open", "announce", "object", "uphold", "drop"]


@pytest.mark.django_db
def test_an_answer_gives_reasons_and_is_given_once() -> None:
    objection = object_at_counter(make_candidate())
    maker = objection.candidacy.listing.maker

    with pytest.raises(BarredError, match="没有写明答复"):
        actions.overrule_objection(objection, " ", by=maker, at=AT)
    actions.overrule_objection(objection, "不属实。", by=maker, at=AT)
    with pytest.raises(OutOfTurnError, match="异议不成立"):
        actions.uphold_objection(objection, "属实。", by=maker, at=AT)

    assert not Listing.objects.exclude(dropped_at=None).exists()


@pytest.mark.django_db
def test_another_authority_answers_nothing() -> None:
    objection = object_at_counter(make_candidate())
    stranger, _ = make_staff(make_authority("别处"))

    with pytest.raises(BarredError, match="只有作出认定的单位可以办理"):
        actions.uphold_objection(objection, "属实。", by=stranger, at=AT)

    assert CandidateObjection.objects.open().exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("on", "now", "sentence"),
    [
        (date(2026, 3, 15), AT, "异议须在候选公示期内收到：2026-03-16 至 2026-03-23。"),
        (date(2026, 3, 24), CLOSED, "异议须在候选公示期内收到：2026-03-16 至 2026-03-23。"),
        (date(2026, 3, 17), AT, "收到日期 2026-03-17 在今天之后"),
    ],
    ids=["before the first day", "after the last day", "tomorrow"],
)
def test_at_the_counter_the_day_of_receipt_counts(
    on: date, now: datetime, sentence: str
) -> None:
    listing = make_candidate().listing

    with pytest.raises(BarredError, match=sentence):
        actions.record_objection(listing, SAID, on=on, by=listing.maker, at=now)

    assert not CandidateObjection.objects.exists()


@pytest.mark.django_db
def test_at_the_counter_it_may_be_written_down_later() -> None:
    listing = make_candidate().listing

    actions.record_objection(listing, SAID, on=LAST_DAY, by=listing.maker, at=CLOSED)

    assert CandidateObjection.objects.open().get().received_on == LAST_DAY


@pytest.mark.django_db
def test_the_trail_and_the_rows_name_no_objector() -> None:
    objection = object_at_counter(make_candidate())
    actions.overrule_objection(
        objection, "某甲商行所述不实。", by=objection.candidacy.listing.maker, at=AT
    )

    row = CandidateObjection.objects.filter(pk=objection.pk).values().get()

    said = [*Step.objects.values_list("reason", flat=True), *map(str, row.values())]
    assert not any("某甲" in text or "b@example.cn" in text for text in said)


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "n"), [(90, 0), (91, 1)])
def test_who_objected_is_erased_when_its_time_is_over(days: int, n: int) -> None:
    objection = object_at_counter(make_candidate())
    waiting = object_at_counter(objection.candidacy)
    actions.overrule_objection(
        objection, "不属实。", by=objection.candidacy.listing.maker, at=AT
    )

    assert actions.erase_objections(AT + timedelta(days=days)) == n

    objection.refresh_from_db()
    assert (objection.sealed is None) == bool(n)
    # What is not answered yet is kept.
    waiting.refresh_from_db()
    assert waiting.sealed is not None


# --- No natural persons -------------------------------------------------------------------


@pytest.mark.django_db
def test_a_person_is_refused_with_a_sentence() -> None:
    with pytest.raises(BarredError, match="“示例守信企业名单”不适用于自然人"):
        make_case(make_honour_rule(), party=make_person(), conduct_on=AT.date())


@pytest.mark.django_db
@time_machine.travel(AT, tick=False)
def test_a_file_lists_nobody_who_was_not_a_candidate() -> None:
    rule = make_honour_rule()
    maker, _ = make_staff(make_authority())
    draft = actions.CaseDraft(list_code=rule.list_type_id, party=make_entity())
    decision = actions.Decision("示例评〔2026〕1号", AT.date())

    with pytest.raises(Exception, match="该名单须先公示候选名单"):
        open_many([(draft, decision)], by=maker, at=AT)

    assert not Listing.objects.exists()
    assert make_rule().announces_candidates is False
