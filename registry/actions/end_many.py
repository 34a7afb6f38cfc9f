"""Many listings ended at once as wrong, on one document: none is deleted, each is told."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from registry.actions import trail
from registry.days import day_of
from registry.engines import engine
from registry.errors import BarredError
from registry.ledger import commitments, entries
from registry.logbook import append, signing
from registry.logbook.append import Draft
from registry.logbook.openings import Opened
from registry.models import Act, Authority, Listing, Opening, Role, Step, User

CHUNK = 5_000
STEP = (
    *("listing_id", "authority_id", "before", "after", "act", "about"),
    *("by_id", "at", "reason"),
)
# What a row reads of a listing to say in which state it was.
READ = (
    *("case", "authority", "leaf", "version", "dropped_at", "ended_at", "held_since"),
    *("released_at", "noticed_on"),
)


@transaction.atomic
def end_many(
    keys: Iterable[int], document: str, *, authority: Authority, by: User, at: datetime
) -> int:
    """End those of them that still run, as wrong, for a second person of the authority.

    The number of those ended. Whoever calls has the proposal of a first person.
    """
    by = User.objects.get(pk=by.pk)
    if bars := trail.bars_to_staff(by, Listing(authority=authority), Role.CHECKER):
        raise BarredError(bars)
    wanted = sorted(set(keys))
    ended: list[Draft] = []
    n_ended = 0
    for start in range(0, len(wanted), CHUNK):
        listings = running(wanted[start : start + CHUNK], authority)
        end(listings, document, by=by, at=at)
        ended += told(listings, document, at)
        n_ended += len(listings)
    if ended:
        # The turn of the ledger last: until the commit nobody else gets it.
        append.insert(append.next_leaf(), ended)
        signing.sign_soon(at)
    return n_ended


def running(keys: Sequence[int], authority: Authority) -> list[Listing]:
    """Ours until the commit."""
    rows = Listing.objects.released().filter(
        pk__among=keys, authority=authority, ended_at=None
    )
    locked = rows.select_for_update(of=("self",), no_key=True)
    return list(locked.only(*READ).order_by("pk"))


def end(listings: Sequence[Listing], document: str, *, by: User, at: datetime) -> None:
    Listing.objects.filter(pk__among=[one.pk for one in listings]).update(
        ended_at=at,
        end_reason=Listing.EndReason.WRONG,
        end_document=document,
        version=F("version") + 1,
    )
    engine().bulk_insert(Step, STEP, steps(listings, by=by, at=at))
    for first in listings[:1]:
        trail.owe("batch.ended", first.case, f"{first.version + 1}", at=at)


def steps(
    listings: Sequence[Listing], *, by: User, at: datetime
) -> Iterator[tuple[Any, ...]]:
    ended, act = Listing.State.ENDED.value, Act.END.value
    for one in listings:
        case = (one.pk, one.authority_id)
        yield (*case, one.state.value, ended, act, "", by.pk, at, "")


def told(listings: Sequence[Listing], document: str, at: datetime) -> Iterator[Draft]:
    """The `end` entry of each that is in the ledger."""
    leaves = [one.leaf_id for one in listings if one.leaf_id is not None]
    found = Opening.objects.filter(entry__pk__among=leaves).values_list(
        "pk", "salt", "core"
    )
    opened = {
        leaf: Opened(bytes(salt), bytes(core))
        for leaf, salt, core in found
        if salt is not None and core is not None
    }
    for one in listings:
        if (leaf := one.leaf_id) is None:
            continue
        # Where it cannot be opened any more, what has to end ends anyway.
        own = opened.get(leaf) or Opened(commitments.new_salt(), b"{}")
        entry = {"list": leaf, "why": "wrong", "on": day_of(at), "appr": 2}
        yield Draft(one.case, entries.made("end", entry | {"doc": own.document(document)}))
