"""陈述申辩期: how long a party may answer a notice, counted aloud, day by day."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from registry import terms, workdays
from registry.languages import in_language
from registry.models import CalendarDay, ListRule
from registry.workdays import Calendar, Count

# Of holidays beyond the calendar, so that they are in the catalogue.
UNSETTLED = (gettext_noop("元旦"), gettext_noop("劳动节"), gettext_noop("国庆节"))


def window(rule: ListRule, on: date, calendar: Calendar | None = None) -> Count | None:
    """The days for a defence after a notice of `on`; None where they are counted elsewhere.

    One query, unless the calendar is given.
    """
    if rule.notice_kind != rule.NoticeKind.OURS:
        return None
    if rule.notice_unit != terms.Unit.WORKDAYS:
        return workdays.every_day(on, rule.notice_n)
    calendar = calendar or CalendarDay.objects.calendar()
    guards = workdays.Guards.PARTY
    return workdays.count(on, rule.notice_n, calendar=calendar, guards=guards)


def length(rule: ListRule) -> str:
    """How long the window is, in the words of the rule."""
    if rule.notice_unit == terms.Unit.WORKDAYS:
        text = ngettext("%(n)d个工作日", "%(n)d个工作日", rule.notice_n)
    else:
        text = ngettext("%(n)d日", "%(n)d日", rule.notice_n)
    return text % {"n": rule.notice_n}


class Day(NamedTuple):
    """A day of the count: its number, or why it has none."""

    number: int | None
    day: date
    weekday: str
    why: str


def days(count: Count) -> Iterator[Day]:
    """Every day that was counted, and each holiday in between; weekends are not told.

    One query, for what the days are called.
    """
    numbers = {day: number for number, day in enumerate(count.days, start=1)}
    special = {**dict(count.holidays), **dict(count.make_up_days)}
    rows = CalendarDay.objects.filter(day__in=special)
    names = {row.day: in_language(row, "name") for row in rows}
    for day in sorted({*numbers, *special}):
        name = names.get(day) or _(special[day]) if day in special else ""
        why = name if day in numbers else _("%(holiday)s，不计") % {"holiday": name}
        yield Day(numbers.get(day), day, formats.date_format(day, "l"), why)


def exceptions(count: Count) -> str:
    """What made the count longer or shorter than weekends alone, in one line."""
    said = [f"{one.day:%m-%d} {one.why}" for one in days(count) if one.why]
    if count.provisional:
        said.append(_("国务院当年的放假安排公布后重新计算"))
    return _("；").join(said)
