"""The names in the search index: one row a name, made from `registry.names`."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from django.db import transaction

from registry import names
from registry.engines import engine
from registry.models import Entity, EntityName, SearchEntry

FIELDS = ("entity_id", "current", "name_key", "core_key", "pinyin", "initials")
CHUNK = 5000


def entry(entity_id: int, key: str, *, current: bool) -> tuple[Any, ...]:
    """The values of `FIELDS` for one folded name."""
    core = names.core_key(key)
    syllables = names.pinyin(core)
    pinyin = "".join(syllables)[:800]
    initials = "".join([syllable[0] for syllable in syllables])
    return (entity_id, current, key, core, pinyin, initials)


def add(entries: Iterable[tuple[Any, ...]]) -> None:
    """Write entries for names that have none yet, in the caller's transaction."""
    engine().bulk_insert(SearchEntry, FIELDS, entries)


def refresh(entity_ids: Iterable[int]) -> None:
    """Make the entries of these entities anew, in the caller's transaction."""
    chosen = list(entity_ids)
    SearchEntry.objects.filter(entity__in=chosen).delete()
    add(entries_of(chosen))


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
