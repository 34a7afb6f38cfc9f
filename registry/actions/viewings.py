"""Opening the data of a natural person at work: never without saying what for."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from registry.actions.trail import bars_to_staff
from registry.errors import Bar, BarredError
from registry.models import Listing, Purpose, Role, User, Viewing

# Who decides about the case, or about its repair.
MAY_OPEN = (Role.MAKER, Role.CHECKER, Role.REPAIR_CLERK, Role.REPAIR_DECIDER)
HOUR = timedelta(hours=1)


@transaction.atomic
def open_person(listing: Listing, purpose: str, *, by: User, at: datetime) -> Viewing:
    """Leave a row of who, which case, what for; from now on the user sees the person.

    The user's row is locked, so that what is opened at the same time is counted.
    """
    by = User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    bars = bars_to_staff(by, listing, *MAY_OPEN)
    if purpose not in Purpose.values:
        bars.append(Bar("no_purpose", _("没有选择查看事由。请选择一项。")))
    if bars:
        raise BarredError(bars)
    recent = Viewing.objects.filter(by=by, at__gt=at - HOUR, at__lte=at)
    seen = set(recent.values_list("listing", flat=True)) | {listing.pk}
    return Viewing.objects.create(
        listing=listing, by=by, purpose=purpose, at=at, n_in_hour=len(seen)
    )
