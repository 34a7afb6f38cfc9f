"""From rows of the index to hits: entities loaded, and what of their names matched."""

from collections.abc import Callable, Sequence

from registry import names
from registry.models import EntityName
from registry.search.entities import entities_of
from registry.search.near import common_spans
from registry.search.query import Meaning, Query, Spoken
from registry.search.results import Hit, Span, Why
from registry.search.rungs import Name

# Which parts of a folded name matched.
Marks = Callable[[Name], list[Span]]


def hits_of(found: Sequence[Name], why: Callable[[Name], Why], marks: Marks) -> list[Hit]:
    """In the order of the rows; whose entity has gone meanwhile is left out."""
    entities = entities_of([name.entity_id for name in found])
    others = other_names([name for name in found if not name.current])
    hits = []
    for name in found:
        if entity := entities.get(name.entity_id):
            other = None if name.current else others.get((entity.pk, name.name_key))
            written = other or entity.name
            spans = placed(marks(name), written, name.name_key)
            hits.append(Hit(entity, why(name), spans, other))
    return hits


def other_names(found: Sequence[Name]) -> dict[tuple[int, str], str]:
    if not found:
        return {}
    rows = EntityName.objects.filter(entity__in={name.entity_id for name in found})
    return {
        (entity, key): name
        for entity, key, name in rows.values_list("entity", "name_key", "name")
    }


def placed(spans: list[Span], written: str, key: str) -> tuple[Span, ...]:
    """Spans of the folded name as spans of the name as it is written."""
    if written == key:
        return tuple(spans)
    places = [
        place
        for place, character in enumerate(written)
        for _folded in names.name_key(character)
    ]
    # Conversion by phrase can change a length; then nothing is marked.
    if len(places) != len(key):
        return ()
    return tuple((places[start], places[end - 1] + 1) for start, end in spans)


def marks_of_meaning(meaning: Meaning) -> Marks:
    """The whole query where it stands in one piece, else each of its parts."""

    def marks(name: Name) -> list[Span]:
        wanted = [meaning.key]
        if meaning.key not in name.name_key:
            wanted = [*meaning.parts, *(place.name for place in meaning.places)]
        found = [
            (start, start + len(part))
            for part in wanted
            if (start := name.name_key.find(part)) >= 0
        ]
        return joined(found)

    return marks


def joined(spans: list[Span]) -> list[Span]:
    """In order, and those that touch as one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def marks_of_sound(spoken: Spoken, key: str) -> Marks:
    def marks(name: Name) -> list[Span]:
        start = name.name_key.find(key)
        if start >= 0:
            return [(start, start + len(key))]
        core = name.name_key.find(name.core_key)
        places = [
            (at, at + len(place.name))
            for place in spoken.places
            if (at := name.name_key.find(place.name)) >= 0
        ]
        return joined([*places[:1], (core, core + n_spoken(spoken.letters, name))])

    return marks


def n_spoken(letters: str, name: Name) -> int:
    """How many characters of the core the letters pronounce, or abbreviate."""
    if not name.pinyin.startswith(letters):
        return min(len(letters), len(name.core_key))
    spoken = 0
    for n_characters, syllable in enumerate(names.pinyin(name.core_key), start=1):
        spoken += len(syllable)
        if spoken >= len(letters):
            return n_characters
    return len(name.core_key)


def marks_of_near(query: Query) -> Marks:
    return lambda name: common_spans(query.key, name.name_key)
