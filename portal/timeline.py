"""What happens next to what is published about an organisation, day by day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.entries import Entry

# Days shown; each entry has its own on its page.
MOST = 12


@dataclass(frozen=True, slots=True)
class NextDay:
    """One day that comes for one entry, and what it brings."""

    day: date
    what: Promise
    entry: Entry


@dataclass(frozen=True, slots=True)
class Timeline:
    """The next days, earliest first, and how many more there are."""

    days: list[NextDay]
    n_more: int


def timeline_of(entries: Iterable[Entry], today: date) -> Timeline:
    """From today on; of one day, in the order of the entries."""
    days = [one for entry in entries for one in days_of(entry) if one.day >= today]
    days.sort(key=lambda one: one.day)
    return Timeline(days[:MOST], len(days[MOST:]))


def days_of(entry: Entry) -> Iterator[NextDay]:
    listing = entry.listing
    if entry.can_be_repaired and listing.repairable_from:
        yield NextDay(listing.repairable_from, _("满最短公示期，可以申请修复"), entry)
    if last := entry.last_day:
        yield NextDay(last, _("最后一天公示，次日起不再显示"), entry)
    elif listing.review_by:
        yield NextDay(listing.review_by, _("最迟在这一天复核，否则停止公示"), entry)
