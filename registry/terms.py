"""From a rule and a day to the days that count: first, last, longest, earliest exit.

Terms are whole months or whole days. A month ends where the calendar's month ends:
a term from 29 February to a year without one ends on the 28th. The last day of a
term is the day with the same number, and everything called `until` is the day after
it. No database computes a date: SQLite and PostgreSQL disagree about month ends.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from registry.workdays import DAY, Calendar, Count, Guards, count, every_day


class Unit(StrEnum):
    MONTHS = "m"
    DAYS = "d"
    WORKDAYS = "wd"


class TermKind(StrEnum):
    FIXED = "fixed"
    OPEN = "open"
    PRINTED = "printed"
    KEPT = "kept"


class Publication(StrEnum):
    """The days on which an authority publishes, where it is not free to choose."""

    FIRST_WORKING_DAY = "first_wd"
    NEXT_MONTH = "next_month"


class Start(StrEnum):
    """Days a period can count from, beside the day of the decision itself."""

    PUBLICATION = "publication"
    OBJECTION_END = "objection_end"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Duration:
    n: int
    unit: Unit

    def __str__(self) -> str:
        return f"P{self.n}{self.unit.upper()}"


def read_duration(text: str) -> Duration:
    """P3Y, P12M or P90D; ValueError for everything else."""
    found = re.fullmatch(r"P(\d{1,4})([YMD])", text, re.ASCII)
    if found is None:
        raise ValueError(text)
    n, unit = int(found[1]), found[2]
    if unit == "D":
        return Duration(n, Unit.DAYS)
    return Duration(12 * n if unit == "Y" else n, Unit.MONTHS)


def month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def add(day: date, duration: Duration) -> date:
    """The last day of a term that counts from `day`."""
    if duration.unit == Unit.DAYS:
        return day + duration.n * DAY
    year, month = divmod(month_number(day) + duration.n, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def counted(start: date, term: Duration, calendar: Calendar, guards: Guards) -> Count:
    """The days of a term after `start`, one by one; a term in months is not counted so."""
    if term.unit == Unit.WORKDAYS:
        return count(start, term.n, calendar=calendar, guards=guards)
    return every_day(start, term.n)


def last_start(duration: Duration, day: date) -> date:
    """The last day from which a term is over before `day`."""
    if duration.unit == Unit.DAYS:
        return day - (duration.n + 1) * DAY
    year, month = divmod(month_number(day) - duration.n, 12)
    # From the month before it a term is over; within the month it depends on its length.
    found = date(year, month + 1, 1) - DAY
    while add(found + DAY, duration) < day:
        found += DAY
    return found


def within(term_from: date, until: date, maximum: Duration) -> bool:
    """Whether a display that ends before `until` keeps to the maximum.

    Written without adding months to a date, so that a trigger can say the same.
    """
    last = until - DAY
    if maximum.unit == Unit.DAYS:
        return (last - term_from).days <= maximum.n
    months = month_number(last) - month_number(term_from)
    return months < maximum.n or (months == maximum.n and last.day <= term_from.day)


@dataclass(frozen=True, slots=True)
class Rule:
    """What one version of a list's rule says about time; `ListRule.timing` reads it.

    `early` is None where nobody can leave before the end. `class_minimum` is the
    shortest display of the rule's severity, None where the rule stands above it.
    """

    term_kind: TermKind
    term: Duration | None = None
    maximum: Duration | None = None
    term_start: str = "decision"
    publication: str = ""
    objection_wd: int = 0
    review: Duration | None = None
    early: Duration | None = None
    early_from: str = "decision"
    class_minimum: Duration | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """The time of one decision on display. `displayed_until` and `latest_until` excluded.

    Both display days are None for a record that is kept and never displayed;
    `displayed_until` alone is None where no term is fixed, then `review_by` holds,
    or where the record prints no end.
    """

    term_from: date
    displayed_from: date | None
    displayed_until: date | None
    latest_until: date | None
    review_by: date | None
    repairable_from: date | None
    objection: Count | None
    provisional: bool

    @property
    def last_day(self) -> date | None:
        return self.displayed_until - DAY if self.displayed_until else None


def window(
    rule: Rule,
    day: date,
    *,
    calendar: Calendar,
    released_on: date | None = None,
    term: Duration | None = None,
    until: date | None = None,
) -> Window:
    """When a decision of `day` is displayed; `day` is the one the rule counts from.

    `term` is what the decision says within the rule's limits, `until` the end that
    is printed on the record, where the rule leaves it to the record. Released later
    than it could have been, display starts later and does not end later, unless the
    rule counts from publication.
    """
    objection = objection_window(rule, day, calendar)
    earliest = objection.last + DAY if objection else published_on(rule, day, calendar)
    shown = max(earliest, released_on or earliest)
    starts: dict[str, date] = {Start.PUBLICATION: shown, Start.OBJECTION_END: earliest}
    term_from = starts.get(rule.term_start, day)
    return Window(
        term_from=term_from,
        displayed_from=None if rule.term_kind == TermKind.KEPT else shown,
        displayed_until=end_of(rule, term_from, term=term, until=until),
        latest_until=latest_until(rule, term_from),
        review_by=add(shown, rule.review) if rule.review else None,
        repairable_from=repairable_from(rule, day, displayed_from=shown),
        objection=objection,
        provisional=is_provisional(rule, earliest, objection, calendar),
    )


def published_on(rule: Rule, day: date, calendar: Calendar) -> date:
    """The first day on or after `day` on which the rule lets the authority publish."""
    if rule.publication == Publication.NEXT_MONTH:
        return first_of_next_month(day)
    if rule.publication == Publication.FIRST_WORKING_DAY:
        this_month = calendar.first_working_day(day.replace(day=1), Guards.PARTY)
        if this_month >= day:
            return this_month
        return calendar.first_working_day(first_of_next_month(day), Guards.PARTY)
    return day


def is_provisional(
    rule: Rule, earliest: date, objection: Count | None, calendar: Calendar
) -> bool:
    """Whether the first day rests on working days that no notice has settled yet."""
    if objection:
        return objection.provisional
    counted = rule.publication == Publication.FIRST_WORKING_DAY
    return counted and not calendar.covers(earliest)


def first_of_next_month(day: date) -> date:
    return add(day.replace(day=1), Duration(1, Unit.MONTHS))


def objection_window(rule: Rule, day: date, calendar: Calendar) -> Count | None:
    """The working days after publication in which the party may object, if it has them."""
    if rule.term_start != Start.OBJECTION_END:
        return None
    published = published_on(rule, day, calendar)
    return count(published, rule.objection_wd, calendar=calendar, guards=Guards.PARTY)


def end_of(
    rule: Rule, term_from: date, *, term: Duration | None = None, until: date | None = None
) -> date | None:
    """The first day no longer on display; None where no day is fixed."""
    if rule.term_kind == TermKind.PRINTED:
        return until
    term = term or rule.term
    if rule.term_kind != TermKind.FIXED or term is None:
        return None
    return add(term_from, term) + DAY


def latest_until(rule: Rule, term_from: date) -> date | None:
    """Where every extension ends; None where the rule knows no maximum."""
    return add(term_from, rule.maximum) + DAY if rule.maximum else None


def repairable_from(
    rule: Rule, day: date, *, displayed_from: date, corrected_on: date | None = None
) -> date | None:
    """The first day a repair can be granted; None where the rule grants none.

    The minimum of the severity class counts from the decision. Where the rule counts
    from the correction, the day of the correction has to be known.
    """
    bases: dict[str, date | None] = {
        Start.CORRECTION: corrected_on,
        Start.PUBLICATION: displayed_from,
    }
    base = bases.get(rule.early_from, day)
    if rule.early is None or base is None:
        return None
    earliest = add(base, rule.early)
    return max(earliest, add(day, rule.class_minimum)) if rule.class_minimum else earliest


def extended_until(until: date, by: Duration) -> date:
    """Where a display that would end before `until` ends when it is made longer."""
    return add(until - DAY, by) + DAY


def continued(
    window: Window,
    rule: Rule,
    *,
    chain_from: date,
    running_until: date | None,
    by: Duration | None,
) -> Window:
    """The window of a decision that extends or restores an earlier one.

    An extension begins where the running display would have ended and adds `by`;
    a restoration, whose earlier display is over, keeps its own window. Neither passes
    the maximum that counts from the first day of the chain.
    """
    latest = latest_until(rule, chain_from)
    until, term_from = window.displayed_until, window.term_from
    # Without a fixed term there is nothing to add to: the new decision stands alone.
    if running_until is not None and rule.term_kind == TermKind.FIXED:
        until = extended_until(running_until, by) if by else running_until
        term_from = running_until
    elif until and latest:
        until = min(until, latest)
    return replace(window, displayed_until=until, term_from=term_from, latest_until=latest)


def at_most(term: Duration, longest: Duration) -> bool:
    """Whether a term is no longer than another of its unit; of another unit it is not."""
    return term.unit == longest.unit and term.n <= longest.n
