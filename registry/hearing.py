"""陈述申辩期: how long a party may answer a notice."""

from datetime import date

from registry import counting, terms
from registry.models import CalendarDay, ListRule
from registry.workdays import Calendar, Count, Guards, every_day


def window(rule: ListRule, on: date, calendar: Calendar | None = None) -> Count | None:
    """The days for a defence after a notice of `on`; None where they are counted elsewhere.

    One query, unless the calendar is given.
    """
    if rule.notice_kind != rule.NoticeKind.OURS:
        return None
    term = terms.Duration(rule.notice_n, terms.Unit(rule.notice_unit))
    if term.unit != terms.Unit.WORKDAYS:
        return every_day(on, term.n)
    calendar = calendar or CalendarDay.objects.calendar()
    return terms.counted(on, term, calendar, Guards.PARTY)


def length(rule: ListRule) -> str:
    """How long the window is, in the words of the rule."""
    return counting.length(rule.notice_n, rule.notice_unit)
