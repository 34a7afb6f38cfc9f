"""What time does to deliveries: nobody decided, or nobody needs the rows any more."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from registry.intake import delivering, store
from registry.models import Delivery, DeliveryStep
from registry.models.delivery import WAITS
from registry.models.delivery_codes import Verdict

State, Act = Delivery.State, DeliveryStep.Act
# As long as a listing is kept after its end.
ROWS_KEPT = timedelta(days=90)


def lapse_deliveries(at: datetime) -> int:
    """Take back what no second person has decided on in time; the number of them."""
    late = Delivery.objects.filter(state=State.WAITING, submitted_at__lte=at - WAITS)
    return sum(lapse(delivery, at) for delivery in late)


@transaction.atomic
def lapse(delivery: Delivery, at: datetime) -> bool:
    delivery = delivering.locked(delivery)
    # A checker at the last moment may have been quicker.
    if not delivery.has_lapsed(at):
        return False
    delivery.state, delivery.submitted_at = State.CHECKED, None
    delivery.save(update_fields=["state", "submitted_at"])
    delivering.note(delivery, Act.LAPSE, by=None, at=at)
    return True


def forget_deliveries(at: datetime) -> int:
    """Forget the rows of what is over for long, but for those that made a listing.

    The number of deliveries. Files that are still there go as well.
    """
    store.sweep(at)
    old = Q(decided_at__lte=at - ROWS_KEPT) | Q(
        decided_at=None, made_at__lte=at - ROWS_KEPT
    )
    over = Delivery.objects.filter(old, state__in=Delivery.OVER, forgotten_at=None)
    return sum(forget(delivery, at) for delivery in over)


@transaction.atomic
def forget(delivery: Delivery, at: datetime) -> bool:
    delivery.rows.exclude(verdict=Verdict.ACCEPTED, listing__isnull=False).delete()
    return bool(Delivery.objects.filter(pk=delivery.pk).update(forgotten_at=at))
