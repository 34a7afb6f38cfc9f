"""A chunk of rows against the register: read once, merged in order, written once."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

from registry import clock
from registry.engines import engine
from registry.intake.merge import FIELDS, NOTHING, Known, Outcome, Verdict, merge
from registry.intake.registration import Row
from registry.models import Entity, EntityChange, EntityName, Identifier, Source
from registry.search import index

# The identity of a row: its number, or else its name and region within the source.
Key = tuple[str, ...] | tuple[str, str, str | None]

KNOWN_FIELDS = tuple(Known.__slots__)
UPDATED_FIELDS = (
    *FIELDS,
    "name_key",
    "source_id",
    "source_as_of",
    "status_source_id",
    "updated_at",
)
CREATED_FIELDS = ("id", "public_id", *UPDATED_FIELDS, "created_at")
IDENTIFIER_FIELDS = ("entity_id", "kind", "value", "valid", "flaw")


class RegisterChunk:
    """Merges rows one after the other, as if each were written before the next was read.

    Lives in the caller's transaction and under the import's lock.
    """

    def __init__(
        self, rows: list[Row], *, source: Source, as_of: datetime, at: datetime
    ) -> None:
        self.source, self.as_of, self.at = source, as_of, at
        self.known: dict[Key, Known] = {}
        self.fetch(rows)
        n_new = sum(self.key(row) not in self.known for row in rows)
        self.free_ids = iter(engine().reserve_ids(Entity, n_new))
        self.created: list[Known] = []
        self.numbers: list[tuple[Any, ...]] = []
        self.confirmed: list[int] = []
        self.changed: dict[int, Known] = {}
        self.former_names: list[EntityName] = []
        self.changes: list[EntityChange] = []

    def key(self, row: Row) -> Key:
        if row.code:
            return row.code.kind, row.code.value
        return self.source.pk, row.name_key, row.region_id

    # --- Reading ----------------------------------------------------------------------

    def fetch(self, rows: list[Row]) -> None:
        """Everything the rows may refer to, in a fixed number of queries."""
        numbers = [row.code.value for row in rows if row.code]
        holders = Identifier.objects.filter(value__in=numbers)
        by_id = self.entities(set(holders.values_list("entity_id", flat=True)))
        for kind, value, entity_id in holders.values_list("kind", "value", "entity_id"):
            self.known[kind, value] = by_id[entity_id]
        self.fetch_unnumbered([row.name_key for row in rows if not row.code])

    def fetch_unnumbered(self, name_keys: list[str]) -> None:
        if not name_keys:
            return
        unnumbered = Entity.objects.filter(
            source=self.source, name_key__in=name_keys, identifiers=None
        )
        for known in self.entities(set(unnumbered.values_list("pk", flat=True))).values():
            self.known[self.source.pk, known.name_key, known.region_id] = known

    def entities(self, ids: set[int]) -> dict[int, Known]:
        """The entities by id; the id of a merged record leads to the one that stays."""
        if not ids:
            return {}
        rows = Entity.objects.filter(pk__in=ids).values_list(*KNOWN_FIELDS)
        found = {known.id: known for known in (Known(*row) for row in rows)}
        merged = {k.id: k.merged_into_id for k in found.values() if k.merged_into_id}
        survivors = self.entities(set(merged.values()) - found.keys()) | found
        return found | {gone: survivors[stays] for gone, stays in merged.items()}

    # --- Merging ----------------------------------------------------------------------

    def take(self, row: Row) -> Outcome:
        known = self.known.get(self.key(row))
        if known is None:
            self.create(row)
            return Outcome(Verdict.CREATED)
        outcome = merge(known, row, as_of=self.as_of)
        if outcome.finding is None:
            self.apply(known, row, outcome.updates)
        return outcome

    def create(self, row: Row) -> None:
        known = Known(
            id=next(self.free_ids),
            name_key=row.name_key,
            source_id=self.source.pk,
            source_as_of=self.as_of,
            status_source_id=self.source.pk if row.status not in NOTHING else None,
            **{name: getattr(row, name) for name in FIELDS},
        )
        self.created.append(known)
        self.known[self.key(row)] = known
        if code := row.code:
            self.numbers.append((known.id, code.kind, code.value, code.valid, code.flaw))

    def apply(self, known: Known, row: Row, updates: dict[str, Any]) -> None:
        newer = self.as_of > known.source_as_of
        if updates:
            self.changed[known.id] = known
            self.remember(known, row, updates)
        elif newer:
            self.confirmed.append(known.id)
        for name, value in updates.items():
            setattr(known, name, value)
        if "status" in updates:
            known.status_source_id = self.source.pk
        if newer:
            known.source_id, known.source_as_of = self.source.pk, self.as_of

    def remember(self, known: Known, row: Row, updates: dict[str, Any]) -> None:
        """Keep what an update replaces; filling in an empty field replaces nothing."""
        for name, new in updates.items():
            old = getattr(known, name)
            if old not in NOTHING:
                self.changes.append(
                    EntityChange(
                        entity_id=known.id,
                        field=name.removesuffix("_id"),
                        before=str(old),
                        after=str(new),
                        as_of=self.as_of,
                        source=self.source,
                    )
                )
        if row.name_key != known.name_key:
            self.former_names.append(
                EntityName(
                    entity_id=known.id,
                    kind=EntityName.Kind.FORMER,
                    name=known.name,
                    name_key=known.name_key,
                    until=clock.day_of(self.as_of),
                    source=self.source,
                )
            )
            known.name_key = row.name_key

    # --- Writing ----------------------------------------------------------------------

    def write(self) -> None:
        """Everything the rows brought, in a fixed number of statements."""
        database = engine()
        database.bulk_insert(Entity, CREATED_FIELDS, map(self.new_values, self.created))
        database.bulk_insert(Identifier, IDENTIFIER_FIELDS, self.numbers)
        index.add(index.entry(new.id, new.name_key, current=True) for new in self.created)
        self.write_changes()
        Entity.objects.filter(pk__in=self.confirmed).update(
            source=self.source, source_as_of=self.as_of
        )

    def write_changes(self) -> None:
        created = {known.id for known in self.created}
        changed = [known for known in self.changed.values() if known.id not in created]
        database = engine()
        database.bulk_update(Entity, UPDATED_FIELDS, map(self.changed_values, changed))
        EntityName.objects.bulk_create(self.former_names, ignore_conflicts=True)
        EntityChange.objects.bulk_create(self.changes)
        index.refresh({name.entity_id for name in self.former_names})

    def values(self, known: Known) -> Iterator[Any]:
        yield from (getattr(known, name) for name in UPDATED_FIELDS[:-1])
        yield self.at

    def new_values(self, known: Known) -> tuple[Any, ...]:
        return (known.id, uuid4(), *self.values(known), self.at)

    def changed_values(self, known: Known) -> tuple[Any, ...]:
        return (*self.values(known), known.id)
