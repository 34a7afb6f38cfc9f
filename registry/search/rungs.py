"""The ways to find names, as rungs of a ladder: each a condition and an order.

A rung is walked from its start or from behind one of its rows, by an index, so that any
page costs the same. What an earlier rung has taken, a later one leaves out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

from registry.search.clauses import (
    TRUE,
    Clause,
    equals,
    every,
    otherwise,
    some,
    starts_with,
)
from registry.search.dialects import Found, dialect
from registry.search.query import Meaning, Place, Spoken, pieces_of
from registry.search.results import Why
from registry.search.terms import Frequencies

# So many times the rows are looked at in which twenty are expected.
PATIENCE, LONGEST_WALK = 3, 60_000
# More than so many are not counted.
COUNTED = 1000
ENTRIES, LISTED = "registry_searchentry", "registry_listedentry"


class Name(NamedTuple):
    """A row of the index."""

    id: int
    entity_id: int
    current: bool
    name_key: str
    core_key: str
    pinyin: str
    initials: str
    region: str
    # How many names its entity has, and where all were looked at, how many entities match.
    n_names: int
    total: int | None = None


COLUMNS_OF_NAME = ", ".join(f"e.{name}" for name in Name._fields[:8])
COLUMNS = (
    f"{COLUMNS_OF_NAME}, (SELECT count(*) FROM {ENTRIES} o WHERE o.entity_id = e.entity_id)"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A query for rows of the index, in order."""

    sql: str
    params: tuple[Any, ...]


# The rows behind one of them, or from the start, and at most so many.
Ask = Callable[[Name | None, int], Statement]


@dataclass(frozen=True)
class Rung:
    """`name` stands in the links to further pages. `takes` says in Python what the SQL
    says, and `place` where in the rung a row stands: for the other names of an entity.
    """

    name: str
    statement: Ask
    takes: Callable[[Name], bool]
    place: Callable[[Name], tuple[Any, ...]]
    # Finds the rest where `statement` gives up before the end.
    rest: Ask | None = None
    # Whether a page can be asked for together with those of other rungs.
    is_quick: bool = False


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs of one reading, and why a row of one matched."""

    rungs: Sequence[Rung]
    why: Callable[[Name], Why]
    # How many entities there are at least, where they are not counted.
    at_least: int = 0
    # Counts them, up to one more than `COUNTED`.
    count: Statement | None = None
    # Names them all with kind and region, where they are few, and whether they are listed.
    entities: Statement | None = None


def select(source: str, condition: Clause, order: str, limit: int) -> Statement:
    sql = (
        f"SELECT {COLUMNS} FROM {source} WHERE {condition.sql}"
        f" ORDER BY {order} LIMIT {limit:d}"
    )
    return Statement(sql, condition.params)


# --- In characters ------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """A meaning, in a table, narrowed by what the entity must be."""

    meaning: Meaning
    narrowed: Clause
    table: str = ENTRIES
    # The pieces of the index that the narrowing stands for.
    also: tuple[str, ...] = ()

    @property
    def condition(self) -> Clause:
        return every((contained(self.meaning), self.narrowed))

    def sets(self, known: Frequencies) -> list[list[str]]:
        """For the index, once for each way to be in the last place: by name or by code."""
        return [known.rarest(parts) for parts in self.ways()]

    def estimate(self, known: Frequencies) -> float:
        return sum(known.estimate(parts) for parts in self.ways())

    def at_least(self, known: Frequencies) -> int:
        """As many match for certain: what is one piece has been counted, by names."""
        if len(self.meaning.key) == 2 and not self.also and not self.meaning.places:
            return known.entities_with(self.meaning.key)
        return 0

    def ways(self) -> list[list[list[str]]]:
        parts = [pieces_of(part) for part in self.meaning.parts]
        parts += [[piece] for piece in self.also]
        if not self.meaning.places:
            return [parts]
        place = self.meaning.places[-1]
        by_code = [[*parts, [f"r{stem}"]] for stem in place.stems]
        return [[*parts, pieces_of(place.name)], *by_code]


def contained(meaning: Meaning) -> Clause:
    has = dialect().contains
    parts = [has("e.name_key", part) for part in meaning.parts]
    return every([*parts, *map(in_place, meaning.places)])


def in_place(place: Place) -> Clause:
    by_code = (starts_with("e.region", stem) for stem in place.stems)
    return some((dialect().contains("e.name_key", place.name), *by_code))


def is_meant(meaning: Meaning, name: Name) -> bool:
    return all(part in name.name_key for part in meaning.parts) and all(
        is_in(place, name) for place in meaning.places
    )


def is_in(place: Place, name: Name) -> bool:
    return place.name in name.name_key or name.region.startswith(place.stems)


def lies_in(place: Place) -> Clause:
    """By the code; by the name only where the code does not say more: 云县 is in 凌云县."""
    outer = some(equals("e.region", code) for code in outer_codes(place))
    named = every((dialect().contains("e.name_key", place.name), outer))
    return some((named, *(starts_with("e.region", stem) for stem in place.stems)))


def lies_within(place: Place, name: Name) -> bool:
    return name.region.startswith(place.stems) or (
        place.name in name.name_key and name.region in outer_codes(place)
    )


def outer_codes(place: Place) -> set[str]:
    """Of the divisions that hold it, and of no division."""
    stems = {stem[:n] for stem in place.stems for n in range(0, len(stem), 2)}
    return {stem and stem.ljust(6, "0") for stem in stems}


# The ways a name can match, best first: `rank` in Python, `rank_in_sql` says the same.
RANKS = (Why.EXACT, Why.BRAND, Why.BRAND, Why.PREFIX, Why.PART, Why.WORDS)


def rank(meaning: Meaning, name: Name) -> int:
    key, brand = meaning.key, meaning.brand
    holds = (
        name.name_key == key,
        name.core_key == brand,
        name.core_key.startswith(brand),
        name.name_key.startswith(key),
        key in name.name_key,
        True,
    )
    return holds.index(True)


def rank_in_sql(meaning: Meaning) -> Clause:
    """Twice the rank; a former name comes after a current one of the same."""
    key, brand = meaning.key, meaning.brand
    clauses = [
        equals("e.name_key", key),
        equals("e.core_key", brand),
        starts_with("e.core_key", brand),
        starts_with("e.name_key", key),
        dialect().contains("e.name_key", key),
    ]
    whens = " ".join(f"WHEN {c.sql} THEN {2 * n:d}" for n, c in enumerate(clauses))
    sql = f"CASE {whens} ELSE {2 * len(clauses):d} END"
    params = tuple(value for clause in clauses for value in clause.params)
    return Clause(f"{sql} + CASE WHEN e.current THEN 0 ELSE 1 END", params)


def why(meaning: Meaning) -> Callable[[Name], Why]:
    def of(name: Name) -> Why:
        found = RANKS[rank(meaning, name)]
        is_one_word = len(meaning.parts) == 1 and not meaning.places
        return Why.PART if found is Why.WORDS and is_one_word else found

    return of


def by_meaning(wanted: Wanted, known: Frequencies) -> Ladder:
    """All that match, sorted, where they are few; else in the order of indexes."""
    few = wanted.estimate(known) <= known.selective
    return sorted_ladder(wanted, known) if few else walked_ladder(wanted, known)


def sorted_ladder(wanted: Wanted, known: Frequencies) -> Ladder:
    meaning = wanted.meaning
    matches = matching(wanted, known)

    def statement(after: Name | None, limit: int) -> Statement:
        behind, params = "", matches.params
        if after:
            last = "SELECT rank, size, id FROM m WHERE id = %s"
            behind = f" WHERE (m.rank, m.size, m.id) > ({last})"
            params = (*params, after.id)
        sql = (
            f"WITH m AS MATERIALIZED ({matches.sql}) SELECT {COLUMNS},"
            f" (SELECT count(DISTINCT entity_id) FROM m)"
            f" FROM (SELECT * FROM m{behind} ORDER BY rank, size, id LIMIT {limit:d}) m"
            f" JOIN {wanted.table} e ON e.id = m.id ORDER BY m.rank, m.size, m.id"
        )
        return Statement(sql, params)

    is_listed, listed = TRUE.sql, ""
    if wanted.table != LISTED:
        # As a join, because PostgreSQL would read all that is listed for an EXISTS.
        is_listed = "l.entity_id IS NOT NULL"
        listed = f" LEFT JOIN {LISTED} l ON l.entity_id = m.entity_id"
    entities = Statement(
        f"SELECT DISTINCT m.entity_id, m.kind, m.region, {is_listed}"
        f" FROM ({matches.sql}) m{listed}",
        matches.params,
    )
    rung = Rung(
        "s",
        statement,
        lambda name: is_meant(meaning, name),
        lambda name: (
            2 * rank(meaning, name) + (not name.current),
            len(name.name_key),
            name.id,
        ),
    )
    return Ladder((rung,), why(meaning), entities=entities)


def matching(wanted: Wanted, known: Frequencies) -> Statement:
    """Every row that matches, with its rank and size."""
    found = dialect().having(wanted.table, wanted.sets(known))
    condition = every((found.condition, wanted.condition))
    order = rank_in_sql(wanted.meaning)
    sql = (
        f"SELECT e.id, e.entity_id, e.kind, e.region, {order.sql} AS rank,"
        f" length(e.name_key) AS size"
        f" FROM {found.source} WHERE {condition.sql}"
    )
    return Statement(sql, (*order.params, *condition.params))


def walked_ladder(wanted: Wanted, known: Frequencies) -> Ladder:
    meaning = wanted.meaning
    is_exact = equals("e.name_key", meaning.key)
    has_brand = starts_with("e.core_key", meaning.brand)
    begins = starts_with("e.name_key", meaning.key)
    rungs = (
        by_index(wanted, "x", "name_key", is_exact, ()),
        by_index(wanted, "b", "core_key", has_brand, (is_exact,)),
        # Asked for by itself: it looks through all of 中国 for names that begin with a
        # place, and most pages are full before.
        replace(
            by_index(wanted, "p", "name_key", begins, (is_exact, has_brand)),
            is_quick=False,
        ),
        by_pieces(wanted, known),
    )
    taken = ({0}, {1, 2}, {3}, {4, 5})
    return Ladder(
        [
            replace(rung, takes=partial(has_rank, meaning, one))
            for rung, one in zip(rungs, taken, strict=True)
        ],
        why(meaning),
        at_least=wanted.at_least(known),
    )


def has_rank(meaning: Meaning, among: set[int], name: Name) -> bool:
    return is_meant(meaning, name) and rank(meaning, name) in among


def anything(name: Name) -> bool:
    return True


def by_index(
    wanted: Wanted, name: str, column: str, condition: Clause, before: Sequence[Clause]
) -> Rung:
    """The rows of a range of a column, in its order."""

    def statement(after: Name | None, limit: int) -> Statement:
        parts = [condition, wanted.condition, *map(otherwise, before)]
        if after:
            parts.append(behind(column, after))
        return select(f"{wanted.table} e", every(parts), f"e.{column}, e.id", limit)

    return Rung(name, statement, anything, attrgetter(column, "id"), is_quick=True)


def behind(column: str, after: Name) -> Clause:
    value = getattr(after, column)
    return Clause(
        f"(e.{column} >= %s AND (e.{column}, e.id) > (%s, %s))", (value, value, after.id)
    )


def by_pieces(wanted: Wanted, known: Frequencies) -> Rung:
    """The rest, in an order without meaning.

    Where many match by a walk in that order; where it would be too long by the index.
    """
    sets, expected = wanted.sets(known), wanted.estimate(known)
    window = int(
        min(max(PATIENCE * 21 * known.total / max(expected, 1), 1000), LONGEST_WALK)
    )

    def walk(after: Name | None, limit: int) -> Statement:
        start = after.id if after else 0
        return walked(wanted, dialect().scanned(wanted.table, sets, start, window), limit)

    def ask(after: Name | None, limit: int) -> Statement:
        start = after.id if after else 0
        return walked(wanted, dialect().having(wanted.table, sets, start), limit)

    if expected <= known.selective:
        return Rung("c", ask, anything, by_id)
    return Rung("c", walk, anything, by_id, ask)


def by_id(name: Name) -> tuple[int]:
    return (name.id,)


def walked(wanted: Wanted, found: Found, limit: int) -> Statement:
    condition = every((found.condition, wanted.condition))
    sql = (
        f"SELECT {COLUMNS} FROM (SELECT e.id FROM {found.source} WHERE {condition.sql}"
        f" ORDER BY {found.order} LIMIT {limit:d}) f JOIN {wanted.table} e ON e.id = f.id"
        f" ORDER BY {dialect().walk}"
    )
    return Statement(sql, condition.params)


# No part has to stand anywhere.
NOTHING = Meaning("", "", ())


# --- In letters ---------------------------------------------------------------------------


def by_sound(
    spoken: Spoken, key: str, narrowed: Clause, table: str, known: Frequencies
) -> Ladder:
    """Names that are written so, then that sound so, then that have such initials."""
    where = some(map(lies_in, spoken.places)) if spoken.places else TRUE
    wanted = Wanted(NOTHING, every((narrowed, where)), table)
    conditions = [
        ("x", "name_key", equals("e.name_key", key)),
        ("p", "name_key", starts_with("e.name_key", key)),
        ("y", "pinyin", starts_with("e.pinyin", spoken.letters)),
        ("i", "initials", starts_with("e.initials", spoken.letters)),
    ]
    if spoken.places:
        conditions = conditions[2:]
    rungs = []
    for n, (name, column, condition) in enumerate(conditions):
        before = [earlier for _, _, earlier in conditions[:n]]
        rung = by_index(wanted, name, column, condition, before)
        rungs.append(replace(rung, takes=partial(is_first, spoken, key, name)))
    found = [Found(f"{table} e", condition, "") for _, _, condition in conditions]
    if not spoken.places:
        within = Wanted(Meaning(key, key, (key,)), narrowed, table)
        rungs.append(
            replace(by_pieces(within, known), takes=partial(is_within, spoken, key))
        )
        if within.estimate(known) > known.selective:
            return Ladder(rungs, partial(why_spoken, spoken, key))
        among = dialect().having(table, within.sets(known))
        has = every((among.condition, within.condition))
        found.append(Found(among.source, has, ""))
    return Ladder(rungs, partial(why_spoken, spoken, key), count=counted(wanted, found))


def sounds(spoken: Spoken, key: str, name: Name) -> str:
    """The rung on which a name stands; empty for none."""
    if spoken.places and not any(lies_within(place, name) for place in spoken.places):
        return ""
    if not spoken.places and name.name_key.startswith(key):
        return "x" if name.name_key == key else "p"
    if name.pinyin.startswith(spoken.letters):
        return "y"
    return "i" if name.initials.startswith(spoken.letters) else ""


def is_first(spoken: Spoken, key: str, rung: str, name: Name) -> bool:
    return sounds(spoken, key, name) == rung


def is_within(spoken: Spoken, key: str, name: Name) -> bool:
    return key in name.name_key and not sounds(spoken, key, name)


def why_spoken(spoken: Spoken, key: str, name: Name) -> Why:
    ways = {"x": Why.EXACT, "p": Why.PREFIX, "": Why.PART}
    return ways.get(sounds(spoken, key, name), Why.PINYIN)


def counted(wanted: Wanted, found: Sequence[Found]) -> Statement:
    """How many entities, up to one more than `COUNTED`."""
    conditions = [every((one.condition, wanted.narrowed)) for one in found]
    selects = " UNION ALL ".join(
        f"SELECT entity_id FROM (SELECT e.entity_id FROM {one.source}"
        f" WHERE {condition.sql} LIMIT {COUNTED + 1:d}) q{n:d}"
        for n, (one, condition) in enumerate(zip(found, conditions, strict=True))
    )
    params = tuple(value for condition in conditions for value in condition.params)
    return Statement(f"SELECT count(DISTINCT entity_id) FROM ({selects}) found", params)
