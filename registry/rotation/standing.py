"""Which keys there are, since when, and how much hangs on each."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from django.db.models import BinaryField, Count
from django.db.models.functions import Left, Substr

from registry.days import CIVIL_TIME
from registry.ledger import keys as ledger_keys
from registry.models import CaseKey, Person
from registry.rotation.ledger import LEDGER
from registry.vault import hashes, rings, seals


class Standing(NamedTuple):
    """One key, as a line for the operator."""

    purpose: str
    file: str
    since: str
    use: str


def standing(today: date) -> Iterator[Standing]:
    """Every key that changes, by purpose, the newest first."""
    yield from of_ring(hashes.INDEX, people_by_key, "people")
    yield from of_ring(seals.MASTER, cases_by_key, "keys of cases")
    yield from of_ledger(today)


def of_ring(
    purpose: str, count: Callable[[], dict[bytes, int]], rows: str
) -> Iterator[Standing]:
    counts, role = count(), "makes all that is new"
    for path in rings.paths_of(purpose):
        key = rings.read(path)
        since = f"{key.since.astimezone(CIVIL_TIME):%Y-%m-%d %H:%M}"
        use = f"{role}; {counts.pop(key.id, 0):,} {rows}"
        yield Standing(purpose, path.name, since, use)
        role = "still reads"
    for id_, n in counts.items():
        use = f"missing, or put back under a wrong name; {n:,} {rows}"
        yield Standing(purpose, f"key {id_.hex()}", "", use)


def people_by_key() -> dict[bytes, int]:
    people = Person.objects.exclude(number_hash="").order_by()
    counts = people.values_list(Left("number_hash", 2 * rings.ID_SIZE)).annotate(
        Count("pk")
    )
    return {bytes.fromhex(id_): n for id_, n in counts}


def cases_by_key() -> dict[bytes, int]:
    start = len(seals.WRAPPED) + 1
    id_ = Substr("wrapped", start, rings.ID_SIZE, output_field=BinaryField())
    counts = CaseKey.objects.order_by().values_list(id_).annotate(Count("pk"))
    return {bytes(id_): n for id_, n in counts}


def of_ledger(today: date) -> Iterator[Standing]:
    role = "signs"
    for one in reversed(ledger_keys.known()):
        use = "its private half is destroyed" if one.is_destroyed else role
        if one.since > today:
            use = "signs from its day on"
        elif role == "signs":
            role = "does not sign any more"
        yield Standing(LEDGER, f"{one.place.name}.pub", f"{one.since}", use)
    if since := ledger_keys.prepared():
        yield Standing(LEDGER, f"ledger-{since}.key", f"{since}", "not announced yet")
