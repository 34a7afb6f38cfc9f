"""Objections to listings in the demo: filed, and how far each has come."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import TypeAlias

from portal.demo.cases import stories
from portal.demo.cases.case import Case, Planner
from portal.demo.cases.parties import HERE
from portal.demo.cases.people import name_of
from portal.demo.cases.play import AnyStory, Story
from portal.demo.cases.repairs import PAPER, Desk, desk_of
from registry.logbook import signing
from registry.models import Listing
from repair import actions
from repair.actions import ObjectionDraft
from repair.models import Filing, Objection
from repair.papers import Paper
from repair.statements import Statement

Kind = Objection.Kind
WORDS = {
    Kind.CONTENT: "认定事实里的核查日期与实际不符，附当日的核查通知。",
    Kind.IDENTITY: "被核查的是同一幢楼里的另一家企业，不是本公司，附登记资料。",
    Kind.TERM: "决定送达的日期有误，公示期应当提前届满，附送达回证。",
}
SAID = "本公司对这条记录有异议，已经提交证明材料，请以核查结果为准。"

Move: TypeAlias = Callable[[Objection, Desk, datetime], Objection]


def all_objections(planner: Planner) -> Iterator[AnyStory]:
    """For every queue of the authority of the demo accounts, and some that are over."""
    for code, decided, filed, kind, moves in JOURNEYS:
        case = planner.case(code, planner.ago(decided), place=HERE)
        days = [(planner.ago(days), move) for days, move in moves]
        yield went_through(case, kind, days, filed_on=planner.ago(filed))


def went_through(
    case: Case, kind: Kind, moves: list[tuple[date, Move]], *, filed_on: date
) -> Story[Objection]:
    desk = desk_of(case)
    listing = yield from stories.released(case)
    at = yield case.at(filed_on, 9)
    # As with a repair: only what is signed shows.
    signing.sign(at)
    filed = actions.file_objection(draft_for(case, listing, kind), at=at)
    objection = filed.filing.objections.get()
    for day, move in moves:
        at = yield case.at(day, 10)
        objection = move(objection, desk, at)
    return objection


def draft_for(case: Case, listing: Listing, kind: Kind) -> ObjectionDraft:
    return ObjectionDraft(
        listings=(listing,),
        role=Filing.Role.REPRESENTATIVE,
        statement=Statement(
            name=name_of(700 + case.n),
            text=WORDS[kind],
            phone=f"0000-5552{case.n:04}",
            email=f"objector-{case.n}@shili.example",
        ),
        done=False,
        committed=False,
        papers=(Paper("证明材料.pdf", PAPER),),
        kind=kind,
        said=SAID,
    )


# --- The moves ----------------------------------------------------------------------------


def mark(objection: Objection, desk: Desk, at: datetime) -> Objection:
    return actions.accept_objection(objection, by=desk.clerk, at=at)


def mark_and_show(objection: Objection, desk: Desk, at: datetime) -> Objection:
    """With the statement of the party beside the entry."""
    marked = mark(objection, desk, at)
    return actions.clear_statement(marked, by=desk.clerk, at=at)


def ask_for_papers(objection: Objection, desk: Desk, at: datetime) -> Objection:
    reason = "所附登记资料缺少第二页。请补交完整的资料。"
    return actions.return_objection(objection, reason, by=desk.clerk, at=at)


def find_in_favour(objection: Objection, desk: Desk, at: datetime) -> Objection:
    reason = "经核查，记录的核查日期有误，其余事实清楚。"
    changes = {"facts": "更正：核查日期应为所记日期的前一日，其余认定事实不变。"}
    return actions.propose_correction(objection, reason, changes, by=desk.clerk, at=at)


def find_against(objection: Objection, desk: Desk, at: datetime) -> Objection:
    reason = "经核查，登记资料与列入对象一致。"
    return actions.propose_rejection(objection, reason, by=desk.clerk, at=at)


def uphold(objection: Objection, desk: Desk, at: datetime) -> Objection:
    place = objection.authority.region.short_name
    document = f"{place}异议〔{at.year}〕{objection.pk}号"
    return actions.uphold(objection, document, by=desk.decider, at=at)


def reject(objection: Objection, desk: Desk, at: datetime) -> Objection:
    reason = "核查记录、照片和登记资料相互印证，列入对象无误。"
    return actions.reject(objection, reason, by=desk.decider, at=at)


# The list, how many days ago it was decided and objected to, about what, and moved on.
JOURNEYS: tuple[tuple[str, int, int, Kind, tuple[tuple[int, Move], ...]], ...] = (
    ("SAMR_ABNORMAL", 60, 1, Kind.CONTENT, ()),
    ("SAMR_ABNORMAL", 65, 3, Kind.IDENTITY, ((2, ask_for_papers),)),
    ("SAMR_ABNORMAL", 70, 4, Kind.CONTENT, ((3, mark_and_show),)),
    ("SAMR_SERIOUS", 120, 3, Kind.TERM, ((2, mark),)),
    ("SAMR_ABNORMAL", 75, 6, Kind.CONTENT, ((5, mark_and_show), (1, find_in_favour))),
    ("SAMR_ABNORMAL", 80, 6, Kind.IDENTITY, ((5, mark), (2, find_against))),
    (
        "SAMR_ABNORMAL",
        100,
        30,
        Kind.CONTENT,
        ((29, mark_and_show), (26, find_in_favour), (25, uphold)),
    ),
    (
        "SAMR_SERIOUS",
        140,
        28,
        Kind.IDENTITY,
        ((27, mark), (24, find_against), (22, reject)),
    ),
)
