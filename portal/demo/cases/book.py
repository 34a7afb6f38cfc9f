"""The rules of one list, asked about many days: nothing here knows a term of its own."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from registry import terms, workdays
from registry.models import ListRule
from registry.terms import TermKind, Unit, Window
from registry.workdays import DAY, Calendar

# Days before the decision: the longest break with a window of five working days fits in.
LONGEST_NOTICE = 45
# How far back a listing can have begun that is still shown today: four years.
FURTHEST_BACK = 1_461


@dataclass(frozen=True, slots=True)
class Version:
    rule: ListRule
    timing: terms.Rule


class Book:
    """Every version of the rule of one list, and the working days."""

    def __init__(self, rules: list[ListRule], calendar: Calendar) -> None:
        self.calendar = calendar
        self.versions = [Version(rule, rule.timing(rule.in_force)) for rule in rules]
        self.newest = self.versions[0].rule

    @classmethod
    def all(cls, calendar: Calendar) -> "Mapping[str, Book]":
        """By code of the list; the newest version of each first."""
        rules: dict[str, list[ListRule]] = {}
        for rule in ListRule.objects.order_by("list_type", "-in_force"):
            rules.setdefault(rule.list_type_id, []).append(rule)
        return {code: cls(versions, calendar) for code, versions in rules.items()}

    def version(self, day: date) -> Version | None:
        """The one in force on a day."""
        found = (one for one in self.versions if one.rule.in_force <= day)
        return next(found, None)

    def holds(self, decided_on: date) -> bool:
        """Whether a case decided then could have been opened under some version."""
        return self.version(decided_on - LONGEST_NOTICE * DAY) is not None

    def window(self, decided_on: date, term: terms.Duration | None = None) -> Window:
        version = self.version(decided_on)
        if version is None:
            raise ValueError(decided_on)
        released = None if version.timing.objection_wd else self.released_on(decided_on)
        return terms.window(
            version.timing,
            decided_on,
            calendar=self.calendar,
            released_on=released,
            term=term,
        )

    def released_on(self, decided_on: date) -> date:
        """The next working day where the list gives days to publish, else the same day."""
        version = self.version(decided_on)
        if version and version.rule.publication == "within_wd":
            return self.calendar.first_working_day(decided_on + DAY)
        return decided_on

    def noticed_on(self, decided_on: date) -> date | None:
        """A working day whose window for a defence has closed before the decision."""
        version = self.version(decided_on)
        if version is None or version.rule.notice_kind == "none":
            return None
        day = decided_on - 4 * DAY
        while not self.calendar.is_working(day) or self.closes_on(day) >= decided_on:
            day -= DAY
        return day

    def announced_on(self, decided_on: date) -> date | None:
        """A working day whose notice of the candidate is over before the decision."""
        version = self.version(decided_on)
        if version is None or not version.rule.announces_candidates:
            return None
        day = decided_on - 7 * DAY
        while not self.calendar.is_working(day) or self.closes_on(day) >= decided_on:
            day -= DAY
        return day

    def closes_on(self, noticed_on: date) -> date:
        rule = self.newest
        if rule.notice_unit == Unit.WORKDAYS:
            guards = workdays.Guards.PARTY
            n = rule.notice_n
            return workdays.count(noticed_on, n, calendar=self.calendar, guards=guards).last
        return noticed_on + rule.notice_n * DAY

    def days(
        self, today: date, fits: Callable[[Window], bool], *, back: int = FURTHEST_BACK
    ) -> Iterator[date]:
        """Working days before today, the latest first, on which a decision would fit."""
        for n in range(1, back):
            day = today - n * DAY
            if not self.holds(day):
                return
            if self.calendar.is_working(day) and fits(self.window(day)):
                yield day

    def days_shown(self, today: date) -> list[date]:
        """Days of decisions that are on display today by the rule alone."""
        kind = self.newest.term_kind
        if kind in (TermKind.PRINTED, TermKind.KEPT):
            return list(self.days(today, bool, back=900))
        return list(self.days(today, lambda window: is_shown(window, today)))

    def day_for(self, fits: Callable[[Window], bool], today: date) -> date | None:
        """The latest day, a working day where there is one, on which a decision fits."""
        found = next(self.days(today, fits), None)
        if found:
            return found
        past = (today - n * DAY for n in range(1, FURTHEST_BACK))
        return next((d for d in past if self.holds(d) and fits(self.window(d))), None)


def is_shown(window: Window, today: date) -> bool:
    if window.displayed_from is None or window.displayed_from > today:
        return False
    if window.review_by is not None:
        return window.review_by >= today
    return window.displayed_until is None or window.displayed_until > today
