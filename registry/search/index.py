"""The names in the search index: one row a name, made from `registry.names`."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Index

from registry import names
from registry.engines import engine
from registry.models import Entity, EntityName, SearchEntry

FIELDS = ("entity_id", "current", "name_key", "core_key", "pinyin", "initials")
CHUNK = 5000
# As much as the column keeps: the names of 200 characters take less.
LONGEST_PINYIN = 800


def keys(name_key: str) -> tuple[str, str, str]:
    """Core, pinyin and initials of a folded name; touches no database."""
    core = names.core_key(name_key)
    pinyin, initials = names.spoken(core)
    return core, pinyin[:LONGEST_PINYIN], initials


def entry(entity_id: int, name_key: str, *, current: bool) -> tuple[Any, ...]:
    """The values of `FIELDS` for one folded name."""
    return (entity_id, current, name_key, *keys(name_key))


def add(entries: Iterable[tuple[Any, ...]]) -> None:
    """Write entries for names that have none yet, in the caller's transaction."""
    engine().bulk_insert(SearchEntry, FIELDS, entries)


def refresh(entity_ids: Iterable[int]) -> None:
    """Make the entries of these entities anew, in the caller's transaction."""
    chosen = list(entity_ids)
    SearchEntry.objects.filter(entity__in=chosen).delete()
    # Read to the end first: a connection in the middle of COPY answers no query.
    add(list(entries_of(chosen)))


def begin_first_load() -> None:
    """Into an empty index rows go far faster while its look-up indexes are away.

    `end_first_load` makes them again; until then a search is right but slow.
    """
    if not SearchEntry.objects.exists():
        present = existing_indexes()
        quote = connection.ops.quote_name
        run(f"DROP INDEX {quote(i.name)}" for i in lookups() if i.name in present)


def end_first_load() -> None:
    """Make the look-up indexes that are away; harmless where none is."""
    present = existing_indexes()
    editor = connection.schema_editor()
    run(i.create_sql(SearchEntry, editor) for i in lookups() if i.name not in present)
    engine().analyze(SearchEntry)


def lookups() -> Sequence[Index]:
    return SearchEntry._meta.indexes


def existing_indexes() -> set[str]:
    with connection.cursor() as cursor:
        table = SearchEntry._meta.db_table
        return set(connection.introspection.get_constraints(cursor, table))


def run(statements: Iterable[object]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(str(statement))


def rebuild() -> int:
    """Make the whole index anew in one transaction; returns the number of names."""
    with transaction.atomic():
        SearchEntry.objects.all()._raw_delete(SearchEntry.objects.db)
        entries = entries_of(None)
        n_names = 0
        while chunk := list(islice(entries, CHUNK)):
            add(chunk)
            n_names += len(chunk)
    engine().analyze(SearchEntry)
    return n_names


def entries_of(entity_ids: list[int] | None) -> Iterator[tuple[Any, ...]]:
    """The entries of some entities, or of all; a merged record is not found by search."""
    current = Entity.objects.filter(merged_into=None)
    others = EntityName.objects.filter(entity__merged_into=None)
    if entity_ids is not None:
        current, others = (
            current.filter(pk__in=entity_ids),
            others.filter(entity__in=entity_ids),
        )
    rows = current.values_list("pk", "name_key").iterator(CHUNK)
    other_rows = others.values_list("entity_id", "name_key").iterator(CHUNK)
    return chain(
        (entry(pk, key, current=True) for pk, key in rows),
        (entry(pk, key, current=False) for pk, key in other_rows),
    )
