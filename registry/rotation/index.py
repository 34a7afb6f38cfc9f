"""A new index key: every person's number and name is opened and hashed anew.

Readers look under both keys meanwhile, so rows may move in any order and at any time.
Only listings of one person move together, because a guard compares those that follow
each other.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Count, Q

from registry import vault
from registry.engines import engine
from registry.models import Listing, Person
from registry.rotation.work import MOST, Moved, alone
from registry.vault import VaultError, hashes, rings
from registry.vault.rings import HouseKey

logger = logging.getLogger(__name__)

# People moved in one transaction, for which a decision may have to wait.
BATCH = 500
# After its making, until the key before it is destroyed. Whoever made a hash under the old
# key just before has long stored it by then, and the pass has been there once more.
SETTLED = timedelta(hours=1)


class Row(NamedTuple):
    """What is written about one listing; it sorts by the listing."""

    listing: int
    person: int
    number_hash: str
    name_hash: str


def rehash_some(at: datetime) -> Moved:
    """Bring rows to the newest key, and destroy the old one when nothing needs it.

    Safe to run twice and to be killed: a row is moved whole or not at all.
    """
    with alone(hashes.INDEX) as ours:
        if not ours:
            return Moved()
        newest, *old = hashes.index_keys()
        n_moved = 0
        for numbers in stale_numbers(newest):
            n_moved += rehash(numbers, newest)
            if n_moved >= MOST:
                break
        n_left = people_left(newest)
        if n_left:
            logger.warning("index key: %s people are left under another one", n_left)
        elif old and at - newest.since >= SETTLED:
            rings.destroy_old(hashes.INDEX)
        return Moved(n_moved, n_left)


# --- Which rows are left ------------------------------------------------------------------


def spans(newest: HouseKey) -> Iterator[tuple[str, Q]]:
    """Where in each index the hashes lie that another key has made."""
    first = newest.id.hex()
    for name in ("number_hash", "name_hash"):
        yield name, Q((f"{name}__gt", ""), (f"{name}__lt", first))
        # Above every hash that begins so: no digit comes after f.
        yield name, Q((f"{name}__gte", f"{first}g"))


def people_left(newest: HouseKey) -> int:
    """How many have a hash under another key; span by span, or SQLite reads every row."""
    counts: Counter[str] = Counter()
    for name, span in spans(newest):
        counts[name] += Person.objects.filter(span).count()
    return max(counts.values())


def stale_numbers(newest: HouseKey) -> Iterator[list[str]]:
    """Hashes of numbers, some at a time, walking along the indexes."""
    for name, span in spans(newest):
        after = ""
        while True:
            people = Person.objects.filter(span, **{f"{name}__gt": after}).order_by(name)
            rows = list(people.values_list(name, "number_hash")[:BATCH])
            if not rows:
                break
            after = rows[-1][0]
            yield [number for _, number in rows]


# --- Moved --------------------------------------------------------------------------------


def rehash(numbers: list[str], newest: HouseKey) -> int:
    """Move the listings of these people; one by one where the database refuses many."""
    try:
        return rehash_together(numbers, newest)
    except IntegrityError:
        if len(numbers) > 1:
            return sum(rehash([number], newest) for number in dict.fromkeys(numbers))
    # Released twice in one moment, once under each key: one of the two has to end.
    theirs = Listing.objects.filter(person__number_hash=numbers[0])
    cases = ", ".join(theirs.values_list("case", flat=True))
    logger.error("index key: the database refuses to move %s", cases)
    return 0


@transaction.atomic
def rehash_together(numbers: list[str], newest: HouseKey) -> int:
    people = locked(numbers)
    rows = []
    with vault.keys_at_hand(one.case for listings in people for one in listings):
        for listings in people:
            try:
                rows += [hashed(one, newest) for one in listings]
            except VaultError:
                # Nothing can open it, and an erasure will empty it.
                logger.warning("index key: case %s does not open", listings[0].case)
    write(rows)
    return len(rows)


def locked(numbers: list[str]) -> list[list[Listing]]:
    """The listings of each of these people, where nobody else is at any of them."""
    theirs = Listing.objects.filter(person__number_hash__among=numbers)
    rows = theirs.select_related("person").select_for_update(
        skip_locked=True, of=("self", "person"), no_key=True
    )
    people = defaultdict(list)
    for listing in rows.order_by("pk"):
        people[listing.party_key.removeprefix("p")].append(listing)
    counts = theirs.order_by().values_list("person__number_hash").annotate(Count("pk"))
    n_known = dict(counts)
    return [found for number, found in people.items() if len(found) == n_known[number]]


def hashed(listing: Listing, newest: HouseKey) -> Row:
    person = listing.person
    if person is None or person.number is None or person.name is None:
        raise VaultError(listing.case)
    number = vault.open_sealed(listing.case, "number", bytes(person.number)).decode()
    name_hash = ""
    if person.name_hash:
        name = vault.open_sealed(listing.case, "name", bytes(person.name)).decode()
        name_hash = hashes.name_hash_by(newest, name)
    number_hash = hashes.number_hash_by(newest, person.document, number)
    return Row(listing.pk, person.pk, number_hash, name_hash)


def write(rows: list[Row]) -> None:
    """The person first, whose key the listing bears; listings in the order they follow."""
    people = [(row.number_hash, row.name_hash, row.person) for row in rows]
    engine().bulk_update(Person, ("number_hash", "name_hash"), people)
    parties = [(f"p{row.number_hash}", row.listing) for row in sorted(rows)]
    engine().bulk_update(Listing, ("party_key",), parties)
