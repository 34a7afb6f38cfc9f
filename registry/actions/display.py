"""What can happen to a listing on display: held, shown again, amended, reviewed, ended."""

from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from registry import contents, terms
from registry.actions import texts, trail
from registry.actions.cases import bars_to_content
from registry.days import day_of
from registry.errors import Bar, BarredError
from registry.logbook import acts, signing
from registry.models import Act, Listing, Measure, Proposal, Role, User
from registry.models.user import OfAuthority
from registry.workdays import DAY

EndReason, HoldGround = Listing.EndReason, Listing.HoldGround
# The duty is the next working day; after this the missing look is on record as lapsed.
CONFIRM_WITHIN = timedelta(days=10)
# Reasons that a person chooses; the others belong to the sweep and to extensions.
CHOSEN_REASONS = (
    EndReason.PERFORMED,
    EndReason.CURED,
    EndReason.REPAIRED,
    EndReason.WRONG,
    EndReason.REVOKED,
    EndReason.DIED,
    EndReason.DEREGISTERED,
)
# What a court or a reviewer may order; a restore holds by itself.
ORDERED_GROUNDS = (HoldGround.COURT, HoldGround.REVIEW)
# What an amendment may set; party, list and decision are never among it.
CONTENT = ("ground", "facts", "details")
AMENDABLE = {*CONTENT, "amount", "performance", "measures", "displayed_until"}


def bars_to_running(listing: Listing) -> list[Bar]:
    if listing.released_at and not listing.ended_at:
        return []
    text = _("这条记录现在是“%(state)s”，不能这样办理。")
    return [Bar("out_of_turn", text % {"state": listing.state.label})]


# --- Held and shown again ----------------------------------------------------------------


@transaction.atomic
def hold(
    listing: Listing,
    reason: str,
    *,
    ground: str = HoldGround.COURT,
    by: User,
    at: datetime,
    key: str | None = None,
) -> Listing:
    """Hide it at once, as a court or a reviewer orders. One person is enough to hide."""
    if step := trail.done_before(key):
        return step.listing
    listing = trail.locked(listing)
    bars = trail.bars_to_acting(by, listing, Role.MAKER, Role.CHECKER)
    if bars := [*bars, *bars_to_hold(listing, reason)]:
        raise BarredError(bars)
    hold_now(listing, reason.strip(), ground=ground, by=by, at=at, key=key)
    signing.sign_soon(at)
    return listing


@transaction.atomic
def hold_display(listing: Listing, reason: str, *, by: User, at: datetime) -> Listing:
    """Hide it on a court's ruling, for a procedure that has had its own two people."""
    listing = trail.locked(listing)
    bars = trail.bars_to_acting(by, listing, Role.REPAIR_DECIDER)
    if bars := [*bars, *bars_to_hold(listing, reason)]:
        raise BarredError(bars)
    hold_now(listing, reason.strip(), ground=HoldGround.COURT, by=by, at=at)
    signing.sign_soon(at)
    return listing


def bars_to_hold(listing: Listing, reason: str) -> list[Bar]:
    bars = bars_to_running(listing)
    if listing.held_since:
        bars.append(Bar("held", _("这条记录已经暂停公示。")))
    if not reason.strip():
        bars.append(Bar("no_reason", _("没有写明理由。请写明依据哪份文书。")))
    return bars


def hold_now(
    listing: Listing,
    reason: str,
    *,
    ground: str,
    by: User | None,
    at: datetime,
    key: str | None = None,
) -> None:
    """Hidden in the moment of the commit; the register itself may hold, too."""
    before = listing.state
    listing.held_since, listing.held_reason, listing.held_ground = at, reason, ground
    trail.keep(listing)
    trail.note(listing, Act.HOLD, by=by, at=at, before=before, reason=reason, key=key)
    acts.log_hold(listing)


def bars_to_unhold(listing: Listing, payload: dict[str, Any], *, at: datetime) -> list[Bar]:
    bars = bars_to_running(listing)
    if not bars and listing.held_since is None:
        bars.append(Bar("not_held", _("这条记录没有暂停公示。")))
    if listing.list_type.is_redlist and (serious := serious_list_of(listing, at)):
        text = _(
            "该主体仍在“%(list)s”上，不能恢复公示。"
            "请提请终止公示，或者等该记录终止后再恢复。"
        )
        bars.append(Bar("serious", text % {"list": serious}))
    return bars


def serious_list_of(listing: Listing, at: datetime) -> str:
    """The list of those in serious breach that the party is on; empty where on none."""
    if listing.entity is None:
        return ""
    stays = listing.entity.merged_into or listing.entity
    found = Listing.objects.serious(day_of(at)).of_entity(stays)
    first = found.select_related("list_type").order_by("pk").first()
    return str(first.list_type) if first else ""


def apply_unhold(
    listing: Listing,
    payload: dict[str, Any],
    *,
    proposal: Proposal,
    by: User,
    at: datetime,
    key: str | None = None,
) -> None:
    unhold_now(listing, by=by, at=at, key=key)


@transaction.atomic
def unhold_display(listing: Listing, *, by: User, at: datetime) -> Listing:
    """Show it again, for a procedure that has had its own two people."""
    listing = trail.locked(listing)
    bars = trail.bars_to_acting(by, listing, Role.REPAIR_DECIDER)
    if bars := [*bars, *bars_to_unhold(listing, {}, at=at)]:
        raise BarredError(bars)
    unhold_now(listing, by=by, at=at)
    signing.sign_soon(at)
    return listing


def unhold_now(listing: Listing, *, by: User, at: datetime, key: str | None = None) -> None:
    """Shown in the moment of the commit; its end has not moved meanwhile."""
    before, ground = listing.state, listing.held_ground
    listing.held_since, listing.held_reason, listing.held_ground = None, "", ""
    trail.keep(listing)
    trail.note(listing, Act.UNHOLD, by=by, at=at, before=before, key=key)
    acts.log_unhold(listing, ground)


# --- Amended -----------------------------------------------------------------------------


def bars_to_amend(listing: Listing, payload: dict[str, Any], *, at: datetime) -> list[Bar]:
    bars = bars_to_running(listing)
    if not payload:
        bars.append(Bar("no_change", _("没有任何改动。请修改后再提请。")))
    for name in sorted(set(payload) - AMENDABLE):
        text = _("“%(field)s”不能更正。认定有误的，请终止公示后重新办理。")
        bars.append(Bar("not_amendable", text % {"field": name}))
    measures, details = payload.get("measures", ()), payload.get("details", {})
    bars += bars_to_content(listing.rule, measures, details)
    if "amount" in payload and not is_amount(payload["amount"]):
        bars.append(Bar("bad_amount", _("金额不是数字。请填写如 12345.67 的金额。")))
    if "performance" in payload and payload["performance"] not in (
        "",
        *Listing.Performance.values,
    ):
        bars.append(Bar("bad_performance", _("没有这种履行情况。请从列表中选择。")))
    return bars + bars_to_shortening(listing, payload, at)


def bars_to_shortening(
    listing: Listing, payload: dict[str, Any], at: datetime
) -> list[Bar]:
    if "displayed_until" not in payload:
        return []
    until, old = date.fromisoformat(payload["displayed_until"]), listing.displayed_until
    if listing.review_by:
        # Without the amendment it would have left display on the day after.
        old = listing.review_by + DAY
    if listing.displayed_from is None or until <= max(listing.displayed_from, day_of(at)):
        text = _("截止日期须在今天之后。要立即停止公示，请提请终止公示。")
        return [Bar("until_past", text)]
    if old is not None and until > old:
        text = _("更正只能提前结束公示。延长需要重新告知并作出新的决定。")
        return [Bar("until_later", text)]
    return []


def is_amount(text: object) -> bool:
    try:
        return text is None or Decimal(str(text)).is_finite()
    except InvalidOperation:
        return False


def apply_amend(
    listing: Listing,
    payload: dict[str, Any],
    *,
    proposal: Proposal,
    by: User,
    at: datetime,
    key: str | None = None,
) -> None:
    amend_now(listing, payload, by=by, at=at, key=key)


@transaction.atomic
def amend_display(
    listing: Listing,
    payload: dict[str, Any],
    *,
    by: User,
    at: datetime,
    decides: OfAuthority | None = None,
) -> Listing:
    """Correct it for a procedure that has had its own two people, as an objection has.

    `decides` is what the decider's authority decides on, where that is not the listing.
    """
    listing = trail.locked(listing)
    bars = trail.bars_to_acting(by, decides or listing, Role.REPAIR_DECIDER)
    bars += bars_to_amend(listing, payload, at=at)
    said = texts.of_proposal(listing, Act.AMEND, payload)
    if bars := [*bars, *texts.bars_to_keeping(said)]:
        raise BarredError(bars)
    amend_now(listing, payload, by=by, at=at)
    signing.sign_soon(at)
    return listing


def amend_now(
    listing: Listing,
    payload: dict[str, Any],
    *,
    by: User,
    at: datetime,
    key: str | None = None,
) -> None:
    """New content, or an earlier end; never a later one."""
    before = listing.state
    if said := {name: payload[name] for name in CONTENT if name in payload}:
        contents.change(listing, **said)
    if "amount" in payload:
        text = payload["amount"]
        listing.amount = None if text is None else Decimal(str(text))
    listing.performance = payload.get("performance", listing.performance)
    if "displayed_until" in payload:
        listing.displayed_until = date.fromisoformat(payload["displayed_until"])
        listing.review_by = None
    if "measures" in payload:
        listing.measures.set(Measure.objects.filter(pk__in=payload["measures"]))
    trail.keep(listing)
    trail.note(listing, Act.AMEND, by=by, at=at, before=before, key=key)
    until = listing.displayed_until if "displayed_until" in payload else None
    acts.log_amend(listing, until=until)


# --- Reviewed ----------------------------------------------------------------------------


def bars_to_review(listing: Listing, payload: dict[str, Any], *, at: datetime) -> list[Bar]:
    bars = bars_to_running(listing)
    if listing.review_by is None:
        bars.append(Bar("no_review", _("这条记录有固定期限，不需要复核。")))
    return bars


def apply_review(
    listing: Listing,
    payload: dict[str, Any],
    *,
    proposal: Proposal,
    by: User,
    at: datetime,
    key: str | None = None,
) -> None:
    """The grounds still hold: the next review is due as the rule says. No end moves."""
    before = listing.state
    listing.reviewed_on = day_of(at)
    months = terms.Duration(listing.rule.review_months or 0, terms.Unit.MONTHS)
    listing.review_by = terms.add(listing.reviewed_on, months)
    trail.keep(listing)
    trail.note(listing, Act.REVIEW, by=by, at=at, before=before, key=key)
    acts.log_review(listing)


# --- Ended -------------------------------------------------------------------------------


def bars_to_end(listing: Listing, payload: dict[str, Any], *, at: datetime) -> list[Bar]:
    bars = bars_to_running(listing)
    if payload.get("reason") not in CHOSEN_REASONS:
        bars.append(Bar("bad_reason", _("没有这种终止原因。请从列表中选择。")))
    if not payload.get("document", "").strip():
        bars.append(Bar("no_document", _("没有写明终止依据的文书号。请照文书填写。")))
    return bars


def apply_end(
    listing: Listing,
    payload: dict[str, Any],
    *,
    proposal: Proposal,
    by: User,
    at: datetime,
    key: str | None = None,
) -> None:
    reason, document = EndReason(payload["reason"]), payload["document"]
    end_now(listing, Ending(reason, 2, document), by=by, at=at, key=key)


@transaction.atomic
def end_display(  # noqa: PLR0913 -- two of them only where another procedure ends it
    listing: Listing,
    reason: Listing.EndReason,
    *,
    document: str,
    by: User,
    at: datetime,
    key: str | None = None,
    ask: int | None = None,
    decides: OfAuthority | None = None,
) -> Listing:
    """End it for a procedure that has had its own two people, as a repair has.

    `ask` is the leaf of what is answered by it, where that is no repair; `decides` as in
    `amend_display`.
    """
    if step := trail.done_before(key):
        return step.listing
    listing = trail.locked(listing)
    payload = {"reason": reason, "document": document}
    bars = trail.bars_to_acting(by, decides or listing, Role.REPAIR_DECIDER)
    if bars := [*bars, *bars_to_end(listing, payload, at=at)]:
        raise BarredError(bars)
    ask = ask if ask is not None else acts.ask_for_repair(listing.case)
    end_now(listing, Ending(reason, 2, document, ask=ask), by=by, at=at, key=key)
    signing.sign_soon(at)
    return listing


@transaction.atomic
def emergency_end(
    listing: Listing, reason: str, *, by: User, at: datetime, key: str | None = None
) -> Listing:
    """One person takes down what names the wrong party; a second one looks at it after."""
    if step := trail.done_before(key):
        return step.listing
    listing = trail.locked(listing)
    bars = trail.bars_to_acting(by, listing, Role.MAKER, Role.CHECKER)
    bars += bars_to_running(listing)
    if not reason.strip():
        bars.append(Bar("no_reason", _("没有写明理由。请写明错在哪里。")))
    if bars:
        raise BarredError(bars)
    end_now(listing, Ending(EndReason.WRONG, 1, note=reason), by=by, at=at, key=key)
    Proposal.objects.create(
        listing=listing,
        act=Act.CONFIRM_END,
        base_version=listing.version,
        maker=by,
        proposed_at=at,
        expires_at=at + CONFIRM_WITHIN,
    )
    signing.sign_soon(at)
    return listing


def bars_to_confirm_end(
    listing: Listing, payload: dict[str, Any], *, at: datetime
) -> list[Bar]:
    return []


def apply_confirm_end(
    listing: Listing,
    payload: dict[str, Any],
    *,
    proposal: Proposal,
    by: User,
    at: datetime,
    key: str | None = None,
) -> None:
    """A second person has looked at an emergency end; the listing stays ended."""
    state = listing.state
    trail.note(listing, Act.CONFIRM_END, by=by, at=at, before=state, key=key)


class Ending(NamedTuple):
    """Why it ends, on what that rests, and how many have approved it.

    `note` stands for a document where none is there yet; `ask` is the leaf of what
    somebody applied for, where it is the answer to that.
    """

    reason: Listing.EndReason
    approvals: int
    document: str = ""
    note: str = ""
    ask: int | None = None


def end_now(
    listing: Listing,
    ending: Ending,
    *,
    by: User | None,
    at: datetime,
    key: str | None = None,
) -> None:
    """Hidden in the moment of the commit, and never shown again."""
    before = listing.state
    listing.ended_at, listing.end_reason = at, ending.reason
    listing.end_document = ending.document.strip()
    trail.keep(listing)
    trail.note(listing, Act.END, by=by, at=at, before=before, reason=ending.note, key=key)
    acts.log_end(
        listing,
        on=day_of(at),
        appr=ending.approvals,
        document=ending.document or ending.note,
        ask=ending.ask,
    )
