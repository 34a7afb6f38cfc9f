"""What staff see and take out at work: never without saying what for, and on record."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from registry import chain, viewings
from registry.actions.trail import bars_to_staff
from registry.chain import End
from registry.days import start_of
from registry.errors import Bar, BarredError
from registry.models import Export, Head, Listing, Role, User, Viewing, ViewingHead
from registry.models.viewing import OF_EXPORTS, OF_PERSONS
from registry.viewings import Found

# Who decides about the case, or about its repair.
MAY_OPEN = (Role.MAKER, Role.CHECKER, Role.REPAIR_CLERK, Role.REPAIR_DECIDER)
# Who may take what out.
MAY_EXPORT = {
    Export.ACCOUNTS: frozenset({Role.OPERATOR, Role.AUDITOR}),
    Export.ERRORS: frozenset({Role.MAKER, Role.CHECKER, Role.AUDITOR}),
}
HOUR = timedelta(hours=1)


@transaction.atomic
def open_person(listing: Listing, purpose: str, *, by: User, at: datetime) -> Viewing:
    """Leave a row of who, which case, what for; from now on the user sees the person.

    The user's row is locked, so that what is opened at the same time is counted.
    """
    by = User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    bars = bars_to_staff(by, listing, *MAY_OPEN)
    if purpose not in OF_PERSONS:
        bars.append(without_purpose())
    if bars:
        raise BarredError(bars)
    recent = Viewing.objects.filter(by=by, at__gt=at - HOUR, at__lte=at)
    seen = set(recent.exclude(listing=None).values_list("listing", flat=True))
    return chained(
        listing=listing,
        authority_id=listing.authority_id,
        by=by,
        purpose=purpose,
        at=at,
        n_in_hour=len(seen | {listing.pk}),
    )


@transaction.atomic
def note_export(
    exported: Export, *, purpose: str, asked: str, n_rows: int, by: User, at: datetime
) -> Viewing:
    """Leave a row of who takes which table out, which rows of it, how many, what for.

    `asked` is a condition in parameters and never a name.
    """
    by = User.objects.get(pk=by.pk)
    bars = []
    if not by.is_active or by.roles.isdisjoint(MAY_EXPORT[exported]):
        bars.append(Bar("no_role", _("您没有导出这份名册的权限。请联系运维人员。")))
    if purpose not in OF_EXPORTS[exported]:
        bars.append(without_purpose())
    if bars:
        raise BarredError(bars)
    return chained(
        exported=exported,
        asked=asked,
        authority_id=by.authority_id,
        by=by,
        purpose=purpose,
        at=at,
        n_rows=n_rows,
    )


def without_purpose() -> Bar:
    return Bar("no_purpose", _("没有选择事由。请选择一项。"))


def chained(**says: Any) -> Viewing:
    """Add a row to the chain, whose head is ours until the transaction ends."""
    head = locked_head()
    row = Viewing(number=head.number + 1, previous=head.hash, **says)
    row.hash = chain.hash_of(row.number, row.previous, viewings.said_by(row))
    row.save(force_insert=True)
    head.number, head.hash = row.number, row.hash
    head.save(update_fields=["number", "hash"])
    return row


def locked_head() -> ViewingHead:
    ViewingHead.objects.get_or_create(pk=1)
    return ViewingHead.objects.select_for_update(of=("self",), no_key=True).get(pk=1)


def inspect_viewings(*, heads: Collection[str] = (), at: datetime) -> Found:
    """Look through the chain and note whether it held.

    `heads` are known from elsewhere, beside those that the ledger names. Whoever opens a
    person meanwhile waits only while the rows that have come since are looked at.
    """
    known = viewings.anchored()
    begin, middle = viewings.ends()
    broken = chain.breaks(viewings.links(number__lte=middle.number), begin, middle)
    missed = chain.unknown_heads(viewings.links(), begin, {*known, *heads})
    unknown = {head: known.get(head, "") for head in sorted(missed)}
    with transaction.atomic():
        row = locked_head()
        head = End(row.number, row.hash)
        newer = viewings.links(number__gt=middle.number)
        found = Found(begin, head, [*broken, *chain.breaks(newer, middle, head)], unknown)
        row.checked_at, row.held_at = at, at if found.is_whole else row.held_at
        row.save(update_fields=["checked_at", "held_at"])
    return found


# --- Retention ---------------------------------------------------------------------------


@transaction.atomic
def erase_viewings(at: datetime) -> int:
    """Erase what was kept for as long as it has to be; the chain begins after it.

    By the latest day that the register has accepted, not by a clock that may be wrong.
    """
    seen = Head.objects.current()
    if seen is None or not (old := overdue(seen.latest_on)):
        return 0
    head = locked_head()
    head.erased_number, head.erased_hash = old.number, old.hash
    head.save(update_fields=["erased_number", "erased_hash"])
    return Viewing.objects.filter(number__lte=old.number).delete()[0]


def overdue(today: date) -> Viewing | None:
    """The last row of which, and of all before it, the years and the month are over."""
    first_kept = today.replace(year=today.year - settings.VIEWING_YEARS, day=1)
    kept = Viewing.objects.filter(at__gte=start_of(first_kept)).order_by("number")
    rows = Viewing.objects.order_by("-number")
    if oldest := kept.first():
        rows = rows.filter(number__lt=oldest.number)
    return rows.first()
