"""What a new version of a rule means for listings that run under an older one.

A dated rule never reaches back to anybody's harm: it can only bring an end forward.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from registry import terms
from registry.actions import trail
from registry.logbook import acts
from registry.models import Act, Listing, ListRule
from registry.terms import TermKind
from registry.workdays import DAY


class EarlierEnd(NamedTuple):
    """A running listing and the day, excluded, on which the newer rule ends it."""

    listing: Listing
    until: date


def earlier_ends(rule: ListRule) -> Iterator[EarlierEnd]:
    """The running listings of the list that would stay longer than `rule` ever allows.

    One without an end may be reviewed meanwhile: it is meant once its next review is
    due later than the rule allows.
    """
    if rule.term_kind not in (TermKind.FIXED, TermKind.KEPT):
        return
    timing = rule.timing(rule.in_force)
    running = Listing.objects.released().filter(
        list_type=rule.list_type_id, ended_at=None, decided_on__lt=rule.in_force
    )
    for listing in running.order_by("pk"):
        if listing.chain_from is None or listing.displayed_from is None:
            continue
        latest = terms.latest_until(timing, listing.chain_from)
        if latest is None:
            continue
        until = max(latest, listing.displayed_from + DAY)
        if (stays := stays_until(listing)) is not None and until < stays:
            yield EarlierEnd(listing, until)


def stays_until(listing: Listing) -> date | None:
    """The first day it is not shown as things stand; None where the record has no end."""
    if listing.displayed_until is not None or listing.review_by is None:
        return listing.displayed_until
    return listing.review_by + DAY


def bring_ends_forward(rule: ListRule, *, at: datetime) -> int:
    """Give them the earlier end, each with its step; the number of listings."""
    n_changed = 0
    for found in list(earlier_ends(rule)):
        with transaction.atomic():
            listing = trail.locked(found.listing)
            if listing.ended_at is None:
                bring_forward(listing, found.until, rule, at)
                n_changed += 1
    return n_changed


def bring_forward(listing: Listing, until: date, rule: ListRule, at: datetime) -> None:
    before = listing.state
    listing.displayed_until, listing.review_by = until, None
    trail.keep(listing)
    reason = _("规则自 %(day)s 起变更，公示期随之缩短") % {"day": rule.in_force}
    trail.note(listing, Act.AMEND, by=None, at=at, before=before, reason=reason)
    acts.log_earlier_end(listing, until=until)
