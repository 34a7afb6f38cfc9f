"""One case of the demo before it is played, and the planner that makes up cases."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from portal.demo.cases import wording
from portal.demo.cases.book import Book
from portal.demo.cases.parties import Offices, Pool, Staff
from portal.demo.cases.people import person
from portal.demo.cases.wording import Ground, Occasion, Plan
from registry.actions import CaseDraft, Decision
from registry.days import CIVIL_TIME
from registry.models import CalendarDay, Entity, Listing, ListRule, Measure
from registry.parties import Party, PersonDraft
from registry.terms import Duration
from registry.workdays import DAY

# Days from the opening of a case to its notice, or to its decision where there is none.
TO_NOTICE = 3
COURT = "中级人民法院"
# A case of a list that had no rule yet: its story does not begin.
NEVER = date(9999, 1, 1)
# Before the decision: conduct is found out, heard and decided in about this time.
SINCE_CONDUCT = 60


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a story needs to take one case from its opening to its release."""

    n: int
    draft: CaseDraft
    staff: Staff
    opened_on: date
    # Of a list that asks for them: the day on which the candidate was announced.
    announced_on: date | None
    noticed_on: date | None
    released_on: date
    decision: Decision

    def at(self, day: date, hour: int) -> datetime:
        """A moment of a day in office hours; every case has minutes of its own."""
        return moment(day, hour, self.n * 7 % 60)


def moment(day: date, hour: int = 0, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), CIVIL_TIME)


class Planner:
    """Makes up cases that the rules in the database allow, as of one day."""

    def __init__(self, today: date, pool: Pool) -> None:
        self.today = today
        self.pool = pool
        self.calendar = CalendarDay.objects.calendar()
        self.books = Book.all(self.calendar)
        self.offices = Offices()
        self.plans = {plan.list_code: plan for plan in wording.plans()}
        self.grounds = wording.grounds()
        self.numbers: Counter[tuple[str, str, date]] = Counter()
        self.measures: dict[tuple[int, bool], tuple[str, ...]] = {}
        self.serials = count(1)
        self.persons = count(1)

    def ago(self, days: int) -> date:
        """The working day nearest before so many days ago."""
        day = self.today - days * DAY
        while not self.calendar.is_working(day):
            day -= DAY
        return day

    def case(
        self,
        code: str,
        decided_on: date,
        *,
        party: Party | None = None,
        place: str = "",
        staff: Staff | None = None,
        term: Duration | None = None,
        until: date | None = None,
    ) -> Case:
        """A case decided on a day; of the next organisation, unless a party is given."""
        book, plan, n = self.books[code], self.plans[code], next(self.serials)
        rule = (book.version(decided_on) or book.versions[-1]).rule
        noticed_on, announced_on = (
            book.noticed_on(decided_on),
            book.announced_on(decided_on),
        )
        opened_on = (noticed_on or announced_on or decided_on) - TO_NOTICE * DAY
        if party is None:
            party = self.organisation(plan, rule, opened_on, place)
        entity = party if isinstance(party, Entity) else None
        staff = staff or self.offices.for_party(plan.office, entity)
        ground = self.ground(code, entity, n)
        occasion = Occasion(n, ground, staff.authority, decided_on, until, entity is None)
        number = self.decision_no(staff, plan, decided_on)
        return Case(
            n=n,
            draft=self.draft(party, rule, occasion, opened_on),
            staff=staff,
            opened_on=opened_on if book.holds(decided_on) else NEVER,
            announced_on=announced_on,
            noticed_on=noticed_on,
            released_on=book.released_on(decided_on),
            decision=Decision(number, decided_on, term=term, until=until),
        )

    def draft(
        self, party: Party, rule: ListRule, occasion: Occasion, opened_on: date
    ) -> CaseDraft:
        n, ground = occasion.n, occasion.ground
        return CaseDraft(
            list_code=rule.list_type_id,
            party=party,
            ground=ground.ground,
            facts=ground.facts.format(amount=wording.spelt(ground.amount(n))),
            details=wording.details(rule.details, occasion),
            amount=ground.amount(n),
            measures=self.measures_of(rule, is_person=occasion.is_person),
            performance=self.performance(rule, n),
            conduct_on=opened_on - SINCE_CONDUCT * DAY,
        )

    def pending(self, code: str, opened: int, told: int | None = None, **more: Any) -> Case:
        """A case opened, and told to its party, so many days ago; not decided yet."""
        made = self.case(code, self.ago(1), **more)
        if made.opened_on == NEVER:
            return made
        told_on = None if told is None else self.ago(told)
        if made.announced_on:
            return replace(made, opened_on=self.ago(opened), announced_on=told_on)
        return replace(made, opened_on=self.ago(opened), noticed_on=told_on)

    def organisation(
        self, plan: Plan, rule: ListRule, opened_on: date, place: str
    ) -> Entity:
        before = opened_on - SINCE_CONDUCT * DAY
        return self.pool.take(rule.subjects, before=before, word=plan.word, place=place)

    def person(self, name: str = "") -> PersonDraft:
        return person(next(self.persons), name=name)

    def ground(self, code: str, entity: Entity | None, n: int) -> Ground:
        """One that fits the trade of the party, else one that fits everybody."""
        rows = self.grounds[code, "unit" if entity else "person"]
        name = entity.name if entity else ""
        fitting = [one for one in rows if one.fits and re.search(one.fits, name)]
        fitting = fitting or [one for one in rows if not one.fits]
        return fitting[n % len(fitting)]

    def performance(self, rule: ListRule, n: int) -> str:
        """Courts say how much has been performed."""
        if self.plans[rule.list_type_id].office != COURT:
            return ""
        kinds = Listing.Performance
        return (kinds.NONE, kinds.PART, kinds.NONE)[n % 3]

    def measures_of(self, rule: ListRule, *, is_person: bool) -> tuple[str, ...]:
        key = (rule.pk, is_person)
        if key not in self.measures:
            hits = [one for one in rule.measures.order_by("pk") if fits(one, is_person)]
            self.measures[key] = tuple(one.code for one in hits)
        return self.measures[key]

    def decision_no(self, staff: Staff, plan: Plan, day: date) -> str:
        """Rising through the year, as a register of decisions does."""
        key = (staff.authority.name, plan.mark, day)
        self.numbers[key] += 1
        n = (day - day.replace(month=1, day=1)) // timedelta(days=1) * 5 + self.numbers[key]
        region = staff.authority.region.short_name
        return f"{region}{plan.mark}〔{day.year}〕{n}号"


def fits(measure: Measure, is_person: bool) -> bool:
    if is_person:
        return measure.hits_person or measure.hits_responsible
    return measure.hits_unit
