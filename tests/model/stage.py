"""What is there before a run begins: people, parties, lists, and a case in each state."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from registry import actions
from registry.actions import CaseDraft, Decision
from registry.days import day_of
from registry.models import Act, Authority, Listing, Proposal, Role, User
from registry.parties import Party
from repair import actions as repairs
from repair.actions import FilingDraft, ObjectionDraft
from repair.models import Application, Objection
from repair.statements import Statement
from tests.factories import (
    AT,
    make_authority,
    make_case,
    make_entity,
    make_list_type,
    make_listing,
    make_person,
    make_rule,
    make_staff,
    make_user,
)

DAY = timedelta(days=1)
IN_FORCE = date(2020, 1, 1)
PRIOR: dict[str, Any] = {"notice_kind": "prior", "notice_n": 0, "notice_unit": ""}
NO_TERM: dict[str, Any] = {"term_default": None, "term_max": None, "term_unit": ""} | PRIOR
# One list of each kind of term; the notice of the first is counted here. From the first
# day on a repair may be asked for on the list of those who have only to correct.
LISTS: dict[str, dict[str, Any]] = {
    "TEST_FIXED": {"term_default": 24, "term_max": 60, "extension_max": 36},
    "TEST_OPEN": NO_TERM | {"term_kind": "open", "review_months": 12},
    "TEST_PRINTED": NO_TERM | {"term_kind": "printed"},
    "TEST_TRAVEL": PRIOR
    | {"term_start": "objection_end", "publication": "first_wd", "objection_wd": 7},
    "TEST_KEPT": PRIOR | {"term_kind": "kept", "term_default": 0, "term_max": 3},
    "TEST_CURE": PRIOR | {"early": 0, "early_unit": "d", "severity": "minor"},
}

REASON, DOCUMENT = "理由", "示例修〔2026〕1号"
WRONG = {"reason": "wrong", "document": DOCUMENT}
DECISION = Decision("示例〔2026〕9号", day_of(AT))
SAID = Statement(name="申请人乙某", text="已补报年度报告。", email="b@example.cn")


@dataclass(frozen=True, slots=True)
class Stage:
    people: dict[str, User]
    parties: tuple[Party, ...]
    # On display, held and ended; told of, or only opened; those that wait for a repair.
    shown: tuple[Listing, ...]
    begun: tuple[Listing, ...]
    curable: tuple[Listing, ...]
    # One in each state.
    applications: tuple[Application, ...]
    objections: tuple[Objection, ...]
    # Of each act and outcome, on listings in each state.
    proposals: tuple[Proposal, ...]


def make_stage() -> Stage:
    here, there = make_authority(), make_authority("测试县市场监督管理局")
    above = make_authority("测试省市场监督管理局", level=Authority.Level.PROVINCE)
    here.superior = above
    here.save()
    people = people_of(here, there, above)
    parties = (make_entity("蜀州甲"), make_entity("蜀州乙"), make_person())
    fields: dict[str, Any] = {"authority": here, "conduct_on": date(2025, 6, 1)}
    rules = [
        make_rule(list_type=make_list_type(code), in_force=IN_FORCE, **shape)
        for code, shape in LISTS.items()
    ]
    shown, begun = [], []
    for turn, rule in enumerate(rules):
        party = parties[turn % 3]
        shown.append(make_listing(rule, party=party, **fields))
        noticed = make_case(rule, party=party, **fields)
        on = day_of(AT) - 14 * DAY
        actions.record_notice(noticed, on=on, by=people["maker"], at=AT)
        begun += [noticed, make_case(rule, authority=here)]
    held = make_listing(rules[0], party=parties[1], **fields)
    ended = make_listing(rules[0], party=make_entity("蜀州丙"), **fields)
    actions.hold(held, REASON, by=people["checker"], at=AT)
    actions.emergency_end(ended, REASON, by=people["maker"], at=AT)
    dropped = make_case(rules[0], authority=here)
    actions.drop_case(dropped, REASON, by=people["maker"], at=AT)
    curable = [
        make_listing(rules[-1], party=party, **fields)
        for party in (*parties[1:], *(make_entity(f"蜀州{n}号") for n in range(21)))
    ]
    undecided = [make_listing(rules[1], party=parties[1], **fields) for _ in range(4)]
    proposals = proposed(undecided, begun[-2], people["maker"], people["checker"])
    applications = applied(curable[2:14], people["clerk"], people["decider"])
    objections = objected(curable[14:], people)
    actions.note_moment(AT)
    return Stage(
        people,
        parties,
        (*shown, held, ended),
        (*begun, dropped, following(shown[0], people["maker"])),
        tuple(curable),
        applications,
        objections,
        proposals,
    )


def following(old: Listing, maker: User) -> Listing:
    """A case that ends its predecessor when it is released, told of like the others."""
    assert old.entity
    draft = CaseDraft(old.list_type_id, old.entity, "再次违法", follows=old)
    case = actions.open_case(draft, by=maker, at=AT)
    return actions.record_notice(case, on=day_of(AT) - 14 * DAY, by=maker, at=AT)


def proposed(
    listings: list[Listing], case: Listing, maker: User, checker: User
) -> tuple[Proposal, ...]:
    """Open, withdrawn, refused and accepted; what they are about is held, shown again,
    ended and dropped.
    """
    for_maker: dict[str, Any] = {"by": maker, "at": AT}
    for_checker: dict[str, Any] = {"by": checker, "at": AT}
    for listing in listings:
        actions.propose(listing, Act.AMEND, {"facts": "更正"}, **for_maker)
        end = actions.propose(listing, Act.END, WRONG, **for_maker)
        actions.withdraw(end, **for_maker)
        review = actions.propose(listing, Act.REVIEW, {}, **for_maker)
        actions.refuse(review, REASON, **for_checker)
        actions.hold(listing, REASON, **for_checker)
        unhold = actions.propose(listing, Act.UNHOLD, {}, **for_maker)
        actions.withdraw(unhold, **for_maker)
    _held, shown, *ended = listings
    again = actions.propose(shown, Act.UNHOLD, {}, **for_maker)
    actions.accept(again, **for_checker)
    for listing in ended:
        actions.emergency_end(listing, REASON, **for_maker)
    actions.refuse(confirmation_of(ended[0]), REASON, **for_checker)
    release = actions.propose(case, Act.RELEASE, DECISION.payload(), **for_maker)
    actions.refuse(release, REASON, **for_checker)
    actions.drop_case(case, REASON, **for_maker)
    return tuple(Proposal.objects.filter(listing__in=[*listings, case]).order_by("pk"))


def confirmation_of(listing: Listing) -> Proposal:
    return listing.proposals.get(act=Act.CONFIRM_END)


def applied(listings: list[Listing], clerk: User, decider: User) -> tuple[Application, ...]:
    """Received, returned, accepted, proposed in each way, shielded, closed in each way."""
    found = [file(listing) for listing in listings]
    for_clerk: dict[str, Any] = {"by": clerk, "at": AT}
    for_decider: dict[str, Any] = {"by": decider, "at": AT}
    _received, returned, declined, withdrawn, *accepted = found
    repairs.return_for_completion(returned, REASON, **for_clerk)
    repairs.decline_application(declined, REASON, **for_clerk)
    repairs.withdraw_application(withdrawn, at=AT)
    for one in accepted:
        repairs.accept_application(one, **for_clerk)
    _accepted, to_grant, granted, to_refuse, refused, *ruled_on = accepted
    for one in (to_grant, granted):
        repairs.propose_grant(one, REASON, **for_clerk)
    repairs.grant_repair(granted, DOCUMENT, **for_decider)
    for one in (to_refuse, refused):
        repairs.propose_refusal(one, REASON, **for_clerk)
    repairs.refuse_repair(refused, REASON, **for_decider)
    ruling: dict[str, Any] = {"court_document": DOCUMENT, "ruled_on": day_of(AT)}
    for one in ruled_on:
        repairs.propose_shield(one, REASON, **ruling, **for_clerk)
    _to_shield, shielded, to_lift = ruled_on
    for one in (shielded, to_lift):
        repairs.shield(one, **for_decider)
    repairs.propose_refusal(to_lift, REASON, **for_clerk)
    return tuple(found)


def file(listing: Listing) -> Application:
    draft = FilingDraft((listing,), "rep", SAID, done=True, committed=True)
    return repairs.file_application(draft, at=AT).filing.applications.get()


def objected(listings: list[Listing], people: dict[str, User]) -> tuple[Objection, ...]:
    """Received, returned, accepted with a statement, proposed, and closed in each way."""
    found = [object_to(listing) for listing in listings]
    for_clerk: dict[str, Any] = {"by": people["clerk"], "at": AT}
    for_decider: dict[str, Any] = {"by": people["decider"], "at": AT}
    _received, returned, withdrawn, *accepted = found
    repairs.return_objection(returned, REASON, **for_clerk)
    repairs.withdraw_objection(withdrawn, at=AT)
    for one in accepted:
        repairs.accept_objection(one, **for_clerk)
    _accepted, to_correct, corrected, to_end, ended, rejected = accepted
    for one in (to_correct, corrected):
        repairs.propose_correction(one, REASON, {"facts": "更正"}, **for_clerk)
    actions.hold(to_end.listing, REASON, by=people["checker"], at=AT)
    to_end.refresh_from_db()
    for one in (to_end, ended):
        repairs.propose_end(one, REASON, "wrong", **for_clerk)
    repairs.propose_rejection(rejected, REASON, **for_clerk)
    for one in (corrected, ended):
        repairs.uphold(one, DOCUMENT, **for_decider)
    repairs.reject(rejected, REASON, **for_decider)
    return tuple(found)


def object_to(listing: Listing) -> Objection:
    said = "已经申请行政复议。" if listing.person_id is None else ""
    draft = ObjectionDraft((listing,), "rep", SAID, done=False, committed=False, said=said)
    return repairs.file_objection(draft, at=AT).filing.objections.get()


def people_of(here: Authority, there: Authority, above: Authority) -> dict[str, User]:
    """Each right in other hands, several in one, and those who have none here."""
    maker, checker = make_staff(here)
    clerk, decider = Role.REPAIR_CLERK, Role.REPAIR_DECIDER
    return {
        "maker": maker,
        "checker": checker,
        "clerk": make_user("clerk", here, clerk),
        "decider": make_user("decider", here, decider),
        "both": make_user("both", here, Role.MAKER, Role.CHECKER, clerk, decider),
        "stranger": make_user("stranger", there, *Role),
        "root": make_user("root", here, is_superuser=True),
        "upper clerk": make_user("upper-clerk", above, clerk),
        "upper decider": make_user("upper-decider", above, decider),
    }
