"""What happens in the demo: which cases there are, and how far each has come today.

Days are counted back from today; terms and windows are asked of the rules.
"""

from collections.abc import Iterator
from datetime import date

from portal.demo.cases import stories
from portal.demo.cases.book import Book
from portal.demo.cases.case import Case, Planner
from portal.demo.cases.people import EXAMPLE, NAMESAKE
from portal.demo.cases.play import AnyStory
from portal.demo.cases.wording import Plan
from registry import terms
from registry.models import Act, Entity, Listing
from registry.terms import Duration, TermKind, Unit, Window
from registry.workdays import DAY

Reason = Listing.EndReason
# In trouble, and old enough to ask for repair: the greeting names it.
TROUBLED = "云澜澄川环保科技有限公司"
# The districts of the authority whose accounts the demo gives away.
HERE = "9901"
# Years until the end that is printed on a record; None is 长期.
PRINTED_YEARS = (5, None, 3, 5, 1, 10)


def all_scenes(planner: Planner) -> Iterator[AnyStory]:
    yield from the_shown(planner)
    yield from the_ending(planner)
    yield from the_reviewed(planner)
    yield from the_known(planner)
    yield from the_persons(planner)
    yield from the_prepared(planner)
    yield from the_waiting(planner)
    yield from the_changed(planner)
    yield from the_ended(planner)
    yield from the_expired(planner)
    yield from the_extended(planner)
    yield from the_announced(planner)


# --- On display ---------------------------------------------------------------------------


def the_shown(planner: Planner) -> Iterator[AnyStory]:
    """On every list as many as its row says, spread over the days its rule allows."""
    for plan in planner.plans.values():
        book = planner.books[plan.list_code]
        days = book.days_shown(planner.today)
        n = plan.n_units + plan.n_persons
        for i in range(n if days else 0):
            yield stories.shown(
                shown_case(planner, plan, book, days[i * len(days) // n], i)
            )


def shown_case(planner: Planner, plan: Plan, book: Book, day: date, i: int) -> Case:
    # Units and persons take turns, so that both are spread over the years.
    n = plan.n_units + plan.n_persons
    is_person = i * plan.n_persons // n != (i + 1) * plan.n_persons // n
    party = planner.person() if is_person else None
    until = None
    if book.newest.term_kind == TermKind.PRINTED:
        until = printed_until(planner.today, day, PRINTED_YEARS[i % len(PRINTED_YEARS)])
    return planner.case(plan.list_code, day, party=party, until=until)


def printed_until(today: date, day: date, years: int | None) -> date | None:
    """The day after the last day that the record names; still to come."""
    if years is None:
        return None
    until = terms.add(day, Duration(12 * years, Unit.MONTHS)) + DAY
    return until if until > today else printed_until(today, day, years + 5)


def the_ending(planner: Planner) -> Iterator[AnyStory]:
    """Terms that end today, tomorrow, next month, and in one, two, three and five years."""
    today = planner.today
    ends = [today + DAY, today + 2 * DAY]
    ends += [terms.add(today, Duration(n, Unit.MONTHS)) for n in (1, 12, 24, 36, 60)]
    for until in ends:
        yield stories.shown(planner.case("REG_PERMIT", planner.ago(200), until=until))
        for code in ("SAMR_SERIOUS", "MEM_SAFETY"):

            def fits(window: Window, until: date = until) -> bool:
                return window.displayed_until == until

            if day := planner.books[code].day_for(fits, today):
                yield stories.shown(planner.case(code, day))


def the_reviewed(planner: Planner) -> Iterator[AnyStory]:
    """Open terms: the review near, overdue, or made in the years before."""
    for code in ("SAMR_ABNORMAL", "SPC_DEFAULTER_OPEN", "GOV_SME_ARREARS"):
        for days in (5, 20, 50, -30):
            due = planner.today + days * DAY

            def fits(window: Window, due: date = due) -> bool:
                return window.review_by == due

            if day := planner.books[code].day_for(fits, planner.today):
                yield stories.released(planner.case(code, day))
    for code, days in (
        ("SAMR_ABNORMAL", 500),
        ("SPC_DEFAULTER_OPEN", 900),
        ("SPC_CONSUMPTION", 640),
        ("REG_UNIVERSITY", 1_100),
    ):
        yield stories.shown(planner.case(code, planner.ago(days)))


def the_known(planner: Planner) -> Iterator[AnyStory]:
    """Organisations a visitor finds first: one praised, one in trouble, one in court."""
    rows = (
        ("澄川机电设备有限公司", "REG_PERMIT", 300),
        ("澄川机电设备有限公司", "REG_PERMIT", 120),
        ("澄川机电设备有限公司", "STA_A_GRADE", 150),
        ("澄川机电设备有限公司", "MOHRSS_LABOUR_A", 100),
        ("澄川机电设备有限公司", "GACC_AEO", 90),
        ("澄川机电设备有限公司", "REG_COMMITMENT", 80),
        ("云澜澄川环保科技有限公司", "REG_PENALTY_SERIOUS", 470),
        ("云澜澄川环保科技有限公司", "SAMR_ABNORMAL", 60),
        ("诚川贸易有限公司", "SPC_DEFAULTER_OPEN", 210),
        ("诚川贸易有限公司", "SPC_CONSUMPTION", 205),
        ("霁禾食品股份有限公司", "REG_PERMIT", 250),
        ("霁禾食品股份有限公司", "REG_PENALTY_GENERAL", 45),
        ("霁禾食品股份有限公司", "REG_PENALTY_MINOR", 70),
        ("砚湖区澄川早餐店", "SAMR_IB_ABNORMAL", 90),
        ("白榆县澄川稻米农民专业合作社", "REG_PERMIT", 160),
    )
    for name, code, days in rows:
        entity = Entity.objects.get(name=name)
        until = None
        if planner.books[code].newest.term_kind == TermKind.PRINTED:
            until = printed_until(planner.today, planner.ago(days), 5)
        yield stories.shown(
            planner.case(code, planner.ago(days), party=entity, until=until)
        )


# --- Persons ------------------------------------------------------------------------------


def the_persons(planner: Planner) -> Iterator[AnyStory]:
    """Namesakes on the court's list, and those who answer for a unit's breach."""
    for days in (40, 220, 330):
        party = planner.person(NAMESAKE)
        yield stories.shown(
            planner.case("SPC_DEFAULTER_OPEN", planner.ago(days), party=party)
        )
    party = planner.person(NAMESAKE)
    yield stories.shown(planner.case("MEM_SAFETY", planner.ago(260), party=party))
    known = Entity.objects.get(name=TROUBLED)
    for code, days, entity in (
        ("SAMR_SERIOUS", 430, known),
        ("SAMR_SERIOUS", 250, None),
        ("STA_MAJOR_TAX", 400, None),
        ("MOHRSS_WAGES", 150, None),
        ("MEM_SAFETY", 320, None),
    ):
        unit = planner.case(code, planner.ago(days), party=entity)
        party = EXAMPLE if entity else planner.person()
        responsible = planner.case(
            code, planner.ago(days - 14), party=party, staff=unit.staff
        )
        yield stories.gives_rise(unit, responsible)


# --- Not on display yet -------------------------------------------------------------------


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


def the_announced(planner: Planner) -> Iterator[AnyStory]:
    """Released, with a first day that is still to come."""

    def fits(window: Window) -> bool:
        return window.displayed_from is not None and window.displayed_from > planner.today

    for code, n in (("CR_NO_RIDE", 3), ("CAAC_NO_FLY", 2), ("TRAVEL_OTHER", 1)):
        for i, day in enumerate(planner.books[code].days(planner.today, fits, back=60)):
            if i < n:
                case = planner.case(code, day, party=planner.person())
                yield stories.released(case)


# --- In front of the second person --------------------------------------------------------


def the_waiting(planner: Planner) -> Iterator[AnyStory]:
    """Most of it at the authority of the demo accounts, so that they find work."""
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
    yield from the_asked(planner)
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


# --- Changed and ended --------------------------------------------------------------------


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
