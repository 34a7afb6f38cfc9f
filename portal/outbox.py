"""Which sender delivers which kind of message, and the relay that asks them."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q

from portal import staff_mail
from registry.models import Outbox
from repair import desk_mail, mail

logger = logging.getLogger(__name__)

Sender = Callable[[Outbox, datetime], object]
# Minutes after a failure; the last one again and again.
WAITS = (1, 5, 30, 120, 720)
BATCH = 200


# By the part of the kind before the dot.
SENDERS: dict[str, Sender] = {
    "desk": desk_mail.send,
    "objection": mail.send,
    "repair": mail.send,
    "staff": staff_mail.send,
}
# Nobody has asked to be told of these: the public pages and the trail say it already.
UNASKED = ("batch.", "listing.", "review.")


def relay(at: datetime) -> int:
    """Deliver what is owed; a message that fails is tried again later. The number sent."""
    n_sent = pass_over(at)
    tried: set[int] = set()
    while batch := list(waiting(at, tried)):
        for key in batch:
            tried.add(key)
            n_sent += deliver(key, at)
    return n_sent


def pass_over(at: datetime) -> int:
    """Close in one statement what has no receiver: a midnight may end a great many."""
    unasked = reduce(or_, (Q(kind__startswith=kind) for kind in UNASKED))
    return Outbox.objects.due(at).filter(unasked).update(sent_at=at)


def waiting(at: datetime, tried: set[int]) -> list[int]:
    due = Outbox.objects.due(at).order_by("pk")
    start = max(tried, default=0)
    return list(due.filter(pk__gt=start).values_list("pk", flat=True)[:BATCH])


def deliver(key: int, at: datetime) -> bool:
    """Send one message and note it, in one transaction; whether it left.

    Killed between the two it is sent again: at least once, receivers ask the row.
    """
    with transaction.atomic():
        rows = Outbox.objects.due(at).select_for_update(skip_locked=True, no_key=True)
        message = rows.filter(pk=key).first()
        if message is None:
            return False
        try:
            with transaction.atomic():
                sender_of(message)(message, at)
        except Exception as failure:
            logger.exception("outbox: %s %s not sent", message.kind, message.pk)
            put_off(message, at, failure)
            return False
        message.sent_at = at
        message.save(update_fields=("sent_at",))
        return True


def sender_of(message: Outbox) -> Sender:
    return SENDERS[message.kind.partition(".")[0]]


def put_off(message: Outbox, at: datetime, failure: Exception) -> None:
    wait = WAITS[min(message.tries, len(WAITS) - 1)]
    message.tries += 1
    message.next_try_at = at + timedelta(minutes=wait)
    # The kind of failure only: its words may quote the message.
    message.fault = type(failure).__name__
    message.save(update_fields=("tries", "next_try_at", "fault"))
