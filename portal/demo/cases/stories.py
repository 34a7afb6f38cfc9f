"""What a case can go through, each a story that the play runs in time."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from portal.demo.cases.case import Case, moment
from portal.demo.cases.play import Story
from registry import actions
from registry.days import day_of
from registry.models import Act, CandidateObjection, Listing, Proposal
from registry.objections import Said
from registry.workdays import DAY

REPLIES = (
    "当事人称已经安排整改，请求从轻处理。",
    "当事人对认定的事实没有异议，说明了当时的经营困难。",
    "当事人称相关人员已经离职，请求给予改正的机会。",
)
OBJECTION = Said(
    name="云澜市示例商行", contact="示例路1号", text="该企业去年被投诉欠薪，请核实。"
)
ANSWER = "经复核，事实清楚、证据充分，申辩理由不影响认定，不予采纳。"


# --- Before the decision ------------------------------------------------------------------


def opened(case: Case) -> Story[Listing]:
    at = yield case.at(case.opened_on, 9)
    return actions.open_case(case.draft, by=case.staff.maker, at=at)


def told(case: Case) -> Story[Listing]:
    listing = yield from opened(case)
    if case.announced_on:
        at = yield case.at(case.announced_on, 10)
        listing = actions.announce(listing, by=case.staff.maker, at=at)
    if case.noticed_on:
        at = yield case.at(case.noticed_on, 10)
        by = case.staff.maker
        listing = actions.record_notice(listing, on=case.noticed_on, by=by, at=at)
    return listing


def heard(case: Case, *, answered: bool = True) -> Story[Listing]:
    """The party answers the day after the notice, the authority the day after that."""
    listing = yield from told(case)
    if case.noticed_on is None:
        return listing
    by, on = case.staff.maker, case.noticed_on + DAY
    at = yield case.at(on, 11)
    text = REPLIES[case.n % len(REPLIES)]
    listing = actions.record_defence(listing, text, on=on, by=by, at=at)
    if answered:
        at = yield case.at(on + DAY, 16)
        listing = actions.answer_defence(listing, ANSWER, by=by, at=at)
    return listing


def dropped(case: Case) -> Story[Listing]:
    listing = yield from heard(case)
    at = yield case.at(case.released_on, 10)
    reason = "经复核，申辩理由成立，不予列入。"
    return actions.drop_case(listing, reason, by=case.staff.maker, at=at)


def proposed(
    case: Case, *, on: date | None = None, hearing: bool = False
) -> Story[Proposal]:
    """Told or heard, and put before the second person."""
    listing = yield from (heard if hearing else told)(case)
    at = yield case.at(on or case.released_on, 14)
    payload = case.decision.payload()
    return actions.propose(listing, Act.RELEASE, payload, by=case.staff.maker, at=at)


# --- Candidates ---------------------------------------------------------------------------


def called_off(case: Case, *, on: date) -> Story[Listing]:
    listing = yield from told(case)
    at = yield case.at(max(on, case.announced_on or on), 11)
    reason = "评价结果有待核对。"
    return actions.call_off(listing, reason, by=case.staff.maker, at=at)


def objected(case: Case) -> Story[CandidateObjection]:
    """Somebody comes to the counter the day after the announcement."""
    listing = yield from told(case)
    on = (case.announced_on or case.opened_on) + DAY
    at = yield case.at(on, 11)
    by = case.staff.maker
    return actions.record_objection(listing, OBJECTION, on=on, by=by, at=at)


def answered(case: Case, *, holds: bool, on: date) -> Story[Listing]:
    objection = yield from objected(case)
    # Days are counted in working days, and a long holiday may lie between.
    at = yield case.at(max(on, objection.received_on), 15)
    by = case.staff.checker
    if holds:
        text = "经核实，异议属实，不再列入。"
        return actions.uphold_objection(objection, text, by=by, at=at)
    text = "经核实，该企业近一年没有欠薪记录。"
    return actions.overrule_objection(objection, text, by=by, at=at)


# --- On display, and what happens to it there ---------------------------------------------


def released(case: Case) -> Story[Listing]:
    """On display by two people; every sixth party was heard before."""
    proposal = yield from proposed(case, hearing=case.n % 6 == 0)
    at = yield case.at(case.released_on, 16)
    return actions.accept(proposal, by=case.staff.checker, at=at)


def shown(case: Case) -> Story[Listing]:
    """Released; whatever asks for a review gets it each year, and time ends the rest."""
    listing = yield from released(case)
    while listing.review_by:
        on = listing.review_by - 20 * DAY
        listing = yield from done(case, listing, Act.REVIEW, {}, on=on)
    if listing.displayed_until:
        at = yield moment(listing.displayed_until)
        actions.end_due(at)
    return listing


def overdue(case: Case) -> Story[Listing]:
    """Released, and its review forgotten."""
    return (yield from released(case))


def done(
    case: Case, listing: Listing, act: Act, payload: dict[str, Any], *, on: date
) -> Story[Listing]:
    """One proposes in the morning, the other accepts in the afternoon."""
    proposal = yield from asked(case, listing, act, payload, on=on)
    at = yield case.at(on, 15)
    return actions.accept(proposal, by=case.staff.checker, at=at)


def asked(
    case: Case, listing: Listing, act: Act, payload: dict[str, Any], *, on: date
) -> Story[Proposal]:
    at = yield case.at(on, 10)
    return actions.propose(listing, act, payload, by=case.staff.maker, at=at)


def amended(case: Case, payload: dict[str, Any], *, on: date) -> Story[Listing]:
    listing = yield from released(case)
    return (yield from done(case, listing, Act.AMEND, payload, on=on))


def held(case: Case, *, on: date) -> Story[Listing]:
    listing = yield from released(case)
    at = yield case.at(on, 11)
    reason = "当事人提起行政复议，复议机关通知停止公示。"
    ground = Listing.HoldGround.REVIEW
    return actions.hold(listing, reason, ground=ground, by=case.staff.maker, at=at)


def shown_again(case: Case, *, held_on: date, on: date) -> Story[Listing]:
    listing = yield from held(case, on=held_on)
    return (yield from done(case, listing, Act.UNHOLD, {}, on=on))


def ended(case: Case, reason: Listing.EndReason, *, on: date) -> Story[Listing]:
    listing = yield from released(case)
    document = case.decision.decision_no.replace("号", "号之一")
    payload = {"reason": str(reason), "document": document}
    return (yield from done(case, listing, Act.END, payload, on=on))


def extended(case: Case, longer: Case) -> Story[Listing]:
    """A new decision that goes on where the first one would have ended."""
    listing = yield from released(case)
    following = replace(longer.draft, party=case.draft.party, follows=listing)
    return (yield from shown(replace(longer, draft=following)))


def gives_rise(case: Case, responsible: Case) -> Story[Listing]:
    """A unit's listing, and that of the person who answers for the breach."""
    unit = yield from released(case)
    following = replace(responsible.draft, arises_from=unit)
    return (yield from shown(replace(responsible, draft=following)))


def taken_down(case: Case, *, on: date, confirmed: bool) -> Story[Listing]:
    """The wrong party: one person ends it at once, a second one looks at it later."""
    listing = yield from released(case)
    at = yield case.at(on, 17)
    reason = "同名的另一家企业，列入对象有误。"
    listing = actions.emergency_end(listing, reason, by=case.staff.maker, at=at)
    if confirmed:
        at = yield case.at(on + DAY, 10)
        found = listing.proposals.open().get(act=Act.CONFIRM_END)
        listing = actions.accept(found, by=case.staff.checker, at=at)
    return listing


# --- In front of the second person --------------------------------------------------------


def sent_back(case: Case) -> Story[Proposal]:
    proposal = yield from proposed(case)
    at = yield case.at(case.released_on, 16)
    reason = "请补充现场核查记录的文号后再提请。"
    return actions.refuse(proposal, reason, by=case.staff.checker, at=at)


def taken_back(case: Case) -> Story[Proposal]:
    proposal = yield from proposed(case)
    at = yield case.at(case.released_on, 15)
    return actions.withdraw(proposal, by=case.staff.maker, at=at)


def lapsed(case: Case) -> Story[Proposal]:
    proposal = yield from proposed(case)
    at = yield later(proposal.expires_at)
    actions.lapse_proposals(at)
    return proposal


def later(at: datetime) -> datetime:
    """The sweep of the night after."""
    return moment(day_of(at) + DAY)


def waiting_for(
    case: Case, act: Act, payload: dict[str, Any], *, on: date
) -> Story[Proposal]:
    """On display, and something else asked of the second person since."""
    listing = yield from released(case)
    return (yield from asked(case, listing, act, payload, on=on))


def waiting_to_show_again(case: Case, *, held_on: date, on: date) -> Story[Proposal]:
    listing = yield from held(case, on=held_on)
    return (yield from asked(case, listing, Act.UNHOLD, {}, on=on))


def stale(case: Case, payload: dict[str, Any], *, on: date) -> Story[Listing]:
    """An amendment waits while the listing changes under it."""
    listing = yield from released(case)
    yield from asked(case, listing, Act.AMEND, payload, on=on)
    at = yield case.at(on, 12)
    reason = "法院通知暂停公示。"
    return actions.hold(listing, reason, by=case.staff.checker, at=at)
