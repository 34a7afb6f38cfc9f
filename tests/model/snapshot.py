"""Everything an act could change, as far as a refusal must have left it alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, connections, router
from django.db.models import Model

from registry.models import (
    CandidateObjection,
    CaseKey,
    LedgerEntry,
    Listing,
    Outbox,
    Proposal,
    Step,
)
from repair.models import Application, Commitment, Evidence, Filing, Objection
from repair.models import Step as RepairStep

COUNTED = (
    *(CandidateObjection, CaseKey, LedgerEntry, Outbox, Step),
    *(Commitment, Evidence, Filing, RepairStep),
)
# A case as it stands; by what is filled in, `state_of` says where.
FIELDS = (
    *("version", "erased_at"),
    *("dropped_at", "ended_at", "held_since", "released_at", "noticed_on"),
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    # By kind and key.
    states: dict[str, dict[int, str]]
    # What else of a case is told by its version, and by whether it is erased.
    versions: dict[int, tuple[int, bool]]
    counts: tuple[object, ...]

    def state(self, kind: str, pk: int) -> str:
        return self.states[kind].get(pk, "")

    def new_since(self, old: "Snapshot", kind: str) -> list[int]:
        """Rows of a kind that were not there, or otherwise, in an earlier one."""
        rows, before = self.states[kind], old.states[kind]
        found = {pk for pk, state in rows.items() if before.get(pk) != state}
        if kind == "listing":
            now, then = self.versions, old.versions
            found |= {pk for pk in now if now[pk] != then.get(pk)}
        return sorted(found)


def snapshot() -> Snapshot:
    rows = read(Listing, FIELDS)
    return Snapshot(
        states={
            "listing": {pk: state_of(*more) for pk, _version, _erased, *more in rows},
            "proposal": {pk: out or "open" for pk, out in read(Proposal, ("outcome",))},
            "application": dict(read(Application, ("status",))),
            "objection": dict(read(Objection, ("status",))),
        },
        versions={pk: (version, bool(erased)) for pk, version, erased, *_more in rows},
        counts=tuple(read_counts()),
    )


def read(model: type[Model], fields: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Keys and columns as the database has them: taken so often that an ORM would tell."""
    with connection.cursor() as cursor:
        columns = ", ".join(("id", *fields))
        cursor.execute(f"SELECT {columns} FROM {model._meta.db_table} ORDER BY id")
        return list(cursor.fetchall())


def read_counts() -> Iterator[tuple[Any, ...]]:
    for model in COUNTED:
        database = connections[router.db_for_read(model)]
        key = database.ops.quote_name(f"{model._meta.pk.column}")
        with database.cursor() as cursor:
            cursor.execute(f"SELECT count(*), max({key}) FROM {model._meta.db_table}")
            yield cursor.fetchone()


def state_of(
    dropped: object, ended: object, held: object, released: object, told: object
) -> str:
    """Where the procedure stands, by what is filled in."""
    if dropped:
        return "dropped"
    if ended:
        return "ended"
    if held:
        return "held"
    if released:
        return "released"
    return "notified" if told else "prepared"
