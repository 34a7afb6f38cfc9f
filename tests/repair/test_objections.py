"""Objections to listings: their days, their turns, what a decision does, once more."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from registry.errors import BarredError, OutOfTurnError, StaleError
from registry.ledger import entries
from registry.logbook import signing
from registry.models import (
    Authority,
    LedgerEntry,
    Listing,
    ListRule,
    ObjectionTerms,
    Outbox,
    Role,
    User,
)
from repair import actions, statements
from repair.models import Application, Objection, Step
from tests.factories import (
    AT,
    make_authority,
    make_list_type,
    make_listing,
    make_objection_terms,
    make_person,
    make_rule,
    make_user,
)
from tests.repair.making import PDF, file, object_to, objection_draft

pytestmark = pytest.mark.django_db
Status, Said = Objection.Status, Objection.Said
DAY = timedelta(days=1)
DOCUMENT = "示例异〔2026〕1号"


def said_in_ledger(listing: Listing) -> list[tuple[str, dict[str, Any]]]:
    rows = LedgerEntry.objects.filter(subject=listing.case).order_by("leaf")
    return [(row.kind, entries.decode(bytes(row.content))) for row in rows]


def kinds(listing: Listing) -> list[str]:
    return [kind for kind, _ in said_in_ledger(listing)]


@pytest.fixture
def objection(listing: Listing) -> Objection:
    return object_to(listing)


@pytest.fixture
def accepted(objection: Objection, clerk: User) -> Objection:
    return actions.accept_objection(objection, by=clerk, at=AT)


@pytest.fixture
def court_terms() -> ObjectionTerms:
    return make_objection_terms()


@pytest.fixture
def court_listing(authority: Authority, court_terms: ObjectionTerms) -> Listing:
    list_type = make_list_type("TEST_COURT", name_zh="示例失信被执行人", section="judicial")
    rule = make_rule(list_type=list_type, notice_kind="none", notice_n=0, notice_unit="")
    return make_listing(rule, authority=authority, noticed_on=None)


# --- Filing -----------------------------------------------------------------------------


def test_the_days_count_from_the_receipt(objection: Objection) -> None:
    # A Monday: one working day, and seven.
    assert objection.mark_due_on == date(2026, 3, 17)
    assert objection.decide_due_on == date(2026, 3, 25)
    assert objection.authority == objection.listing.authority


def test_of_a_court_they_are_what_its_row_says(court_listing: Listing) -> None:
    objection = object_to(court_listing)

    # Fifteen plain days, and nothing to put them off.
    assert objection.decide_due_on == date(2026, 3, 31)
    asks = [one for kind, one in said_in_ledger(court_listing) if kind == "ask"]
    assert (asks[0]["what"], asks[0]["due"]) == ("objection", "2026-03-31")


def test_the_row_of_a_list_goes_before_that_of_its_section(
    court_listing: Listing, court_terms: ObjectionTerms
) -> None:
    court_terms.pk, court_terms.scope, court_terms.decide_n = None, "TEST_COURT", 3
    court_terms.save()

    assert object_to(court_listing).decide_due_on == date(2026, 3, 19)


def test_the_ledger_knows_the_latest_day_with_the_extension(objection: Objection) -> None:
    kind, ask = said_in_ledger(objection.listing)[-1]

    assert (kind, ask["what"], ask["on"]) == ("ask", "objection", "2026-03-16")
    # Twenty working days of a calendar without holidays.
    assert ask["due"] == "2026-04-13"


def test_a_form_sent_twice_is_one_objection(listing: Listing) -> None:
    first = actions.file_objection(objection_draft(listing), at=AT, key="k" * 32)
    again = actions.file_objection(objection_draft(listing), at=AT, key="k" * 32)

    assert again.filing == first.filing
    assert again.secret != first.secret
    assert Objection.objects.count() == 1


def test_several_people_may_object_to_one_listing(listing: Listing) -> None:
    object_to(listing)
    object_to(listing, kind="identity")

    assert Objection.objects.open().count() == 2


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"said": "字" * 201}, "said_too_long"),
        ({"said": "请致电 13900000000 询问。"}, "private_said"),
        ({"statement": statements.Statement(" ", "理由")}, "no_name"),
        ({"statement": statements.Statement("丙某", " ")}, "no_objection"),
        ({"papers": (PDF,) * 11}, "too_many_papers"),
    ],
)
def test_what_is_missing_is_refused(
    listing: Listing, fields: dict[str, Any], code: str
) -> None:
    with pytest.raises(BarredError) as refusal:
        object_to(listing, **fields)

    assert code in refusal.value.codes
    assert not Objection.objects.exists()


def test_two_hundred_characters_are_taken(listing: Listing) -> None:
    assert object_to(listing, said="字" * 200).said == Said.WAITING


def test_what_is_not_on_display_is_not_objected_to(listing: Listing, clerk: User) -> None:
    held = {"held_since": AT, "held_reason": "法院裁定", "held_ground": "court"}
    Listing.objects.filter(pk=listing.pk).update(**held)

    with pytest.raises(BarredError, match="没有在公示"):
        object_to(listing)


def test_a_person_says_nothing_in_public(rule: ListRule) -> None:
    listing = make_listing(rule, party=make_person(), conduct_on=date(2026, 1, 5))

    with pytest.raises(BarredError) as refusal:
        object_to(listing, role="person", said="不是我。")
    assert refusal.value.codes == ("said_of_person",)
    assert object_to(listing, role="person").said == Said.NONE


# --- Turns ------------------------------------------------------------------------------


def test_it_is_accepted_by_a_clerk_of_the_authority(
    objection: Objection, stranger: User, decider: User
) -> None:
    with pytest.raises(BarredError) as refusal:
        actions.accept_objection(objection, by=stranger, at=AT)
    assert refusal.value.codes == ("other_authority",)
    with pytest.raises(BarredError) as refusal:
        actions.accept_objection(objection, by=decider, at=AT)
    assert refusal.value.codes == ("no_role",)


def test_what_is_returned_waits_and_counts_anew(objection: Objection, clerk: User) -> None:
    returned = actions.return_objection(objection, "请附营业执照。", by=clerk, at=AT)
    assert returned.status == Status.RETURNED
    assert kinds(objection.listing)[-2:] == ["ask", "answer"]

    later = AT + 7 * DAY
    again = actions.complete_objection(returned, "见附件。", (PDF,), at=later)

    assert (again.status, again.mark_due_on) == (Status.RECEIVED, date(2026, 3, 24))
    assert kinds(objection.listing)[-1] == "ask"
    assert again.ask_leaf != objection.ask_leaf


def test_withdrawn_it_is_answered(accepted: Objection) -> None:
    actions.withdraw_objection(accepted, at=AT)

    assert kinds(accepted.listing)[-1] == "answer"
    with pytest.raises(OutOfTurnError):
        actions.withdraw_objection(accepted, at=AT)


def test_an_answer_is_to_its_own_ask(listing: Listing, clerk: User, decider: User) -> None:
    """Somebody applied for a repair, two objected: each is answered by itself."""
    application, first, second = file(listing), object_to(listing), object_to(listing)

    actions.withdraw_objection(first, at=AT)
    actions.withdraw_application(application, at=AT)
    actions.withdraw_objection(second, at=AT)

    answers = [one["ask"] for kind, one in said_in_ledger(listing) if kind == "answer"]
    asks = list(
        LedgerEntry.objects.filter(kind="ask")
        .order_by("leaf")
        .values_list("leaf", flat=True)
    )
    assert answers == [asks[1], asks[0], asks[2]]


ACTS: dict[str, Callable[[Objection, User, User], object]] = {
    "accept": lambda one, clerk, _: actions.accept_objection(one, by=clerk, at=AT),
    "return": lambda one, clerk, _: actions.return_objection(one, "缺", by=clerk, at=AT),
    "complete": lambda one, *_: actions.complete_objection(one, "补", at=AT),
    "propose_end": lambda one, clerk, _: actions.propose_end(
        one, "属实", "wrong", by=clerk, at=AT
    ),
    "propose_rejection": lambda one, clerk, _: actions.propose_rejection(
        one, "不实", by=clerk, at=AT
    ),
    "uphold": lambda one, _, decider: actions.uphold(one, DOCUMENT, by=decider, at=AT),
    "reject": lambda one, _, decider: actions.reject(one, "不实", by=decider, at=AT),
    "send_back": lambda one, _, decider: actions.send_objection_back(
        one, "再查", by=decider, at=AT
    ),
    "extend": lambda one, _, decider: actions.extend_objection(
        one, "复杂", by=decider, at=AT
    ),
    "clear": lambda one, clerk, _: actions.clear_statement(one, by=clerk, at=AT),
    "withdraw": lambda one, *_: actions.withdraw_objection(one, at=AT),
}
ALLOWED = {
    "received": {"accept", "return", "withdraw"},
    "returned": {"complete", "withdraw"},
    "accepted": {"propose_end", "propose_rejection", "extend", "clear", "withdraw"},
    "proposed": {"uphold", "reject", "send_back", "extend", "clear", "withdraw"},
    "rejected": set(),
}


def brought_to(status: str, listing: Listing, clerk: User, decider: User) -> Objection:
    objection = object_to(listing, said="我们已经起诉。")
    if status == "received":
        return objection
    if status == "returned":
        return actions.return_objection(objection, "缺", by=clerk, at=AT)
    objection = actions.accept_objection(objection, by=clerk, at=AT)
    if status == "accepted":
        return objection
    objection = actions.propose_end(objection, "属实", "wrong", by=clerk, at=AT)
    if status == "proposed":
        return objection
    return actions.reject(objection, "不实", by=decider, at=AT)


@pytest.mark.parametrize("status", ALLOWED)
def test_every_act_has_its_turn(
    status: str, listing: Listing, clerk: User, decider: User
) -> None:
    objection = brought_to(status, listing, clerk, decider)
    n_steps, done = Step.objects.count(), set()

    for name, act in ACTS.items():
        with transaction.atomic():
            try:
                act(objection, clerk, decider)
            except OutOfTurnError:
                assert Step.objects.count() == n_steps
            else:
                assert Step.objects.count() == n_steps + 1
                done.add(name)
            transaction.set_rollback(True)

    assert done == ALLOWED[status]


def test_a_key_acts_once(objection: Objection, clerk: User) -> None:
    for _ in range(2):
        actions.accept_objection(objection, by=clerk, at=AT, key="same")

    assert Step.objects.filter(act="accept").count() == 1


# --- The decision -----------------------------------------------------------------------


def test_upheld_it_is_corrected_at_once(
    accepted: Objection, clerk: User, decider: User
) -> None:
    changes = {"facts": "更正后的事实。", "ground": "示例事由"}
    actions.propose_correction(accepted, "认定有误", changes, by=clerk, at=AT)
    done = actions.uphold(accepted, DOCUMENT, by=decider, at=AT)

    listing = Listing.objects.get()
    assert (listing.facts, listing.ground) == ("更正后的事实。", "示例事由")
    assert done.status == Status.CORRECTED
    assert kinds(listing)[-3:] == ["ask", "amend", "answer"]
    assert listing.steps.order_by("-pk")[0].act == "amend"
    assert "objection.corrected" in set(Outbox.objects.values_list("kind", flat=True))


def test_a_correction_shortens_the_display(
    accepted: Objection, clerk: User, decider: User
) -> None:
    changes = {"displayed_until": "2026-06-01"}
    actions.propose_correction(accepted, "期限有误", changes, by=clerk, at=AT)
    actions.uphold(accepted, DOCUMENT, by=decider, at=AT)

    assert Listing.objects.get().displayed_until == date(2026, 6, 1)
    amend = next(one for kind, one in said_in_ledger(accepted.listing) if kind == "amend")
    assert amend["until"] == "2026-06-01"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "no_change"),
        ({"ground": "示例事由"}, "no_change"),
        ({"displayed_until": "2039-06-01"}, "until_later"),
        ({"facts": "本人手机 13900000000。"}, "private_facts"),
    ],
)
def test_a_correction_that_is_none_is_refused(
    changes: dict[str, Any], code: str, accepted: Objection, clerk: User
) -> None:
    with pytest.raises(BarredError) as refusal:
        actions.propose_correction(accepted, "有误", changes, by=clerk, at=AT)

    assert refusal.value.codes == (code,)
    accepted.refresh_from_db()
    assert accepted.status == Status.ACCEPTED


def test_upheld_it_is_off_display_at_once(
    accepted: Objection, clerk: User, decider: User
) -> None:
    actions.propose_end(accepted, "不是该单位", "wrong", by=clerk, at=AT)
    actions.uphold(accepted, DOCUMENT, by=decider, at=AT)
    signing.sign(AT)

    listing = Listing.objects.get()
    assert (listing.end_reason, listing.end_document) == ("wrong", DOCUMENT)
    assert not Listing.objects.on_display(AT).exists()
    kind, end = said_in_ledger(listing)[-1]
    assert (kind, end["ask"], end["appr"]) == ("end", accepted.ask_leaf, 2)


def test_nothing_ends_for_a_reason_that_is_none(accepted: Objection, clerk: User) -> None:
    for reason in ("expired", "repaired", "superseded"):
        with pytest.raises(BarredError, match="没有这种终止原因"):
            actions.propose_end(accepted, "属实", reason, by=clerk, at=AT)


def test_the_clerk_does_not_decide(authority: Authority, accepted: Objection) -> None:
    both = make_user("both", authority, Role.REPAIR_CLERK, Role.REPAIR_DECIDER)
    actions.propose_rejection(accepted, "不实", by=both, at=AT)

    with pytest.raises(BarredError) as refusal:
        actions.reject(accepted, "不实", by=both, at=AT)
    assert refusal.value.codes == ("own_opinion",)


def test_what_was_proposed_for_another_entry_is_stale(
    accepted: Objection, clerk: User, decider: User
) -> None:
    actions.propose_end(accepted, "属实", "wrong", by=clerk, at=AT)
    Listing.objects.update(version=99)

    with pytest.raises(StaleError):
        actions.uphold(accepted, DOCUMENT, by=decider, at=AT)
    assert Listing.objects.get().ended_at is None


def test_a_rejection_is_not_upheld(accepted: Objection, clerk: User, decider: User) -> None:
    actions.propose_rejection(accepted, "不实", by=clerk, at=AT)

    with pytest.raises(BarredError) as refusal:
        actions.uphold(accepted, "", by=decider, at=AT)
    assert refusal.value.codes == ("other_opinion", "no_document")


# --- The days ---------------------------------------------------------------------------


def test_it_is_extended_once_to_twenty_days(accepted: Objection, decider: User) -> None:
    done = actions.extend_objection(accepted, "需要鉴定", by=decider, at=AT)
    assert done.decide_due_on == date(2026, 4, 13)

    with pytest.raises(BarredError) as refusal:
        actions.extend_objection(accepted, "还需要", by=decider, at=AT)
    assert refusal.value.codes == ("extended_already",)


@pytest.mark.parametrize(
    ("day", "codes"), [(25, ()), (26, ("late",))], ids=["the last day", "the day after"]
)
def test_it_is_extended_before_the_day_is_over(
    day: int, codes: tuple[str, ...], accepted: Objection, decider: User
) -> None:
    at = AT.replace(day=day)
    if not codes:
        assert actions.extend_objection(accepted, "需要鉴定", by=decider, at=at)
        return
    with pytest.raises(BarredError) as refusal:
        actions.extend_objection(accepted, "需要鉴定", by=decider, at=at)
    assert refusal.value.codes == codes


def test_a_court_does_not_extend(
    court_listing: Listing, clerk: User, decider: User
) -> None:
    objection = actions.accept_objection(object_to(court_listing), by=clerk, at=AT)

    with pytest.raises(BarredError) as refusal:
        actions.extend_objection(objection, "复杂", by=decider, at=AT)
    assert refusal.value.codes == ("never_extended",)


# --- The statement ----------------------------------------------------------------------


def test_a_statement_is_judged_once(listing: Listing, clerk: User) -> None:
    objection = object_to(listing, said="我们已经起诉。")
    objection = actions.accept_objection(objection, by=clerk, at=AT)
    objection = actions.clear_statement(objection, by=clerk, at=AT)
    assert (objection.said, statements.said_by(objection)) == (
        Said.CLEARED,
        "我们已经起诉。",
    )

    with pytest.raises(BarredError) as refusal:
        actions.withhold_statement(objection, "有他人信息", by=clerk, at=AT)
    assert refusal.value.codes == ("nothing_said",)


# --- Once more --------------------------------------------------------------------------


@pytest.fixture
def superior(authority: Authority) -> Authority:
    authority.superior = make_authority("测试省市场监督管理局")
    authority.save()
    return authority.superior


@pytest.fixture
def rejected(
    superior: Authority, accepted: Objection, clerk: User, decider: User
) -> Objection:
    actions.propose_rejection(accepted, "不实", by=clerk, at=AT)
    return actions.reject(accepted, "核实无误。", by=decider, at=AT)


@pytest.fixture
def bench(superior: Authority) -> tuple[User, User]:
    return (
        make_user("above-clerk", superior, Role.REPAIR_CLERK),
        make_user("above-decider", superior, Role.REPAIR_DECIDER),
    )


def test_a_rejection_comes_before_the_superior(
    rejected: Objection, superior: Authority, clerk: User
) -> None:
    review = actions.ask_for_review(rejected, "没有核实。", at=AT)

    assert (review.authority, review.kind) == (superior, "review")
    # Sixty plain days.
    assert review.decide_due_on == date(2026, 5, 15)
    with pytest.raises(BarredError) as refusal:
        actions.accept_objection(review, by=clerk, at=AT)
    assert refusal.value.codes == ("other_authority",)


def test_the_superior_orders_the_end(rejected: Objection, bench: tuple[User, User]) -> None:
    above, decides = bench
    review = actions.ask_for_review(rejected, "没有核实。", at=AT)
    review = actions.accept_objection(review, by=above, at=AT)
    review = actions.propose_end(review, "应当撤销", "revoked", by=above, at=AT)
    review = actions.uphold(review, "示例复〔2026〕1号", by=decides, at=AT)

    assert review.status == Status.ENDED
    assert Listing.objects.get().end_reason == "revoked"
    rejected.refresh_from_db()
    assert rejected.status == Status.REJECTED


def test_the_superior_maintains(rejected: Objection, bench: tuple[User, User]) -> None:
    above, decides = bench
    review = actions.ask_for_review(rejected, "没有核实。", at=AT)
    review = actions.accept_objection(review, by=above, at=AT)
    review = actions.propose_rejection(review, "维持", by=above, at=AT)
    review = actions.reject(review, "原决定无误。", by=decides, at=AT)

    assert (review.status, Listing.objects.get().ended_at) == (Status.REJECTED, None)
    with pytest.raises(BarredError) as refusal:
        actions.ask_for_review(review, "再来一次。", at=AT)
    assert refusal.value.codes[0] == "not_refused"


def test_a_refused_repair_comes_before_the_superior(
    application: Application, superior: Authority, clerk: User, decider: User
) -> None:
    application = actions.accept_application(application, by=clerk, at=AT)
    application = actions.propose_refusal(application, "没有补报", by=clerk, at=AT)
    application = actions.refuse_repair(application, "没有补报。", by=decider, at=AT)

    review = actions.ask_for_review(application, "已经补报。", at=AT)

    assert review.reviewed == application
    with pytest.raises(BarredError) as refusal:
        actions.ask_for_review(application, "已经补报。", at=AT)
    assert refusal.value.codes == ("reviewed",)


@pytest.mark.parametrize(
    ("later", "codes"),
    [(60, ()), (61, ("too_late",))],
    ids=["the last day", "the day after"],
)
def test_it_is_asked_in_time(
    later: int, codes: tuple[str, ...], rejected: Objection
) -> None:
    at = AT + later * DAY
    if not codes:
        assert actions.ask_for_review(rejected, "没有核实。", at=at)
        return
    with pytest.raises(BarredError) as refusal:
        actions.ask_for_review(rejected, "没有核实。", at=at)
    assert refusal.value.codes == codes


def test_of_a_court_it_is_asked_within_ten_days_and_decided_within_fifteen(
    court_listing: Listing, superior: Authority, clerk: User, decider: User
) -> None:
    objection = actions.accept_objection(object_to(court_listing), by=clerk, at=AT)
    actions.propose_rejection(objection, "不实", by=clerk, at=AT)
    objection = actions.reject(objection, "驳回。", by=decider, at=AT)

    with pytest.raises(BarredError, match="2026-03-26"):
        actions.ask_for_review(objection, "不服。", at=AT + 11 * DAY)
    review = actions.ask_for_review(objection, "不服。", at=AT + 10 * DAY)
    assert review.decide_due_on == date(2026, 4, 10)


def test_without_a_superior_it_is_asked_elsewhere(
    accepted: Objection, clerk: User, decider: User
) -> None:
    actions.propose_rejection(accepted, "不实", by=clerk, at=AT)
    objection = actions.reject(accepted, "不实。", by=decider, at=AT)

    with pytest.raises(BarredError) as refusal:
        actions.ask_for_review(objection, "没有核实。", at=AT)
    assert refusal.value.codes == ("no_superior",)


# --- One of two -------------------------------------------------------------------------


def test_who_was_quicker_is_followed(listing: Listing, clerk: User, decider: User) -> None:
    """Two objections, the first ends the listing: the second is still answered."""
    first, second = object_to(listing), object_to(listing)
    for one in (first, second):
        actions.accept_objection(one, by=clerk, at=AT)
        actions.propose_end(one, "属实", "wrong", by=clerk, at=AT)
    actions.uphold(first, DOCUMENT, by=decider, at=AT)

    with pytest.raises(StaleError):
        actions.uphold(second, DOCUMENT, by=decider, at=AT)
    done = actions.reject(second, "记录已经停止公示。", by=decider, at=AT)
    assert done.status == Status.REJECTED
