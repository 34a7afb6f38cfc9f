"""What was erased goes from the files as well, where databases leave deleted bytes.

Once a civil day at most, and only when something was erased. PostgreSQL keeps dead rows
in pages and indexes, SQLite in pages that were split and in its log.
"""

import logging
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model

from registry.days import day_of
from registry.engines import BusyError, engine
from registry.models import (
    CaseKey,
    CasePaper,
    Head,
    Letter,
    Listing,
    Opening,
    Person,
    Proposal,
    Step,
)
from registry.vault.router import VAULT

logger = logging.getLogger(__name__)

# Where something about a natural person or an individual business stood in clear: hashes
# by which they are found, the number of a decision, what was said of a business, digests
# of papers.
IN_CLEAR: tuple[type[Model], ...] = (
    *(Person, Listing, Opening, Proposal, Step),
    *(Letter, CasePaper),
)
KEYS: tuple[type[Model], ...] = (CaseKey,)


def owe(at: datetime) -> None:
    """Something was erased; part of the transaction that does it."""
    Head.objects.filter(pk=1).update(erased_at=at)


def remove_traces(
    at: datetime, also: tuple[type[Model], ...] = (), *, at_any_cost: bool = False
) -> bool:
    """Whether the files hold nothing any more of what was erased.

    `also` are tables of the apps above. `at_any_cost` is for an operator in a quiet hour:
    the site waits until it is done.
    """
    head = Head.objects.current()
    if head is None or head.erased_at is None:
        return True
    if head.rewritten_on == day_of(at) and not at_any_cost:
        return False
    try:
        with engine().exclusive("traces"):
            return try_to_remove(head, at, also, at_any_cost=at_any_cost)
    except BusyError:
        return False


def try_to_remove(
    head: Head, at: datetime, also: tuple[type[Model], ...], *, at_any_cost: bool
) -> bool:
    rows = Head.objects.filter(pk=1)
    # Also where it fails: what shuts others out is not tried every minute.
    rows.update(rewritten_on=day_of(at))
    done = [
        engine(using).rewrite(connections[using], models, at_any_cost=at_any_cost)
        for using, models in ((VAULT, KEYS), (DEFAULT_DB_ALIAS, (*IN_CLEAR, *also)))
    ]
    if not all(done):
        logger.warning(
            "erasure: the files still hold bytes of what was erased; where this stays so,"
            " run manage.py erase_due --rewrite in a quiet hour"
        )
        return False
    # What was erased meanwhile has set another moment, and waits for another day.
    rows.filter(erased_at=head.erased_at).update(erased_at=None)
    return True
