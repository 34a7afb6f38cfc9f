"""Up and along a ladder: rows from where a page ended, each entity once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection

from registry.search.rungs import COLUMNS, ENTRIES, Ask, Ladder, Name, Rung, Statement


class Step(NamedTuple):
    rung: Rung
    name: Name


@dataclass
class Walk:
    """`size` rows are read at a time: one more than a page shows."""

    ladder: Ladder
    size: int
    others: dict[int, list[Name]] = field(default_factory=dict)

    def steps(self, start: Step | None) -> Iterator[Step]:
        """Every name behind `start`, but for those whose entity has a better one."""
        rungs = list(self.ladder.rungs)
        if start:
            rungs = rungs[rungs.index(start.rung) :]
        first = firsts(rungs, start.name if start else None, self.size)
        for rung in rungs:
            after = start.name if start and rung is start.rung else None
            for batch in self.batches(rung, after, first.get(rung.name)):
                self.learn(batch)
                yield from (
                    Step(rung, name)
                    for name in batch
                    if rung.takes(name) and not self.has_better(rung, name)
                )

    def batches(
        self, rung: Rung, after: Name | None, batch: list[Name] | None
    ) -> Iterator[list[Name]]:
        asks: list[Ask] = [rung.statement, *([rung.rest] if rung.rest else [])]
        for ask in asks:
            if batch is None:
                batch = rows(ask(after, self.size))
            while batch:
                yield batch
                after = batch[-1]
                batch = rows(ask(after, self.size)) if len(batch) == self.size else []
            batch = None

    def learn(self, batch: Iterable[Name]) -> None:
        """The other names of entities that have some."""
        several = {one.entity_id for one in batch if one.n_names > 1} - self.others.keys()
        if several:
            marks = ", ".join(["%s"] * len(several))
            sql = f"SELECT {COLUMNS} FROM {ENTRIES} e WHERE e.entity_id IN ({marks})"
            for name in rows(Statement(sql, tuple(several))):
                self.others.setdefault(name.entity_id, []).append(name)

    def has_better(self, rung: Rung, name: Name) -> bool:
        """Whether another name of the entity stands before this one."""
        if not (others := self.others.get(name.entity_id)):
            return False
        here = (self.ladder.rungs.index(rung), rung.place(name))
        return any(there < here for other in others if (there := self.place(other)))

    def place(self, name: Name) -> tuple[int, tuple[object, ...]] | None:
        for n, rung in enumerate(self.ladder.rungs):
            if rung.takes(name):
                return n, rung.place(name)
        return None


def firsts(rungs: Sequence[Rung], start: Name | None, size: int) -> dict[str, list[Name]]:
    """The first rows of every rung that an index orders, in one statement."""
    heads = [rung for rung in rungs if rung.is_quick]
    if len(heads) < 2:
        return {}
    asked = [rung.statement(start if rung is rungs[0] else None, size) for rung in heads]
    sql = " UNION ALL ".join(
        f"SELECT * FROM (SELECT {n:d} AS rung, q.* FROM ({one.sql}) q) q{n:d}"
        for n, one in enumerate(asked)
    )
    found: dict[str, list[Name]] = {rung.name: [] for rung in heads}
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for one in asked for value in one.params])
        for n, *row in cursor.fetchall():
            found[heads[n].name].append(Name(*row))
    for rung in heads:
        found[rung.name].sort(key=rung.place)
    return found


def rows(statement: Statement) -> list[Name]:
    return [Name(*row) for row in fetched(statement)]


def fetched(statement: Statement) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        return list(cursor.fetchall())
