"""Which entities fit a query: judged apart from the search, by rules of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.bench.search.names import cores, fold, sounds, unformed
from tests.bench.search.parties import PLACE
from tests.bench.search.queries import Query


@dataclass(frozen=True, slots=True)
class Found:
    """What the oracle looks at of an entity that was found."""

    name: str
    numbers: tuple[str, ...] = ()
    kind: str = ""
    # Names by codes: of its division and of those above.
    divisions: Mapping[str, str] = field(default_factory=dict)


def is_same(query: Query, found: Found) -> bool:
    return fold(found.name) == fold(query.name)


def is_same_without_form(query: Query, found: Found) -> bool:
    return unformed(fold(found.name)) == fold(query.text)


def has_number(query: Query, found: Found) -> bool:
    return query.target in found.numbers


def has_brand(query: Query, found: Found) -> bool:
    return any(core.startswith(fold(query.text)) for core in cores(found.name))


def has_brand_and_place(query: Query, found: Found) -> bool:
    brand, place = map(fold, query.text.split())
    where = [fold(found.name), *map(fold, found.divisions.values())]
    is_brand = any(core.startswith(brand) for core in cores(found.name))
    return is_brand and any(place in name for name in where)


def has_sound(query: Query, found: Found) -> bool:
    return any(sound.startswith(query.text.casefold()) for sound in sounds(found.name))


def starts(query: Query, found: Found) -> bool:
    return has_sound(query, found) if query.text.isascii() else has_brand(query, found)


def has_words(query: Query, found: Found) -> bool:
    return all(fold(word) in fold(found.name) for word in query.text.split())


def passes(query: Query, found: Found) -> bool:
    return (
        query.kind in {"", found.kind}
        and (not query.region or query.region in found.divisions)
        # Only parties that do not exist are listed here.
        and (not query.listed or found.name.startswith(PLACE))
    )


RULES: Mapping[str, Callable[[Query, Found], bool]] = {
    "uscc": has_number,
    "no_suffix": is_same_without_form,
    "brand2": has_brand,
    "brand_city": has_brand_and_place,
    "pinyin_brand": has_sound,
    "pinyin_core5": has_sound,
    "pinyin_initials": has_sound,
    "typeahead": starts,
    "substring": has_words,
    "common": has_words,
    "two_common": has_words,
    "mid": has_words,
    "next_page": has_words,
    "filter_common": has_words,
    "filter_rare": has_words,
}


def is_judged(query: Query) -> bool:
    """Whether it is known what answers it; of what nobody is called, nothing is."""
    return bool(query.name) or query.group in RULES


def fits(query: Query, found: Found) -> bool:
    """Whether the entity answers the query as well as any; a name in full by default."""
    return RULES.get(query.group, is_same)(query, found) and passes(query, found)
