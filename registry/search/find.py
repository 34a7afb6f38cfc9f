"""From a query to the entities it means, best first."""

from math import ceil

from django.db.models import Case, IntegerField, Min, Q, QuerySet, Value, When
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from registry import names
from registry.engines import engine
from registry.models import Entity, Identifier, SearchEntry
from registry.search.query import Query, understand
from registry.search.results import Advice, Hit, Results, Why

PAGE = 20
# Nobody reads further; a narrower query does better.
MOST_PAGES = 50
# The ways an entry can match, in the order of the results.
LADDER = (Why.EXACT, Why.BRAND, Why.PREFIX, Why.PART, Why.PINYIN)


def search(text: str, *, page: int = 1) -> Results:
    """The entities `text` means: by number, name, part of a name, or pinyin.

    Raises QueryError for text that cannot be searched. Entities come with their
    region and identifiers loaded.
    """
    query = understand(text)
    if query.code and (hits := by_number(query)):
        return Results(query.text, hits, len(hits), 1, 1, advice(query))
    found = ranked(query)
    total = found.count()
    n_pages = min(ceil(total / PAGE), MOST_PAGES)
    page = min(max(page, 1), max(n_pages, 1))
    hits = hits_of(query, list(found[(page - 1) * PAGE : page * PAGE]))
    return Results(query.text, hits, total, page, n_pages, advice(query))


def by_number(query: Query) -> list[Hit]:
    assert query.code
    entities = Entity.objects.for_rows().filter(
        identifiers__kind=query.code.kind,
        identifiers__value=query.code.value,
        merged_into=None,
    )
    return [Hit(entity, Why.IDENTIFIER) for entity in entities]


def advice(query: Query) -> Advice | None:
    if query.code is None or query.code.valid:
        return None
    flaw = Identifier.Flaw(query.code.flaw).label
    return Advice(
        _("%(code)s 不是有效的编号（%(flaw)s）。请逐位核对。")
        % {"code": query.code.value, "flaw": flaw}
    )


def ranked(query: Query) -> "QuerySet[SearchEntry, int]":
    """The ids of the entities that match, in the order of `LADDER`, shorter names first."""
    ways = conditions(query)
    rungs = [
        When(ways[why], then=Value(rung)) for rung, why in enumerate(LADDER) if why in ways
    ]
    any_way = Q()
    for condition in ways.values():
        any_way |= condition
    # A former name comes after a current one that matches in the same way.
    rung = Case(*rungs, output_field=IntegerField()) * 2 + Case(
        When(current=True, then=Value(0)), default=Value(1)
    )
    return (
        SearchEntry.objects.filter(any_way)
        .values("entity_id")
        .annotate(rung=Min(rung), length=Min(Length("name_key")))
        .order_by("rung", "length", "entity_id")
        .values_list("entity_id", flat=True)
    )


def conditions(query: Query) -> dict[Why, Q]:
    starts_with = engine().starts_with
    ways = {
        Why.EXACT: Q(name_key=query.key),
        Why.BRAND: starts_with("core_key", query.core) & in_place(query),
        Why.PREFIX: starts_with("name_key", query.key),
        Why.PART: Q(name_key__contains=query.key),
    }
    if sound := sounds_like(query):
        ways[Why.PINYIN] = sound
    return ways


def in_place(query: Query) -> Q:
    """A region typed with the brand is meant."""
    return engine().starts_with("name_key", query.place) if query.place else Q()


def sounds_like(query: Query) -> Q:
    starts_with = engine().starts_with
    sound = Q()
    if query.latin:
        sound = starts_with("pinyin", query.latin) | starts_with("initials", query.latin)
    if query.regions:
        in_region = Q()
        for region in query.regions:
            in_region |= starts_with("name_key", region)
        # A romanised region may itself be the start of a brand.
        whole = "".join(names.pinyin(query.regions[0])) + query.latin
        sound = in_region & sound | starts_with("pinyin", whole)
    return sound


# --- Why it matched ----------------------------------------------------------------------


def hits_of(query: Query, ids: list[int]) -> list[Hit]:
    entities = Entity.objects.for_rows().prefetch_related("other_names").in_bulk(ids)
    return [hit_of(query, entities[pk]) for pk in ids]


def hit_of(query: Query, entity: Entity) -> Hit:
    if way := way_of(query, entity.name_key):
        return Hit(entity, *way_with_span(query, entity, way))
    matching = (
        other for other in entity.other_names.all() if way_of(query, other.name_key)
    )
    other = next(matching, None)
    return Hit(entity, Why.FORMER, matched_name=other.name if other else None)


def way_of(query: Query, key: str) -> Why | None:
    """The best rung of the ladder this folded name stands on; the conditions in Python."""
    if key == query.key:
        return Why.EXACT
    core = names.core_key(key)
    if core.startswith(query.core) and key.startswith(query.place):
        return Why.BRAND
    if key.startswith(query.key):
        return Why.PREFIX
    if query.key in key:
        return Why.PART
    return Why.PINYIN if sounds(query, core) else None


def sounds(query: Query, core: str) -> bool:
    if not query.latin and not query.regions:
        return False
    syllables = names.pinyin(core)
    whole = "".join(names.pinyin(query.regions[0])) if query.regions else ""
    spoken = ("".join(syllables), "".join(syllable[0] for syllable in syllables))
    return any(text.startswith((query.latin, whole + query.latin)) for text in spoken)


def way_with_span(
    query: Query, entity: Entity, way: Why
) -> tuple[Why, tuple[int, int] | None]:
    places = places_of(entity)
    if places is None:
        return way, None
    start, length = matched_part(query, entity.name_key, way)
    if start < 0 or not length:
        return way, None
    return way, (places[start], places[start + length - 1] + 1)


def places_of(entity: Entity) -> list[int] | None:
    """Where in the name each character of its key came from."""
    places = [
        place
        for place, character in enumerate(entity.name)
        for _folded in names.name_key(character)
    ]
    # Conversion by phrase can change a length; then nothing is marked.
    return places if len(places) == len(entity.name_key) else None


def matched_part(query: Query, key: str, way: Why) -> tuple[int, int]:
    """Start and length of what matched within the folded name."""
    if way is not Why.PINYIN:
        wanted = query.key if query.key in key else query.core
        return key.find(wanted), len(wanted)
    core = names.core_key(key)
    start = key.find(core)
    spoken = spoken_length(query.latin, core)
    if any(key.startswith(region) for region in query.regions):
        return 0, start + spoken
    return start, spoken


def spoken_length(latin: str, core: str) -> int:
    """How many characters of the core the letters pronounce, or abbreviate."""
    syllables = names.pinyin(core)
    if not "".join(syllables).startswith(latin):
        return min(len(latin), len(core))
    spoken = 0
    if not latin:
        return 0
    for n_characters, syllable in enumerate(syllables, start=1):
        spoken += len(syllable)
        if spoken >= len(latin):
            return n_characters
    return len(core)
