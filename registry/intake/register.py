"""A chunk of rows against the register: read once, merged in order, written once."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import uuid4

from registry import clock
from registry.engines import engine
from registry.intake.merge import NOTHING, Known, Outcome, Verdict, merge
from registry.intake.registration import Facts, Row
from registry.models import Entity, EntityChange, EntityName, Identifier, Source
from registry.search import index

# The identity of a row: its number, or else its name and region within the source.
Key = tuple[str, str] | tuple[str, str, str | None]

PROVENANCE = ("source_id", "source_as_of", "status_source_id")
UPDATED_FIELDS = (*Facts._fields, *PROVENANCE, "updated_at")
CREATED_FIELDS = ("id", "public_id", *UPDATED_FIELDS, "created_at")
IDENTIFIER_FIELDS = ("entity_id", "kind", "value", "valid", "flaw")
# Changes shown on the entity's page are named by column, without Django's suffix.
NAME_OF_FACT = {name: name.removesuffix("_id") for name in Facts._fields}


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
        self.created: dict[int, Known] = {}
        self.numbers: list[tuple[Any, ...]] = []
        self.entries: list[tuple[Any, ...]] = []
        self.confirmed: set[int] = set()
        self.changed: dict[int, Known] = {}
        self.former_names: list[EntityName] = []
        self.found_otherwise: set[int] = set()
        self.changes: list[EntityChange] = []

    def key(self, row: Row) -> Key:
        if row.code:
            return row.code.kind, row.code.value
        return self.source.pk, row.facts.name_key, row.facts.region_id

    # --- Reading ----------------------------------------------------------------------

    def fetch(self, rows: list[Row]) -> None:
        """Everything the rows may refer to, in a fixed number of queries."""
        numbers = [row.code.value for row in rows if row.code]
        held = list(
            Identifier.objects.filter(value__among=numbers).values_list(
                "kind", "value", "entity_id"
            )
        )
        by_id = self.entities({entity_id for _, _, entity_id in held})
        for kind, value, entity_id in held:
            self.known[kind, value] = by_id[entity_id]
        self.fetch_unnumbered([row.facts.name_key for row in rows if not row.code])

    def fetch_unnumbered(self, name_keys: list[str]) -> None:
        if not name_keys:
            return
        unnumbered = Entity.objects.filter(
            source=self.source, name_key__among=name_keys, identifiers=None
        )
        for known in self.entities(unnumbered.values_list("pk", flat=True)).values():
            self.known[self.source.pk, known.facts.name_key, known.facts.region_id] = known

    def entities(self, ids: Collection[int]) -> dict[int, Known]:
        """The entities by id; the id of a merged record leads to the one that stays."""
        if not ids:
            return {}
        rows = Entity.objects.filter(pk__in=ids).values_list(
            "id", "merged_into_id", *PROVENANCE, *Facts._fields
        )
        found: dict[int, Known] = {}
        merged: dict[int, int] = {}
        for pk, merged_into, source, as_of, status_source, *facts in rows:
            found[pk] = Known(pk, Facts(*facts), source, as_of, status_source)
            if merged_into:
                merged[pk] = merged_into
        # A chain of merges is followed to its end.
        found |= self.entities(set(merged.values()) - found.keys())
        for pk in merged:
            stays = pk
            while stays in merged:
                stays = merged[stays]
            found[pk] = found[stays]
        return found

    # --- Merging ----------------------------------------------------------------------

    def take(self, row: Row) -> Outcome:
        known = self.known.get(self.key(row))
        if known is None:
            self.create(row)
            return Outcome(Verdict.CREATED)
        outcome = merge(known, row, as_of=self.as_of)
        if outcome.finding is None:
            self.apply(known, outcome.updates)
        return outcome

    def create(self, row: Row) -> None:
        pk = next(self.free_ids)
        status_source = None if row.facts.status in NOTHING else self.source.pk
        known = Known(pk, row.facts, self.source.pk, self.as_of, status_source)
        self.created[pk] = self.known[self.key(row)] = known
        owner = index.Owner(pk, row.facts.kind, row.facts.region_id)
        key, spoken = row.facts.name_key, row.search_keys
        self.entries.append(index.entry(owner, key, current=True, spoken=spoken))
        if code := row.code:
            self.numbers.append((pk, code.kind, code.value, code.valid, code.flaw))

    def apply(self, known: Known, updates: dict[str, Any]) -> None:
        newer = self.as_of > known.source_as_of
        if updates:
            self.remember(known, updates)
            known.facts = known.facts._replace(**updates)
            self.changed[known.id] = known
        elif newer:
            self.confirmed.add(known.id)
        if "status" in updates:
            known.status_source_id = self.source.pk
        if newer:
            known.source_id, known.source_as_of = self.source.pk, self.as_of

    def remember(self, known: Known, updates: dict[str, Any]) -> None:
        """Keep what an update replaces; filling in an empty field replaces nothing."""
        if updates.keys() & index.INDEXED:
            self.found_otherwise.add(known.id)
        if "name_key" in updates:
            self.former_names.append(self.former_name(known))
        for name, new in updates.items():
            old = getattr(known.facts, name)
            if old not in NOTHING and name != "name_key":
                self.changes.append(
                    EntityChange(
                        entity_id=known.id,
                        field=NAME_OF_FACT[name],
                        before=str(old),
                        after=str(new),
                        as_of=self.as_of,
                        source=self.source,
                    )
                )

    def former_name(self, known: Known) -> EntityName:
        return EntityName(
            entity_id=known.id,
            kind=EntityName.Kind.FORMER,
            name=known.facts.name,
            name_key=known.facts.name_key,
            until=clock.day_of(self.as_of),
            source=self.source,
        )

    # --- Writing ----------------------------------------------------------------------

    def write(self) -> None:
        """Everything the rows brought, in a fixed number of statements."""
        database = engine()
        database.bulk_insert(
            Entity, CREATED_FIELDS, map(self.new_row, self.created.values())
        )
        database.bulk_insert(Identifier, IDENTIFIER_FIELDS, self.numbers)
        index.add(self.entries)
        changed = [known for pk, known in self.changed.items() if pk not in self.created]
        database.bulk_update(Entity, UPDATED_FIELDS, map(self.changed_row, changed))
        EntityName.objects.bulk_create(self.former_names, ignore_conflicts=True)
        EntityChange.objects.bulk_create(self.changes)
        index.refresh(self.found_otherwise)
        Entity.objects.filter(pk__in=self.confirmed - self.changed.keys()).update(
            source=self.source, source_as_of=self.as_of
        )

    def row(self, known: Known) -> tuple[Any, ...]:
        provenance = (known.source_id, known.source_as_of, known.status_source_id)
        return (*known.facts, *provenance, self.at)

    def new_row(self, known: Known) -> tuple[Any, ...]:
        return (known.id, uuid4(), *self.row(known), self.at)

    def changed_row(self, known: Known) -> tuple[Any, ...]:
        return (*self.row(known), known.id)
