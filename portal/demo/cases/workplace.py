"""What waits for staff in the demo: cases before their decision, and acts to be checked.

Most of it at the authority of the demo accounts, so that they find work.
"""

from collections.abc import Iterator

from portal.demo.cases import stories
from portal.demo.cases.case import Case, Planner
from portal.demo.cases.parties import HERE
from portal.demo.cases.play import AnyStory
from registry.models import Act, Listing

Reason = Listing.EndReason


def all_scenes(planner: Planner) -> Iterator[AnyStory]:
    yield from the_prepared(planner)
    yield from the_waiting(planner)
    yield from the_asked(planner)


def the_prepared(planner: Planner) -> Iterator[AnyStory]:
    """Opened, told with the window open, heard with and without an answer, dropped."""
    for code, place in (
        ("SAMR_ABNORMAL", HERE),
        ("SAMR_SERIOUS", HERE),
        ("REG_PENALTY_GENERAL", HERE),
        ("MOHRSS_WAGES", ""),
        ("SPC_DEFAULTER_OPEN", ""),
    ):
        yield stories.opened(planner.pending(code, 3, place=place))
    for code, place in (
        ("SAMR_SERIOUS", HERE),
        ("REPAIR_FALSE", HERE),
        ("MEM_SAFETY", ""),
        ("LOCAL_EXAMPLE", ""),
    ):
        yield stories.told(planner.pending(code, 4, 2, place=place))
        yield stories.heard(planner.pending(code, 5, 4, place=place))
        waiting = planner.pending(code, 6, 4, place=place)
        yield stories.heard(waiting, answered=False)
    for code, place in (("SAMR_SERIOUS", HERE), ("MCA_ABNORMAL", ""), ("MEM_SAFETY", "")):
        yield stories.dropped(planner.case(code, planner.ago(70), place=place))


def the_waiting(planner: Planner) -> Iterator[AnyStory]:
    """A release to be checked; sent back, taken back, or left until it lapsed."""
    for code, days in (
        ("SAMR_SERIOUS", 1),
        ("SAMR_ABNORMAL", 1),
        ("SAMR_ABNORMAL", 2),
        ("SAMR_IB_ABNORMAL", 2),
        ("REG_PENALTY_GENERAL", 1),
        ("REG_PENALTY_SERIOUS", 3),
    ):
        day = planner.ago(days)
        yield stories.proposed(planner.case(code, day, place=HERE), on=day)
    other = planner.case("SPC_DEFAULTER_OPEN", planner.ago(2), party=planner.person())
    yield stories.proposed(other)
    for code, days in (("SAMR_ABNORMAL", 40), ("MOHRSS_WAGES", 60)):
        place = HERE if code == "SAMR_ABNORMAL" else ""
        yield stories.lapsed(planner.case(code, planner.ago(days), place=place))
        yield stories.sent_back(planner.case(code, planner.ago(days - 32), place=place))
    yield stories.taken_back(planner.case("SAMR_ABNORMAL", planner.ago(9), place=HERE))


def the_asked(planner: Planner) -> Iterator[AnyStory]:
    """Something asked about what is on display already."""
    ago = planner.ago

    def case(code: str, days: int) -> Case:
        return planner.case(code, ago(days), place=HERE)

    end = {"reason": str(Reason.CURED), "document": "云澜市监移〔示例〕7号"}
    facts = {"facts": "经复核更正：登记的住所已经变更，新住所核查时仍无法联系。"}
    for_court = {"reason": str(Reason.REVOKED), "document": "云澜市监撤〔示例〕2号"}
    yield stories.waiting_for(case("SAMR_ABNORMAL", 130), Act.END, end, on=ago(1))
    yield stories.waiting_for(
        case("REG_PENALTY_GENERAL", 90), Act.END, for_court, on=ago(2)
    )
    yield stories.waiting_for(case("SAMR_ABNORMAL", 95), Act.AMEND, facts, on=ago(1))
    yield stories.waiting_for(case("SAMR_ABNORMAL", 340), Act.REVIEW, {}, on=ago(2))
    yield stories.waiting_to_show_again(
        case("SAMR_SERIOUS", 180), held_on=ago(60), on=ago(1)
    )
    yield stories.stale(case("SAMR_ABNORMAL", 75), facts, on=ago(3))
    yield stories.stale(case("SAMR_SERIOUS", 210), facts, on=ago(4))
    yield stories.taken_down(case("SAMR_ABNORMAL", 50), on=ago(2), confirmed=False)
    yield stories.taken_down(case("REG_PENALTY_GENERAL", 80), on=ago(21), confirmed=True)
