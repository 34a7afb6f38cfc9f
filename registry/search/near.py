"""Names with one character wrong, missing, added or swapped, or written as it sounds.

One slip touches three neighbouring pieces at most. So for every place it may be in, the
rarest pieces it leaves alone find the name, and the distance decides.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Self

from rapidfuzz.distance import OSA, Levenshtein

from registry import names
from registry.search.clauses import every, starts_with
from registry.search.dialects import dialect
from registry.search.query import Meaning, Query, pieces_of
from registry.search.results import Span
from registry.search.rungs import COLUMNS_OF_NAME, Name, Statement, Wanted, select
from registry.search.terms import Frequencies
from registry.search.walk import rows

# So many neighbouring pieces one slip can touch: a wrong character two, a swap three.
TOUCHED = (2, 3)
# Rows whose distance is measured; there are more only where every piece is common.
MOST = 1000
# The columns of a name, without a count of the others of its entity.
PLAIN = f"{COLUMNS_OF_NAME}, 1"
# Shorter ones are near to too much.
SHORTEST = 4
# In a name of so many characters a second slip is forgiven.
LONG = 8


def near(query: Query, wanted: Wanted, known: Frequencies, limit: int) -> list[Name]:
    """The nearest names, best first."""
    if len(query.key) < SHORTEST:
        return []
    found = {name.id: name for name in (*by_pieces(query, wanted, known), *alike(wanted))}
    typed = Typed.of(query, wanted.meaning)
    scored = sorted(
        (score, len(name.name_key), name.id)
        for name in found.values()
        if (score := distance(typed, name)) is not None
    )
    return list(one_each(found[pk] for _, _, pk in scored))[:limit]


def one_each(best_first: Iterable[Name]) -> Iterator[Name]:
    seen: set[int] = set()
    for name in best_first:
        if name.entity_id not in seen:
            seen.add(name.entity_id)
            yield name


def by_pieces(query: Query, wanted: Wanted, known: Frequencies) -> list[Name]:
    sets = spared(names.without_legal_form(query.key), known, wanted.also)
    if not sets:
        return []
    found = dialect().having(wanted.table, sets)
    condition = every((found.condition, wanted.narrowed))
    sql = f"SELECT {PLAIN} FROM {found.source} WHERE {condition.sql} LIMIT {MOST:d}"
    return rows(Statement(sql, condition.params))


def spared(key: str, known: Frequencies, also: tuple[str, ...]) -> list[list[str]]:
    """The rarest pieces that a slip leaves, for each place it may be in; each set once."""
    pieces = pieces_of(key)
    left = (
        [*pieces[:start], *pieces[start + touched :]]
        for touched in TOUCHED
        for start in range(len(pieces) - touched + 1)
    )
    sets = {tuple(known.rarest([*([one] for one in also), some])) for some in left if some}
    few = [one for one in sets if known.estimate([p] for p in one) <= MOST]
    return [list(one) for one in sorted(few)]


def alike(wanted: Wanted) -> list[Name]:
    """What sounds the same, by any characters."""
    sound = names.spoken(wanted.meaning.brand)[0]
    if len(wanted.meaning.brand) < 2 or sound == wanted.meaning.brand:
        return []
    condition = every((starts_with("e.pinyin", sound), wanted.narrowed))
    found = select(f"{wanted.table} e", condition, "e.pinyin, e.id", 100)
    return rows(found)


class Typed(NamedTuple):
    """What a thousand names are compared with: the query, and what is left of it."""

    key: str
    # Without its legal form.
    bare: str
    brand: str
    # Of the brand; empty where that is written in letters itself.
    sound: str
    allowed: int

    @classmethod
    def of(cls, query: Query, meaning: Meaning) -> Self:
        sound = names.spoken(meaning.brand)[0]
        return cls(
            query.key,
            names.without_legal_form(query.key),
            meaning.brand,
            "" if sound == meaning.brand else sound,
            2 if len(query.key) >= LONG else 1,
        )


def distance(typed: Typed, name: Name) -> tuple[int, int] | None:
    """Slips between query and name, and whether they sound different; None for too many."""
    slips = min(
        OSA.distance(typed.key, name.name_key),
        OSA.distance(typed.bare, names.without_legal_form(name.name_key)),
        OSA.distance(typed.brand, name.core_key),
        OSA.distance(typed.brand, name.core_key[: len(typed.brand)]),
    )
    is_alike = bool(typed.sound) and name.pinyin.startswith(typed.sound)
    if slips > typed.allowed and not is_alike:
        return None
    return slips, 0 if is_alike else 1


def common_spans(typed: str, name_key: str) -> list[Span]:
    """The parts of the name that were typed as they are."""
    return [
        (block.dest_start, block.dest_end)
        for block in Levenshtein.opcodes(typed, name_key)
        if block.tag == "equal"
    ]
