"""What staff do with an objection: mark, return, judge the statement, propose, decide."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from registry.actions import amend_display, end_display, signed_letters, texts
from registry.actions.display import CHOSEN_REASONS, bars_to_amend
from registry.actions.trail import bars_to_acting
from registry.actions.trail import locked as locked_listing
from registry.days import day_of
from registry.errors import Bar, StaleError
from registry.models import Act as ActOfRegister
from registry.models import CalendarDay, Listing, Role, User
from repair import facts, numbers, objection_deadlines, statements
from repair.actions import trail
from repair.actions.objection_filing import answer, bars_to_words_shown
from repair.models import Objection, Step
from repair.objection_rules import bars_to_extending
from repair.statements import Proposal

Act, Opinion, Said, Status = Step.Act, Objection.Opinion, Objection.Said, Objection.Status
CLERK, DECIDER = Role.REPAIR_CLERK, Role.REPAIR_DECIDER
EndReason = Listing.EndReason
# Nothing was repaired where something was wrong.
END_REASONS = tuple(one for one in CHOSEN_REASONS if one != EndReason.REPAIRED)


class By(NamedTuple):
    """Who does it, when, and under which idempotency key."""

    by: User
    at: datetime
    key: str | None = None


# --- The clerk ------------------------------------------------------------------------


@transaction.atomic
def accept_objection(
    objection: Objection, *, by: User, at: datetime, key: str | None = None
) -> Objection:
    """It is looked into: from this commit on the entry says so."""
    objection = trail.locked(objection)
    if trail.done_before(key):
        return objection
    trail.refuse_out_of_turn(objection, Status.RECEIVED)
    trail.refuse(bars_to_acting(by, objection, CLERK))
    before, objection.status = objection.status, Status.ACCEPTED
    objection.clerk, objection.accepted_at = by, at
    objection.save()
    trail.note(objection, Act.ACCEPT, by=by, at=at, before=before, key=key)
    return objection


@transaction.atomic
def return_objection(
    objection: Objection, reason: str, *, by: User, at: datetime, key: str | None = None
) -> Objection:
    """Something is missing: the reason says what, and no day counts until it comes."""
    objection = trail.locked(objection)
    if trail.done_before(key):
        return objection
    trail.refuse_out_of_turn(objection, Status.RECEIVED)
    trail.refuse([*bars_to_acting(by, objection, CLERK), *trail.bars_to_words(reason)])
    before, objection.status = objection.status, Status.RETURNED
    objection.clerk = by
    objection.save()
    note(objection, Act.RETURN, By(by, at, key), before, reason)
    answer(objection, at)
    return objection


@transaction.atomic
def clear_statement(
    objection: Objection, *, by: User, at: datetime, key: str | None = None
) -> Objection:
    """The party's statement stands beside the entry from this commit on."""
    bars = bars_to_words_shown(statements.said_by(objection))
    return judged(objection, Act.CLEAR, Said.CLEARED, bars, "", By(by, at, key))


@transaction.atomic
def withhold_statement(
    objection: Objection, reason: str, *, by: User, at: datetime, key: str | None = None
) -> Objection:
    """It is not shown; the reason tells the party what stands in its way."""
    bars = trail.bars_to_words(reason)
    return judged(objection, Act.WITHHOLD, Said.WITHHELD, bars, reason, By(by, at, key))


def judged(
    objection: Objection,
    act: Step.Act,
    to: Objection.Said,
    bars: list[Bar],
    reason: str,
    how: By,
) -> Objection:
    objection = trail.locked(objection)
    if trail.done_before(how.key):
        return objection
    trail.refuse_out_of_turn(objection, *Objection.MARKED)
    bars = [*bars_to_acting(how.by, objection, CLERK), *bars]
    if objection.said != Said.WAITING:
        bars.append(Bar("nothing_said", _("没有等待审核的声明。")))
    trail.refuse(bars)
    objection.said = to
    objection.save(update_fields=("said",))
    note(objection, act, how, objection.status, reason)
    return objection


# --- The proposal ---------------------------------------------------------------------


@transaction.atomic
def propose_correction(
    objection: Objection,
    reason: str,
    changes: dict[str, Any],
    *,
    by: User,
    at: datetime,
    key: str | None = None,
) -> Objection:
    """The entry is wrong: this is what it should say, and why."""
    changes = truly_changed(objection.listing, changes)
    said = texts.of_proposal(objection.listing, ActOfRegister.AMEND, changes)
    bars = bars_to_amend(objection.listing, changes, at=at) + texts.bars_to_keeping(said)
    proposal = Proposal(objection.listing.version, changes)
    how = By(by, at, key)
    return proposed(objection, Opinion.CORRECT, proposal, reason, bars, how)


def truly_changed(listing: Listing, changes: dict[str, Any]) -> dict[str, Any]:
    """Without what the entry says already."""
    now = facts.said_now(listing)
    return {name: value for name, value in changes.items() if value != now.get(name)}


@transaction.atomic
def propose_end(
    objection: Objection,
    reason: str,
    end_reason: str,
    *,
    by: User,
    at: datetime,
    key: str | None = None,
) -> Objection:
    """The entry should not be there, or not any more."""
    bars = []
    if end_reason not in END_REASONS:
        bars.append(Bar("bad_reason", _("没有这种终止原因。请从列表中选择。")))
    proposal = Proposal(objection.listing.version, end_reason=end_reason)
    return proposed(objection, Opinion.END, proposal, reason, bars, By(by, at, key))


@transaction.atomic
def propose_rejection(
    objection: Objection, reason: str, *, by: User, at: datetime, key: str | None = None
) -> Objection:
    """The entry is right as it stands."""
    proposal = Proposal(objection.listing.version)
    return proposed(objection, Opinion.REJECT, proposal, reason, [], By(by, at, key))


def proposed(
    objection: Objection,
    opinion: Objection.Opinion,
    proposal: Proposal,
    reason: str,
    bars: list[Bar],
    how: By,
) -> Objection:
    objection = trail.locked(objection)
    if trail.done_before(how.key):
        return objection
    trail.refuse_out_of_turn(objection, Status.ACCEPTED)
    own = bars_to_acting(how.by, objection, CLERK)
    trail.refuse([*own, *trail.bars_to_words(reason), *bars])
    before, objection.status = objection.status, Status.PROPOSED
    objection.clerk, objection.opinion = how.by, opinion
    objection.sealed_proposal = statements.seal_proposal(objection.filing.case, proposal)
    objection.save()
    note(objection, Act.PROPOSE, how, before, reason)
    return objection


# --- The decider ----------------------------------------------------------------------


@transaction.atomic
def uphold(
    objection: Objection,
    document: str,
    *,
    by: User,
    at: datetime,
    key: str | None = None,
) -> Objection:
    """Do what the clerk proposed: in this transaction the entry is corrected or gone."""
    # The listing first, as whoever files locks it first.
    listing = locked_listing(objection.listing)
    objection = trail.locked(objection)
    if trail.done_before(key):
        return objection
    trail.refuse_out_of_turn(objection, Status.PROPOSED)
    bars = bars_to_deciding(objection, by)
    if objection.opinion == Opinion.REJECT:
        text = _("承办意见是不予支持。不同意的，请退回承办人并写明理由。")
        bars.append(Bar("other_opinion", text))
    if not document.strip():
        bars.append(Bar("no_document", _("没有填写决定文书号。请照决定文书填写。")))
    trail.refuse(bars)
    proposal = statements.proposal_of(objection)
    if proposal is None or proposal.version != listing.version:
        raise StaleError
    ends = objection.opinion == Opinion.END
    decided(objection, Status.ENDED if ends else Status.CORRECTED, document, by=by, at=at)
    note(objection, Act.END if ends else Act.CORRECT, By(by, at, key), Status.PROPOSED)
    carry_out(objection, listing, proposal, by=by, at=at)
    return objection


def carry_out(
    objection: Objection, listing: Listing, proposal: Proposal, *, by: User, at: datetime
) -> None:
    """Last, as everywhere: whoever has the turn of the ledger waits for nobody."""
    if objection.opinion == Opinion.CORRECT:
        amend_display(listing, proposal.changes, by=by, at=at, decides=objection)
        answer(objection, at)
        return
    ended = end_display(
        listing,
        EndReason(proposal.end_reason),
        document=objection.document,
        by=by,
        at=at,
        ask=objection.ask_leaf,
        decides=objection,
    )
    number = numbers.new_number(day_of(at).year)
    signed_letters.issue_lift(ended, number=number, at=at)


@transaction.atomic
def reject(
    objection: Objection,
    reason: str,
    *,
    by: User,
    at: datetime,
    document: str = "",
    key: str | None = None,
) -> Objection:
    """It does not hold, whatever was proposed; the reasons go to who objected."""
    objection = trail.locked(objection)
    if trail.done_before(key):
        return objection
    trail.refuse_out_of_turn(objection, Status.PROPOSED)
    trail.refuse([*bars_to_deciding(objection, by), *trail.bars_to_words(reason)])
    decided(objection, Status.REJECTED, document, by=by, at=at)
    note(objection, Act.REJECT, By(by, at, key), Status.PROPOSED, reason)
    answer(objection, at)
    return objection


@transaction.atomic
def send_objection_back(
    objection: Objection, reason: str, *, by: User, at: datetime, key: str | None = None
) -> Objection:
    """The decider does not follow the clerk, and says why; the clerk looks again."""
    objection = trail.locked(objection)
    if trail.done_before(key):
        return objection
    trail.refuse_out_of_turn(objection, Status.PROPOSED)
    trail.refuse([*bars_to_deciding(objection, by), *trail.bars_to_words(reason)])
    objection.status, objection.opinion = Status.ACCEPTED, ""
    objection.sealed_proposal = None
    objection.save()
    note(objection, Act.SEND_BACK, By(by, at, key), Status.PROPOSED, reason)
    return objection


@transaction.atomic
def extend_objection(
    objection: Objection, reason: str, *, by: User, at: datetime, key: str | None = None
) -> Objection:
    """Once, with the ground, which goes to who objected: the decision may come later."""
    objection = trail.locked(objection)
    if trail.done_before(key):
        return objection
    trail.refuse_out_of_turn(objection, *Objection.MARKED)
    terms = facts.terms_of(objection, day_of(objection.received_at))
    bars = [*bars_to_acting(by, objection, DECIDER), *trail.bars_to_words(reason)]
    bars += bars_to_extending(
        terms,
        extended=objection.extended_at is not None,
        today=day_of(at),
        due=objection.decide_due_on,
    )
    trail.refuse(bars)
    objection.extended_at = at
    moved = objection_deadlines.count_days(objection, CalendarDay.objects.calendar())
    objection.save()
    moves = {"days": moved}
    note(objection, Act.EXTEND, By(by, at, key), objection.status, reason, moves=moves)
    return objection


def bars_to_deciding(objection: Objection, by: User) -> list[Bar]:
    """A decider of the same authority, and another person than the clerk."""
    bars = bars_to_acting(by, objection, DECIDER)
    if objection.clerk_id == by.pk:
        text = _("提出意见的人不得作出决定。请由另一人决定。")
        bars.append(Bar("own_opinion", text))
    return bars


def decided(
    objection: Objection, to: Objection.Status, document: str, *, by: User, at: datetime
) -> None:
    objection.status, objection.decider = to, by
    objection.document, objection.closed_at = document.strip(), at
    objection.save()


def note(
    objection: Objection,
    act: Step.Act,
    how: By,
    before: str,
    words: str = "",
    **more: Any,
) -> None:
    said: dict[str, Any] = {"before": before, "words": words, "key": how.key}
    trail.note(objection, act, by=how.by, at=how.at, **said, **more)
