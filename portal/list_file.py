"""What of a list is on display, narrowed as asked, as a file: organisations only.

It is written while it is read, so that no list is ever held whole.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _

from portal.csv_files import BOM, lines_of
from portal.objections import Objected, objected
from portal.paging import MOST_PAGES, PER_PAGE
from registry import limits
from registry.limits import Limit
from registry.models import Listing
from registry.models.listing import ListingQuerySet
from registry.workdays import DAY

# As many as the pages show; the whole of a longer list is a matter of narrowing it.
MOST_ROWS = PER_PAGE * MOST_PAGES
AT_ONCE = 500
# For one subscriber in an hour: every list in both languages, and some narrowed.
MOST_FILES = 300


def limit_of(request: HttpRequest, at: datetime) -> Limit:
    asker = limits.subscriber_of(limits.address_of(request))
    return limits.hourly("list-file", asker, MOST_FILES, at)


def pieces(listings: ListingQuerySet) -> Iterator[str]:
    """The file in the language of now, which is not the one it is sent in.

    Two queries more for every piece, for numbers and objections.
    """
    language = translation.get_language()
    found = listings.prefetch_related("entity__identifiers")[:MOST_ROWS]
    rows = found.iterator(chunk_size=AT_ONCE)
    return written(rows, BOM + lines_of([heads()]), language)


def written(rows: Iterator[Listing], first: str, language: str) -> Iterator[str]:
    yield first
    while batch := list(islice(rows, AT_ONCE)):
        marks = objected(one.pk for one in batch)
        with translation.override(language):
            piece = lines_of(row_of(one, marks.get(one.pk)) for one in batch)
        yield piece


def heads() -> list[str]:
    return [
        _("主体"),
        _("编号"),
        _("主体所在地区"),
        _("认定单位"),
        _("决定文书号"),
        _("决定日期"),
        _("公示首日"),
        _("公示末日"),
        _("最迟复核"),
        _("异议核查开始"),
        _("网址"),
    ]


def row_of(listing: Listing, mark: Objected | None) -> list[str]:
    """As its row on the page; a day that it does not have is an empty cell."""
    party, until = listing.entity, listing.displayed_until
    number = party.main_identifier if party else None
    days = (
        listing.decided_on,
        listing.displayed_from,
        until - DAY if until else None,
        listing.review_by,
        mark.since if mark else None,
    )
    return [
        party.name if party else "",
        number.value if number else "",
        party.region.full_name if party and party.region else "",
        listing.authority.name,
        listing.decision_no,
        *(f"{day or ''}" for day in days),
        f"{settings.SITE_URL}{listing.get_absolute_url()}",
    ]
