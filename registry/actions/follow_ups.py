"""Entries that have stood too long: shown to their authority, which opens a case or not.

Nothing moves by itself. Which list may lead to which, and after how long, is a row of
`escalations.csv`; what an authority made of an entry is a `FollowUp`.
"""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from registry import terms
from registry.actions import texts, trail
from registry.days import day_of
from registry.errors import Bar, BarredError
from registry.models import Act, Escalation, FollowUp, Listing, Role, User

OVER = Q(ended_at=None) | Q(end_reason=Listing.EndReason.EXPIRED)


# --- Which --------------------------------------------------------------------------------


def ripe(day: date) -> Q:
    """The entries of organisations that ask for a look at another list on this day."""
    found = Q(pk__in=())
    for pair in Escalation.objects.in_force(day):
        found |= ripe_for(pair, day)
    return found


def ripe_for(pair: Escalation, day: date) -> Q:
    """Uncured for the whole time, not looked at yet, and the party not on that list."""
    decided = FollowUp.objects.filter(listing=OuterRef("pk"), to_list=pair.to_list_id)
    there = Listing.objects.filter(
        entity=OuterRef("entity"),
        authority=OuterRef("authority"),
        list_type=pair.to_list_id,
        ended_at=None,
        dropped_at=None,
    )
    return (
        Q(list_type=pair.from_list_id, released_at__isnull=False, erased_at=None)
        & Q(entity__isnull=False, term_from__lte=terms.last_start(pair.after, day))
        & OVER
        & ~Q(Exists(decided))
        & ~Q(Exists(there))
    )


def leads_of(listing: Listing, day: date) -> list[Escalation]:
    """Where this entry may lead on this day."""
    pairs = Escalation.objects.in_force(day).filter(from_list=listing.list_type_id)
    pairs = pairs.select_related("to_list", "legal_basis")
    return [pair for pair in pairs if is_ripe(listing, pair, day)]


def is_ripe(listing: Listing, pair: Escalation, day: date) -> bool:
    return Listing.objects.filter(ripe_for(pair, day), pk=listing.pk).exists()


# --- What comes of it ---------------------------------------------------------------------


@transaction.atomic
def leave_entry(
    listing: Listing,
    to_list: str,
    reason: str,
    *,
    by: User,
    at: datetime,
    key: str | None = None,
) -> Listing:
    """Open no case for the other list, and say why; the entry stays what it is."""
    if step := trail.done_before(key):
        return step.listing
    listing = trail.locked(listing)
    bars = trail.bars_to_acting(by, listing, Role.MAKER)
    if not reason.strip():
        bars.append(Bar("no_reason", _("没有写明理由。请写明为什么不立案。")))
    bars += texts.bars_to_keeping(texts.of_reason(reason))
    if bars := [*bars, *bars_to_following(listing, to_list, day_of(at))]:
        raise BarredError(bars)
    FollowUp.objects.create(listing=listing, to_list_id=to_list, at=at)
    trail.note(
        listing,
        Act.DROP,
        about=Act.OPEN,
        by=by,
        at=at,
        before=listing.state,
        reason=reason,
        key=key,
    )
    return listing


@transaction.atomic
def follow_up(listing: Listing, case: Listing, *, by: User, at: datetime) -> FollowUp:
    """The case that cites the entry is open; part of the transaction that opens it."""
    listing = trail.locked(listing)
    trail.refuse_strangers(by, listing, Role.MAKER)
    return FollowUp.objects.create(
        listing=listing, to_list_id=case.list_type_id, case=case, at=at
    )


def bars_to_following(listing: Listing, to_list: str, day: date) -> list[Bar]:
    if to_list in {pair.to_list_id for pair in leads_of(listing, day)}:
        return []
    text = _("“%(entry)s”未满期限，或者已经处理，不能据此立案。请从“待办”重新打开。")
    return [Bar("not_ripe", text % {"entry": listing})]
