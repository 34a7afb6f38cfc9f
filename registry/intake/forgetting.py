"""What time does to deliveries: nobody decided, or nobody needs the rows any more."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from registry.intake import delivering, store
from registry.models import Delivery, DeliveryStep
from registry.models.delivery import WAITS
from registry.models.delivery_codes import Verdict

State, Act = Delivery.State, DeliveryStep.Act
# As long as a listing is kept after its end.
ROWS_KEPT = timedelta(days=90)
# What nobody has gone on with for so long is nobody's business any more.
IDLE = timedelta(days=30)
WAITS_FOR_MAKER = (State.UPLOADED, State.CHECKED)
ABANDONED = _("三十日内没有人继续办理，文件已经清除。需要公示的，请重新报送。")


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

    The number of deliveries. Files that are still there go as well, also of those that
    their makers have left lying.
    """
    withdraw_abandoned(at)
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


def withdraw_abandoned(at: datetime) -> int:
    """Take back what its maker neither explained nor proposed; the number of them."""
    lately = DeliveryStep.objects.filter(delivery=OuterRef("pk"), at__gt=at - IDLE)
    idle = Delivery.objects.filter(~Exists(lately), state__in=WAITS_FOR_MAKER)
    return sum(withdraw(delivery, at) for delivery in idle)


@transaction.atomic
def withdraw(delivery: Delivery, at: datetime) -> bool:
    delivery = delivering.locked(delivery)
    # A maker at the last moment may have been quicker.
    if delivery.steps.filter(at__gt=at - IDLE).exists():
        return False
    delivery.state, delivery.fault = State.WITHDRAWN, gettext(ABANDONED)
    delivery.save(update_fields=["state", "fault"])
    delivering.note(delivery, Act.WITHDRAW, by=None, at=at, reason=delivery.fault)
    delivering.forget_drafts(delivery)
    return True
