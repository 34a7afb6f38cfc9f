"""A count of days told aloud: each day with its number, and why another has none."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from registry import terms
from registry.languages import in_language
from registry.models import CalendarDay
from registry.workdays import Count

# Of holidays beyond the calendar, so that they are in the catalogue.
UNSETTLED = (gettext_noop("元旦"), gettext_noop("劳动节"), gettext_noop("国庆节"))

Names = Mapping[date, str]


def length(n: int, unit: str) -> str:
    """So many days, in the words of the rule."""
    if unit == terms.Unit.WORKDAYS:
        text = ngettext("%(n)d个工作日", "%(n)d个工作日", n)
    else:
        text = ngettext("%(n)d日", "%(n)d日", n)
    return text % {"n": n}


class Day(NamedTuple):
    """A day of the count: its number, or why it has none."""

    number: int | None
    day: date
    weekday: str
    why: str


def names_of(*counts: Count) -> dict[date, str]:
    """What the special days of these counts are called; one query."""
    days = {day for count in counts for day, _name in count.holidays + count.make_up_days}
    rows = CalendarDay.objects.filter(day__in=days)
    return {row.day: in_language(row, "name") for row in rows}


def days(count: Count, names: Names | None = None) -> Iterator[Day]:
    """Every day that was counted, and each holiday in between; weekends are not told.

    One query, for what the days are called, where `names` does not say so.
    """
    if names is None:
        names = names_of(count)
    numbers = {day: number for number, day in enumerate(count.days, start=1)}
    special = {**dict(count.holidays), **dict(count.make_up_days)}
    for day in sorted({*numbers, *special}):
        name = names.get(day) or _(special[day]) if day in special else ""
        why = name if day in numbers else _("%(holiday)s，不计") % {"holiday": name}
        yield Day(numbers.get(day), day, formats.date_format(day, "l"), why)


def exceptions(count: Count, names: Names | None = None) -> str:
    """What made the count longer or shorter than weekends alone, in one line."""
    said = [f"{one.day:%m-%d} {one.why}" for one in days(count, names) if one.why]
    if count.provisional:
        said.append(_("国务院当年的放假安排公布后重新计算"))
    return _("；").join(said)
