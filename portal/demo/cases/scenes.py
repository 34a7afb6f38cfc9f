"""What happens in the demo: which cases there are, and how far each has come today.

Days are counted back from today; terms and windows are asked of the rules.
"""

from collections.abc import Iterator
from datetime import date

from portal.demo.cases import endings, stories, workplace
from portal.demo.cases.book import Book
from portal.demo.cases.case import Case, Planner
from portal.demo.cases.parties import HERE
from portal.demo.cases.people import EXAMPLE, NAMESAKE
from portal.demo.cases.play import AnyStory
from portal.demo.cases.wording import Plan
from registry import terms
from registry.models import Entity
from registry.terms import Duration, TermKind, Unit, Window
from registry.workdays import DAY

# In trouble, and old enough to ask for repair: the greeting names it.
TROUBLED = "云澜澄川环保科技有限公司"
# Years until the end that is printed on a record; None is 长期.
PRINTED_YEARS = (5, None, 3, 5, 1, 10)
# Who, on which list, and how many days ago.
KNOWN = (
    ("澄川机电设备有限公司", "REG_PERMIT", 300),
    ("澄川机电设备有限公司", "REG_PERMIT", 120),
    ("澄川机电设备有限公司", "STA_A_GRADE", 150),
    ("澄川机电设备有限公司", "MOHRSS_LABOUR_A", 100),
    ("澄川机电设备有限公司", "GACC_AEO", 90),
    ("澄川机电设备有限公司", "REG_COMMITMENT", 80),
    (TROUBLED, "REG_PENALTY_SERIOUS", 470),
    (TROUBLED, "SAMR_ABNORMAL", 60),
    ("诚川贸易有限公司", "SPC_DEFAULTER_OPEN", 210),
    ("诚川贸易有限公司", "SPC_CONSUMPTION", 205),
    ("霁禾食品股份有限公司", "REG_PERMIT", 250),
    ("霁禾食品股份有限公司", "REG_PENALTY_GENERAL", 45),
    ("霁禾食品股份有限公司", "REG_PENALTY_MINOR", 70),
    ("砚湖区澄川早餐店", "SAMR_IB_ABNORMAL", 90),
    ("白榆县澄川稻米农民专业合作社", "REG_PERMIT", 160),
)


def all_scenes(planner: Planner) -> Iterator[AnyStory]:
    yield from the_shown(planner)
    yield from the_ending(planner)
    yield from the_reviewed(planner)
    yield from the_known(planner)
    yield from the_persons(planner)
    yield from the_candidates(planner)
    yield from the_announced(planner)
    yield from workplace.all_scenes(planner)
    yield from endings.all_scenes(planner)


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
    for code, place in (
        ("SAMR_ABNORMAL", HERE),
        ("SPC_DEFAULTER_OPEN", ""),
        ("GOV_SME_ARREARS", ""),
    ):
        for days in (5, 20, 50, -30):
            due = planner.today + days * DAY

            def fits(window: Window, due: date = due) -> bool:
                return window.review_by == due

            if day := planner.books[code].day_for(fits, planner.today):
                yield stories.released(planner.case(code, day, place=place))
    for code, days in (
        ("SAMR_ABNORMAL", 500),
        ("SPC_DEFAULTER_OPEN", 900),
        ("SPC_CONSUMPTION", 640),
        ("REG_UNIVERSITY", 1_100),
    ):
        yield stories.shown(planner.case(code, planner.ago(days)))


def the_known(planner: Planner) -> Iterator[AnyStory]:
    """Organisations a visitor finds first: one praised, one in trouble, one in court."""
    for name, code, days in KNOWN:
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


# --- To come ------------------------------------------------------------------------------


def the_candidates(planner: Planner) -> Iterator[AnyStory]:
    """Proposed for a redlist, and shown as that: one that is known, and others to whom
    somebody objects, or whose authority thinks better of it.
    """
    known = Entity.objects.get(name="霁禾食品股份有限公司")

    def candidate(party: Entity | None = None) -> Case:
        return planner.pending("MOHRSS_LABOUR_A", 6, 5, party=party)

    for party in (known, None):
        yield stories.told(candidate(party))
    yield stories.called_off(candidate(), on=planner.ago(2))
    yield stories.objected(candidate())
    for holds in (True, False):
        yield stories.answered(candidate(), holds=holds, on=planner.ago(1))


def the_announced(planner: Planner) -> Iterator[AnyStory]:
    """Released, with a first day that is still to come."""

    def fits(window: Window) -> bool:
        return window.displayed_from is not None and window.displayed_from > planner.today

    for code, n in (("CR_NO_RIDE", 3), ("CAAC_NO_FLY", 2), ("TRAVEL_OTHER", 1)):
        for i, day in enumerate(planner.books[code].days(planner.today, fits, back=60)):
            if i < n:
                case = planner.case(code, day, party=planner.person())
                yield stories.released(case)
