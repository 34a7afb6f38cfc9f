"""A new master key: the key of each case is wrapped anew, what it sealed stays as it is."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import BinaryField, QuerySet
from django.db.models.functions import Substr

from registry.models import CaseKey
from registry.rotation.work import MOST, Moved, alone
from registry.vault import VaultError, rings, seals
from registry.vault.rings import HouseKey, Ring
from registry.vault.router import VAULT

logger = logging.getLogger(__name__)

BATCH = 500
# After its making, until the key before it is destroyed: as long as a backup of the vault
# is kept. An older backup is unreadable from then on, which is what was promised.
SETTLED = timedelta(days=35)


def rewrap_some(at: datetime) -> Moved:
    """Bring keys of cases to the newest master key, and destroy the old one in time.

    Costs nothing unless a key is being replaced. Safe to run twice and to be killed.
    """
    with alone(seals.MASTER) as ours:
        if not ours:
            return Moved()
        ring = seals.master_keys()
        if len(ring) < 2:
            return Moved()
        n_moved = n_left = 0
        for rows in stale_rows(ring[0]):
            n = rewrap(rows, ring)
            n_moved, n_left = n_moved + n, n_left + len(rows) - n
            if n_moved >= MOST:
                return Moved(n_moved, stale(ring[0]).count())
        if n_left:
            logger.warning("master key: %s keys of cases open under none", n_left)
        elif at - ring[0].since >= SETTLED:
            rings.destroy_old(seals.MASTER)
        return Moved(n_moved, n_left)


def stale(newest: HouseKey) -> QuerySet[CaseKey]:
    """The rows that are not wrapped under the newest key. There is no index for them."""
    head = seals.head(newest)
    begins = Substr("wrapped", 1, len(head), output_field=BinaryField())
    return CaseKey.objects.annotate(begins=begins).exclude(begins=head)


def stale_rows(newest: HouseKey) -> Iterator[list[CaseKey]]:
    after = ""
    while rows := list(stale(newest).filter(case__gt=after).order_by("case")[:BATCH]):
        after = rows[-1].case
        yield rows


@transaction.atomic(using=VAULT)
def rewrap(rows: list[CaseKey], ring: Ring) -> int:
    """How many of these keys opened and were wrapped anew."""
    n = 0
    for row in rows:
        try:
            key = seals.unwrap(ring, row.case, bytes(row.wrapped))
        except VaultError:
            continue
        # Where it was destroyed meanwhile there is no row, and none is made.
        fresh = seals.wrap(ring[0], row.case, key)
        CaseKey.objects.filter(case=row.case).update(wrapped=fresh)
        n += 1
    return n
