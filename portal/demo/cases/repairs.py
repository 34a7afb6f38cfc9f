"""Applications for repair in the demo: filed, and how far each has come."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from portal.demo.cases import stories
from portal.demo.cases.case import Case, Planner
from portal.demo.cases.parties import HERE, officer
from portal.demo.cases.people import name_of
from portal.demo.cases.play import AnyStory, Story
from registry.logbook import signing
from registry.models import Listing, Role, User
from repair import actions
from repair.actions import Filed, FilingDraft
from repair.models import Application, Filing, Revocation
from repair.papers import Paper
from repair.statements import Statement

WORDS = (
    "已经按要求改正，应当履行的义务全部履行完毕，请予修复。",
    "已于上月补报并公示年度报告，住所信息已经更正，请予移出。",
    "罚款已经缴清，不合格产品已经召回，附缴款凭证。",
)
# One page that says what it is; it opens in every viewer.
PAPER = b"""%PDF-1.4
1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj
3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R
 /Resources << /Font << /F1 5 0 R >> >> >> endobj
4 0 obj << /Length 63 >> stream
BT /F1 18 Tf 72 760 Td (Fictitious paper of the demo.) Tj ET
endstream endobj
5 0 obj << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> endobj
trailer << /Root 1 0 R >>
%%EOF
"""


@dataclass(slots=True)
class Desk:
    """Who deals with an application or an objection."""

    clerk: User
    decider: User


Move: TypeAlias = Callable[[Application, Desk, datetime], Application]


def all_repairs(planner: Planner, receipts: list[Filed]) -> Iterator[AnyStory]:
    """Every state there is, most of them at the authority of the demo accounts."""
    for code, decided, filed, moves in JOURNEYS:
        case = planner.case(code, planner.ago(decided), place=place_of(planner, code))
        days = [(planner.ago(days), move) for days, move in moves]
        # The last one that is being dealt with is the one to be looked up.
        kept = receipts if moves and moves[-1][1] is accept else []
        yield went_through(case, days, filed_on=planner.ago(filed), receipts=kept)


def place_of(planner: Planner, code: str) -> str:
    return HERE if planner.plans[code].office == "市场监督管理局" else ""


def went_through(
    case: Case, moves: list[tuple[date, Move]], *, filed_on: date, receipts: list[Filed]
) -> Story[Application]:
    desk = desk_of(case)
    listing = yield from stories.released(case)
    at = yield case.at(filed_on, 9)
    # Only what shows can be repaired, and only what is signed shows.
    signing.sign(at)
    filed = actions.file_application(draft_for(case, listing, filed_on), at=at)
    receipts[:] = [filed]
    application = filed.filing.applications.get()
    for day, move in moves:
        at = yield case.at(day, 10)
        application = move(application, desk, at)
    return application


def desk_of(case: Case) -> Desk:
    authority = case.staff.authority
    return Desk(
        *(officer(authority, role) for role in (Role.REPAIR_CLERK, Role.REPAIR_DECIDER))
    )


def draft_for(case: Case, listing: Listing, filed_on: date) -> FilingDraft:
    by_correction = listing.rule.early_from == "correction"
    return FilingDraft(
        listings=(listing,),
        role=Filing.Role.AGENT if case.n % 2 else Filing.Role.REPRESENTATIVE,
        statement=Statement(
            name=name_of(500 + case.n),
            text=WORDS[case.n % len(WORDS)],
            phone=f"0000-5551{case.n:04}",
            email=f"applicant-{case.n}@shili.example",
        ),
        done=True,
        committed=True,
        # Half a year and more, whatever the rule counts from there.
        corrected_on=filed_on.replace(year=filed_on.year - 1) if by_correction else None,
        papers=(Paper("证明材料.pdf", PAPER),),
    )


# --- The moves ----------------------------------------------------------------------------


def accept(application: Application, desk: Desk, at: datetime) -> Application:
    return actions.accept_application(application, by=desk.clerk, at=at)


def ask_for_papers(application: Application, desk: Desk, at: datetime) -> Application:
    reason = "缺少授权委托书。请补交加盖公章的授权委托书。"
    return actions.return_for_completion(application, reason, by=desk.clerk, at=at)


def complete(application: Application, desk: Desk, at: datetime) -> Application:
    sent = (Paper("授权委托书.pdf", PAPER),)
    return actions.complete_application(application, "已补交授权委托书。", sent, at=at)


def decline(application: Application, desk: Desk, at: datetime) -> Application:
    reason = "所附材料属于另一家企业。请由本记录的当事人提出申请。"
    return actions.decline_application(application, reason, by=desk.clerk, at=at)


def withdraw(application: Application, desk: Desk, at: datetime) -> Application:
    return actions.withdraw_application(application, at=at)


def find_in_favour(application: Application, desk: Desk, at: datetime) -> Application:
    reason = "经核查，列入原因已经消除，材料齐全。"
    return actions.propose_grant(application, reason, by=desk.clerk, at=at)


def find_against(application: Application, desk: Desk, at: datetime) -> Application:
    reason = "现场核查时，住所仍无法联系。"
    return actions.propose_refusal(application, reason, by=desk.clerk, at=at)


def send_back(application: Application, desk: Desk, at: datetime) -> Application:
    reason = "请补充现场核查记录。"
    return actions.send_back(application, reason, by=desk.decider, at=at)


def grant(application: Application, desk: Desk, at: datetime) -> Application:
    place = application.listing.authority.region.short_name
    document = f"{place}信修〔{at.year}〕{application.pk}号"
    return actions.grant_repair(application, document, by=desk.decider, at=at)


def refuse(application: Application, desk: Desk, at: datetime) -> Application:
    reason = "住所仍无法联系。请办理住所变更登记后重新申请。"
    return actions.refuse_repair(application, reason, by=desk.decider, at=at)


def doubt(application: Application, desk: Desk, at: datetime) -> Application:
    """A second person is asked to take the repair back."""
    ground, facts = Revocation.Ground.PAPERS, "所附检验报告由该检验机构证实不是其出具。"
    actions.propose_revocation(application, ground, facts, by=desk.clerk, at=at)
    return application


# The list, and how many days ago it was decided, filed, and moved on.
JOURNEYS: tuple[tuple[str, int, int, tuple[tuple[int, Move], ...]], ...] = (
    ("SAMR_ABNORMAL", 110, 1, ()),
    ("SAMR_SERIOUS", 430, 2, ()),
    ("MOHRSS_WAGES", 460, 2, ()),
    ("SAMR_ABNORMAL", 115, 6, ((4, ask_for_papers),)),
    ("REG_PENALTY_GENERAL", 140, 8, ((6, ask_for_papers), (1, complete))),
    ("SAMR_ABNORMAL", 125, 5, ((3, accept),)),
    ("SAMR_ABNORMAL", 130, 6, ((5, accept), (1, find_in_favour))),
    ("REG_PENALTY_GENERAL", 145, 7, ((6, accept), (2, find_in_favour))),
    ("SAMR_ABNORMAL", 135, 7, ((6, accept), (1, find_against))),
    (
        "SAMR_IB_ABNORMAL",
        140,
        8,
        ((7, accept), (5, find_in_favour), (2, send_back)),
    ),
    ("SAMR_ABNORMAL", 150, 40, ((39, accept), (37, find_in_favour), (36, grant))),
    (
        "SAMR_SERIOUS",
        480,
        60,
        ((58, accept), (55, find_in_favour), (53, grant), (2, doubt)),
    ),
    ("REG_PENALTY_GENERAL", 160, 30, ((29, accept), (26, find_in_favour), (24, grant))),
    ("SPC_DEFAULTER_OPEN", 240, 50, ((49, accept), (46, find_in_favour), (45, grant))),
    ("MOHRSS_WAGES", 500, 45, ((43, accept), (40, find_in_favour), (38, grant))),
    ("SAMR_ABNORMAL", 155, 25, ((24, accept), (20, find_against), (19, refuse))),
    ("SPC_CONSUMPTION", 260, 34, ((32, accept), (30, find_against), (28, refuse))),
    ("SAMR_ABNORMAL", 165, 22, ((20, decline),)),
    ("SAMR_ABNORMAL", 170, 18, ((17, accept), (14, withdraw))),
)
