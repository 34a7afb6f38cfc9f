"""The names in the search index: one row a name, made from `registry.names`."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models.functions import Coalesce

from registry import names
from registry.engines import engine
from registry.models import (
    Entity,
    EntityName,
    ListedEntry,
    Listing,
    SearchCheck,
    SearchEntry,
)
from registry.search import terms
from registry.search.dialects import dialect

Progress = Callable[[int], None]
logger = logging.getLogger(__name__)
FIELDS = (
    *("entity_id", "current", "name_key", "core_key", "pinyin", "initials"),
    *("kind", "region", "shuffle"),
)
# What of an entity the index holds, beside its other names.
INDEXED = frozenset(("name_key", "kind", "region_id"))
CHUNK = 5000
# As much as the column keeps: the names of 200 characters take less.
LONGEST_PINYIN = 800
# A million entities in less than a day of ticks.
PER_TICK, COUNT_EVERY = 2000, timedelta(days=1)
# A multiplier near 2^32 divided by the golden ratio spreads neighbours far apart.
SPREAD, BITS = 2_654_435_761, 32


def nobody(n_entities: int) -> None:
    pass


def keys(name_key: str) -> tuple[str, str, str]:
    """Core, pinyin and initials of a folded name; touches no database."""
    core = names.core_key(name_key)
    pinyin, initials = names.spoken(core)
    return core, pinyin[:LONGEST_PINYIN], initials


class Owner(NamedTuple):
    """The entity of a name, as far as a search is narrowed by it."""

    pk: int
    kind: str
    region: str | None


def entry(
    owner: Owner, name_key: str, *, current: bool, spoken: tuple[str, str, str]
) -> tuple[Any, ...]:
    """The values of `FIELDS` for one folded name with its `keys`."""
    described = (owner.kind, owner.region or "", shuffled(owner.pk))
    return (owner.pk, current, name_key, *spoken, *described)


def shuffled(entity_id: int) -> int:
    """A place in an order without meaning, the same whenever the index is made anew."""
    return int(entity_id * SPREAD % 2**BITS - 2 ** (BITS - 1))


def add(entries: Iterable[tuple[Any, ...]]) -> None:
    """Write entries for names that have none yet, in the caller's transaction."""
    engine().bulk_insert(SearchEntry, FIELDS, entries)


def refresh(entity_ids: Iterable[int]) -> None:
    """Make the entries of these entities anew, in the caller's transaction."""
    chosen = sorted(set(entity_ids))
    SearchEntry.objects.filter(entity__in=chosen).delete()
    # Read to the end first: a connection in the middle of COPY answers no query.
    add(list(entries_of(chosen)))
    dialect().relist(chosen)


def begin_first_load() -> None:
    """Into an empty index rows go far faster while its look-up indexes are away.

    `end_first_load` makes them again; until then a search is right but slow.
    """
    if not SearchEntry.objects.exists():
        present = existing_indexes()
        quote = connection.ops.quote_name
        run(f"DROP INDEX {quote(name)}" for name, _ in lookups() if name in present)


def end_first_load() -> None:
    """Make the look-up indexes that are away; harmless where none is."""
    present = existing_indexes()
    run(statement for name, statement in lookups() if name not in present)
    engine().analyze(SearchEntry)
    terms.refresh()


def lookups() -> list[tuple[str, str]]:
    """Name and statement of each index a load does without."""
    editor = connection.schema_editor()
    return [
        *(
            (i.name, str(i.create_sql(SearchEntry, editor)))
            for i in SearchEntry._meta.indexes
        ),
        *dialect().lookups(),
    ]


def existing_indexes() -> set[str]:
    tables = [model._meta.db_table for model in (SearchEntry, ListedEntry)]
    with connection.cursor() as cursor:
        return {
            name
            for table in tables
            for name in connection.introspection.get_constraints(cursor, table)
        }


def run(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def rebuild(progress: Progress = nobody) -> int:
    """Mend the whole index while it is in use; returns the number of names in it.

    `progress` is told of every entity passed. Only what differs is written.
    """
    is_first = not SearchEntry.objects.exists() and Entity.objects.count() > CHUNK
    if is_first:
        begin_first_load()
    last = 0
    while chunk := next_entities(last):
        mend(chunk, after=last)
        last = chunk[-1]
        progress(len(chunk))
    SearchEntry.objects.filter(entity__gt=last).delete()
    if is_first:
        end_first_load()
    else:
        terms.refresh()
    return SearchEntry.objects.count()


def check(at: datetime) -> int:
    """A part of the index in every tick, round and round; how many entities were wrong."""
    place, _ = SearchCheck.objects.get_or_create(pk=1)
    chunk = next_entities(place.entity, PER_TICK)
    n_wrong = mend(chunk, after=place.entity) if chunk else 0
    if n_wrong:
        logger.warning(
            "search: the entries of %d entities were wrong and are mended", n_wrong
        )
    place.entity = chunk[-1] if chunk else 0
    if place.counted_at is None or at - place.counted_at > COUNT_EVERY:
        terms.refresh()
        place.counted_at = at
    place.save()
    return n_wrong


def next_entities(last: int, at_most: int = CHUNK) -> list[int]:
    """The ids that follow, merged records included."""
    ids = Entity.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)
    return list(ids[:at_most])


def mend(chunk: Sequence[int], *, after: int) -> int:
    """Compare the entries of these entities with their names; how many were wrong.

    `chunk` are all the entities behind `after`, up to its last one.
    """
    with transaction.atomic():
        # Whoever is being renamed at this moment is looked at in the next round. Others may
        # go on to refer to these rows: their commit would wait for this one, and hold what
        # this one waits for, its turn to change what is listed.
        rows = Entity.objects.filter(pk__in=chunk)
        still = rows.select_for_update(skip_locked=True, no_key=True)
        busy = {*chunk} - set(still.values_list("pk", flat=True))
        wrong = different(set(entries_of(chunk)), names_kept(after, chunk[-1]))
        wrong |= different(sections_wanted(chunk), sections_kept(after, chunk[-1]))
        refresh(wrong - busy)
    return len(wrong - busy)


def different(wanted: set[tuple[Any, ...]], kept: Counter[tuple[Any, ...]]) -> set[int]:
    twice = {row for row, n_times in kept.items() if n_times > 1}
    return {row[0] for row in (wanted ^ kept.keys()) | twice}


def names_kept(after: int, last: int) -> Counter[tuple[Any, ...]]:
    rows = SearchEntry.objects.filter(entity__gt=after, entity__lte=last)
    return Counter(rows.values_list(*FIELDS))


def sections_wanted(chunk: Sequence[int]) -> set[tuple[Any, ...]]:
    """Each listed entry as entity, id of its name and sections."""
    sections: dict[int, set[str]] = {}
    shown_with = Coalesce("entity__merged_into", "entity")
    opened = Listing.objects.released().filter(ended_at=None).annotate(of=shown_with)
    for entity, section in opened.filter(of__in=chunk).values_list(
        "of", "list_type__section"
    ):
        sections.setdefault(entity, set()).add(section)
    entries = SearchEntry.objects.filter(entity__in=sections)
    return {
        (entity, pk, " ".join(sorted(sections[entity])))
        for pk, entity in entries.values_list("pk", "entity")
    }


def sections_kept(after: int, last: int) -> Counter[tuple[Any, ...]]:
    rows = ListedEntry.objects.filter(entity__gt=after, entity__lte=last)
    return Counter(rows.values_list("entity", "pk", "sections"))


def entries_of(entity_ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    """The entries of some entities; a merged record is not found by search."""
    current = Entity.objects.filter(merged_into=None, pk__in=entity_ids)
    others = EntityName.objects.filter(entity__merged_into=None, entity__in=entity_ids)
    for pk, kind, region, key in current.values_list("pk", "kind", "region", "name_key"):
        yield entry(Owner(pk, kind, region), key, current=True, spoken=keys(key))
    about = ("entity", "entity__kind", "entity__region", "name_key")
    for pk, kind, region, key in others.values_list(*about):
        yield entry(Owner(pk, kind, region), key, current=False, spoken=keys(key))
