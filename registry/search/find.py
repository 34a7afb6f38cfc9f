"""From a query to the entities it means, best first."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice, takewhile

from django.utils.translation import gettext as _

from registry.names import stem
from registry.search import guard, terms
from registry.search.clauses import Clause, equals, every, starts_with
from registry.search.dialects import dialect
from registry.search.displayed import listed
from registry.search.divide import Matching, divided
from registry.search.near import near
from registry.search.numbers import advice, by_document, by_number
from registry.search.query import SHORTEST, Meaning, Query, Spoken, understand
from registry.search.results import (
    Facets,
    Filters,
    Hit,
    QueryError,
    Results,
    Why,
)
from registry.search.rungs import (
    COLUMNS,
    COUNTED,
    ENTRIES,
    LISTED,
    Ladder,
    Name,
    Statement,
    Wanted,
    by_meaning,
    by_sound,
)
from registry.search.shown import (
    Marks,
    hits_of,
    marks_of_meaning,
    marks_of_near,
    marks_of_sound,
)
from registry.search.walk import Step, Walk, fetched, rows

PAGE = 20
ALL = Filters()
# Which reading, which rung and which row a page ended with.
AFTER = re.compile(r"(\d)([a-z])(\d{1,18})", re.ASCII)


def search(
    text: str,
    *,
    filters: Filters = ALL,
    after: str = "",
    limit: int = PAGE,
    at: datetime | None = None,
    divide: bool = False,
) -> Results:
    """The entities `text` means: by number, name, part of a name, pinyin, or nearly.

    `after` is `Results.after` of the page before. `at` says which listings show: without
    it numbers of decisions are not looked up. With `divide` the first page also says how
    all that was found divides. Raises QueryError for text that cannot be searched, and
    where too much is asked at once. Entities come with their region and main number, and
    without what else a row of results does not read.
    """
    query = understand(text)
    with guard.limits():
        if hits := filtered(by_any_number(query, at), filters):
            return Results(query.text, hits, len(hits), advice=advice(query))
        asked = Search(query, filters, limit)
        found = asked.behind(after) if after else asked.first()
        page = asked.page(found, after)
    if divide and found and not after and page.total > 1:
        # Where counting takes too long, what was found shows all the same.
        with suppress(QueryError), guard.limits():
            page = replace(page, facets=asked.facets(found, at))
    return page


def by_any_number(query: Query, at: datetime | None) -> list[Hit]:
    return by_number(query) or (by_document(query, at) if at else [])


def filtered(hits: list[Hit], filters: Filters) -> list[Hit]:
    """Of what was found without the index, those that the filters ask for."""
    entities = {hit.entity.pk for hit in hits}
    shown = listed(entities, filters) if filters.listed_at else entities
    division = stem(filters.region) if filters.region else ""
    return [
        hit
        for hit in hits
        if hit.entity.pk in shown
        and hit.entity.kind == (filters.kind or hit.entity.kind)
        and (hit.entity.region_id or "").startswith(division)
    ]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of rows, the ladder they stand on, and which reading of the query it was.

    `among` are all entities that match, once that was asked and where they are few.
    """

    n_reading: int
    ladder: Ladder
    marks: Marks
    steps: list[Step]
    among: list[Matching] | None = None


class Search:
    """One query on its way through the index."""

    def __init__(self, query: Query, filters: Filters, limit: int) -> None:
        self.query, self.filters, self.limit = query, filters, limit
        self.table = LISTED if filters.listed_at else ENTRIES
        self.narrowed, self.also = narrowed(filters)
        wanted = map(self.want, self.meanings())
        pieces = (p for w in wanted for way in w.ways() for part in way for p in part)
        self.known = terms.frequencies(pieces, is_listed=self.table == LISTED)

    def meanings(self) -> list[Meaning]:
        return [one for one in self.query.readings if isinstance(one, Meaning)]

    def want(self, meaning: Meaning) -> Wanted:
        return Wanted(meaning, self.narrowed, self.table, self.also)

    def page(self, found: Found | None, after: str) -> Results:
        said = advice(self.query)
        if found is None:
            return Results(self.query.text, self.nearly(), 0, advice=said)
        steps = found.steps[: self.limit]
        hits = hits_of([step.name for step in steps], found.ladder.why, found.marks)
        following = ""
        if len(found.steps) > self.limit:
            following = f"{found.n_reading}{steps[-1].rung.name}{steps[-1].name.id}"
        total, is_exact = self.total(found, is_whole=not (after or following))
        hits, others = self.parted(hits, found.ladder)
        return Results(self.query.text, hits, total, is_exact, following, said, others)

    def parted(self, hits: list[Hit], ladder: Ladder) -> tuple[list[Hit], list[Hit]]:
        """Brands of two characters apart from names that only have them somewhere.

        Those cut through a word more often than not (耀安 in 万耀安全). Where many match,
        brands fill the first page by themselves.
        """
        if len(self.query.key) != SHORTEST or ladder.entities is None:
            return hits, []
        brands = [*takewhile(is_brand, hits)]
        return (brands, hits[len(brands) :]) if brands else (hits, [])

    def first(self) -> Found | None:
        """The first reading that finds something."""
        for n in range(len(self.query.readings)):
            found = self.read(n, None)
            if found.steps:
                return found
        return None

    def behind(self, after: str) -> Found:
        place = AFTER.fullmatch(after)
        if place is None or int(place[1]) >= len(self.query.readings):
            raise stale()
        name = name_at(self.table, int(place[3]))
        return self.read(int(place[1]), (place[2], name))

    def read(self, n: int, after: tuple[str, Name] | None) -> Found:
        ladder, marks = self.ladder(self.query.readings[n])
        start = None
        if after:
            rungs = {rung.name: rung for rung in ladder.rungs}
            if after[0] not in rungs:
                raise stale()
            start = Step(rungs[after[0]], after[1])
        steps, among = Walk(ladder, self.limit + 1).steps(start), None
        if self.filters.listed_at:
            among = self.among(ladder)
            steps = self.on_display(steps, among)
        return Found(n, ladder, marks, list(islice(steps, self.limit + 1)), among)

    def ladder(self, reading: Meaning | Spoken) -> tuple[Ladder, Marks]:
        if isinstance(reading, Meaning):
            wanted = self.want(reading)
            return by_meaning(wanted, self.known), marks_of_meaning(reading)
        key = self.query.key
        ladder = by_sound(reading, key, self.narrowed, self.table, self.known)
        return ladder, marks_of_sound(reading, key)

    def among(self, ladder: Ladder) -> list[Matching] | None:
        """Everything that matches, where it is few; on display, where that is asked for."""
        if ladder.entities is None:
            return None
        found = [Matching(*row) for row in fetched(ladder.entities)]
        if self.filters.listed_at:
            on_display = listed({one.entity_id for one in found}, self.filters)
            found = [one for one in found if one.entity_id in on_display]
        return found

    def on_display(
        self, steps: Iterator[Step], among: list[Matching] | None
    ) -> Iterator[Step]:
        """Those with a listing on display; `among` tells them, if it was asked."""
        known = None if among is None else {one.entity_id for one in among}
        while known != set() and (batch := list(islice(steps, self.limit + 1))):
            here = {step.name.entity_id for step in batch}
            shown = listed(here, self.filters) if known is None else known
            yield from (step for step in batch if step.name.entity_id in shown)

    def total(self, found: Found, *, is_whole: bool) -> tuple[int, bool]:
        """How many entities; with False how many at least."""
        ladder, n_here = found.ladder, min(len(found.steps), self.limit)
        if is_whole:
            return n_here, True
        if self.filters.listed_at:
            among = found.among
            return (n_here, False) if among is None else (len(among), True)
        if found.steps and (total := found.steps[0].name.total) is not None:
            return total, True
        if ladder.count is None:
            return max(ladder.at_least, n_here), False
        ((total,),) = fetched(ladder.count)
        return max(min(total, COUNTED), n_here), total <= COUNTED

    def facets(self, found: Found, at: datetime | None) -> Facets:
        """How what was found divides; empty where it is too much to be counted."""
        among = self.among(found.ladder) if found.among is None else found.among
        return Facets() if among is None else divided(among, self.filters, at)

    def nearly(self) -> list[Hit]:
        """By one slip, where nothing matches as it is typed."""
        wanted = self.want(self.query.first_meaning)
        with guard.heavy():
            found = near(self.query, wanted, self.known, self.limit)
        if self.filters.listed_at:
            on_display = listed({name.entity_id for name in found}, self.filters)
            found = [name for name in found if name.entity_id in on_display]
        return hits_of(found, only_near, marks_of_near(self.query))


def is_brand(hit: Hit) -> bool:
    return hit.why in {Why.EXACT, Why.BRAND}


def only_near(name: Name) -> Why:
    return Why.NEAR


def narrowed(filters: Filters) -> tuple[Clause, tuple[str, ...]]:
    """What the entity must be, as a condition and as pieces of the index."""
    clauses, pieces = [], []
    if filters.kind:
        clauses.append(equals("e.kind", filters.kind))
        pieces.append(f"k{filters.kind}")
    if filters.region:
        division = stem(filters.region)
        clauses.append(starts_with("e.region", division))
        pieces.append(f"r{division}")
    if filters.section:
        clauses.append(
            dialect().contains("' ' || e.sections || ' '", f" {filters.section} ")
        )
        pieces.append(f"s{filters.section}")
    return every(clauses), tuple(pieces)


def name_at(table: str, pk: int) -> Name:
    """The row a page ended with."""
    sql = f"SELECT {COLUMNS} FROM {table} e WHERE e.id = %s"
    if found := rows(Statement(sql, (pk,))):
        return found[0]
    raise stale()


def stale() -> QueryError:
    return QueryError("after", _("名录已经更新，这一页不在了。请从第一页重新查看。"))
