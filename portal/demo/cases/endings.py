"""What has happened to listings in the demo: changed, ended, or made to last longer."""

from collections.abc import Iterator
from datetime import date

from portal.demo.cases import stories
from portal.demo.cases.case import Planner
from portal.demo.cases.parties import HERE
from portal.demo.cases.play import AnyStory
from registry import terms
from registry.models import Listing
from registry.terms import Duration, Unit, Window
from registry.workdays import DAY

Reason = Listing.EndReason


def all_scenes(planner: Planner) -> Iterator[AnyStory]:
    yield from the_changed(planner)
    yield from the_ended(planner)
    yield from the_expired(planner)
    yield from the_extended(planner)


def the_changed(planner: Planner) -> Iterator[AnyStory]:
    """Held, held and shown again, corrected, made shorter."""
    ago = planner.ago
    for code, place in (
        ("SAMR_SERIOUS", HERE),
        ("REG_PENALTY_SERIOUS", HERE),
        ("STA_MAJOR_TAX", ""),
    ):
        yield stories.held(planner.case(code, ago(190), place=place), on=ago(15))
        again = planner.case(code, ago(240), place=place)
        yield stories.shown_again(again, held_on=ago(120), on=ago(33))
    facts = {"facts": "更正：涉案批次由四个更正为三个，其余认定事实不变。"}
    until = terms.add(planner.today, Duration(5, Unit.MONTHS))
    for code, payload in (
        ("SAMR_SERIOUS", facts),
        ("REG_PENALTY_SERIOUS", facts),
        ("REG_PENALTY_SERIOUS", {"displayed_until": f"{until}"}),
        ("SPC_DEFAULTER_OPEN", {"performance": "part"}),
    ):
        yield stories.amended(planner.case(code, ago(160)), payload, on=ago(26))


def the_ended(planner: Planner) -> Iterator[AnyStory]:
    """Ended before their term, for every reason that two people can choose."""
    rows = (
        (Reason.PERFORMED, "SPC_DEFAULTER_OPEN", 300, 4),
        (Reason.PERFORMED, "SPC_CONSUMPTION", 280, 2),
        (Reason.CURED, "SAMR_ABNORMAL", 200, 6),
        (Reason.CURED, "SAMR_IB_ABNORMAL", 150, 2),
        (Reason.CURED, "MCA_ABNORMAL", 160, 1),
        (Reason.REPAIRED, "SAMR_SERIOUS", 520, 2),
        (Reason.REPAIRED, "REG_PENALTY_GENERAL", 190, 3),
        (Reason.WRONG, "SAMR_ABNORMAL", 90, 1),
        (Reason.WRONG, "MEM_SAFETY", 140, 1),
        (Reason.REVOKED, "REG_PENALTY_SERIOUS", 210, 2),
        (Reason.REVOKED, "STA_MAJOR_TAX", 260, 1),
    )
    for reason, code, days, n in rows:
        for i in range(n):
            case = planner.case(code, planner.ago(days + 11 * i))
            yield stories.ended(case, reason, on=planner.ago(12 + 9 * i))
    for code, days in (("SPC_DEFAULTER_TERM", 330), ("STA_MAJOR_TAX", 290)):
        case = planner.case(code, planner.ago(days), party=planner.person())
        yield stories.ended(case, Reason.DIED, on=planner.ago(35))
    for entity, status_on in planner.pool.struck_off(planner.today, 3):
        case = planner.case("SAMR_ABNORMAL", status_on - 100 * DAY, party=entity)
        yield stories.ended(case, Reason.DEREGISTERED, on=status_on + 5 * DAY)


def the_expired(planner: Planner) -> Iterator[AnyStory]:
    """Ended by time alone, in the last quarter and a year ago."""
    for days in (3, 40, 80, 370):
        over = planner.today - days * DAY

        def fits(window: Window, over: date = over) -> bool:
            until = window.displayed_until
            return until is not None and until <= over

        for code in (
            "SPC_DEFAULTER_TERM",
            "STA_A_GRADE",
            "MOHRSS_LABOUR_A",
            "MCA_ABNORMAL",
            "CR_NO_RIDE",
            "LOCAL_EXAMPLE",
        ):
            book = planner.books[code]
            party = planner.person() if code == "CR_NO_RIDE" else None
            if day := book.day_for(fits, planner.today):
                yield stories.shown(planner.case(code, day, party=party))


def the_extended(planner: Planner) -> Iterator[AnyStory]:
    """A later decision made the display longer: one of them to almost five years."""
    for code, first, later, term in (
        ("SPC_DEFAULTER_TERM", 40, 5, Duration(36, Unit.MONTHS)),
        ("SPC_DEFAULTER_TERM", 600, 30, Duration(12, Unit.MONTHS)),
        ("CR_NO_RIDE", 150, 20, Duration(90, Unit.DAYS)),
    ):
        party = planner.person() if code == "CR_NO_RIDE" else None
        case = planner.case(code, planner.ago(first), party=party)
        longer = planner.case(
            code, planner.ago(later), party=case.draft.party, staff=case.staff, term=term
        )
        yield stories.extended(case, longer)
