"""A chain of rows: each carries a hash over the row before and what it says itself.

Whoever changes, removes, inserts or swaps rows breaks it there; whoever makes all later
hashes anew ends with a head that is not the one known elsewhere.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple

from registry.ledger import canonical
from registry.ledger.errors import CanonicalError

# What the first row of all follows.
GENESIS = "0" * 64
# How many rows may be gone before a renumbered one for it still to be known by its hash.
FARTHEST = 10_000


class Link(NamedTuple):
    """One row: its number, the hash of the row before, what it says, its own hash."""

    number: int
    previous: str
    says: Mapping[str, Any]
    hash: str


class End(NamedTuple):
    """A place in the chain: the number and the hash of the row there."""

    number: int
    hash: str


class Fault(StrEnum):
    CHANGED = "changed"
    MISSING = "missing"
    INSERTED = "inserted"
    MOVED = "moved"


class Break(NamedTuple):
    """What is wrong with the rows of these numbers, the last included."""

    fault: Fault
    first: int
    last: int

    def __str__(self) -> str:
        if self.first == self.last:
            return f"{self.fault}: row {self.first}"
        return f"{self.fault}: rows {self.first} to {self.last}"


def hash_of(number: int, previous: str, says: Mapping[str, Any]) -> str:
    content = {"number": number, "previous": previous, "says": dict(says)}
    return sha256(canonical.encode(content)).hexdigest()


def is_right_as(number: int, row: Link) -> bool:
    try:
        return hash_of(number, row.previous, row.says) == row.hash
    except CanonicalError:
        # Nothing that was chained has ever said that.
        return False


def breaks(rows: Iterable[Link], begin: End, head: End) -> list[Break]:
    """Where the chain from `begin`, excluded, to `head` is broken; empty where it holds.

    `rows` come in the order of their numbers. Only from the first fault on are they
    all held in memory.
    """
    waiting = iter(rows)
    before, place = begin, begin
    newest: list[Link] = []
    for row in waiting:
        if not follows(row, place):
            # The row before may be the forged one of two with the same number.
            return merged(Tangle([*newest, row, *waiting], before, head).faults())
        before, place, newest = place, End(row.number, row.hash), [row]
    return [] if place == head else merged(Tangle(newest, before, head).faults())


def follows(row: Link, place: End) -> bool:
    is_next = (row.number, row.previous) == (place.number + 1, place.hash)
    return is_next and is_right_as(row.number, row)


class Tangle:
    """Rows that do not all follow each other, put in order by the hashes they name."""

    def __init__(self, rows: list[Link], begin: End, head: End) -> None:
        self.rows, self.begin, self.head = rows, begin, head
        self.by_hash = {row.hash: row for row in rows}
        self.left = dict(enumerate(rows))
        self.after: dict[str, list[int]] = {}
        for key, row in self.left.items():
            self.after.setdefault(row.previous, []).append(key)
        self.leading = set(self.back_from_head())

    def back_from_head(self) -> Iterator[str]:
        """The hashes on the way from the head back, as far as it is whole."""
        at, seen = self.head.hash, set[str]()
        while at in self.by_hash and at not in seen:
            seen.add(at)
            yield at
            at = self.by_hash[at].previous

    def faults(self) -> Iterator[tuple[Fault, int]]:
        """Each with the number it is at, in the order of the chain."""
        place = self.begin
        while found := self.next_after(place) or self.next_piece(place):
            number, row = found
            yield from self.gap(place, number, row)
            yield from self.told(number, row)
            place = End(number, row.hash)
        yield from self.at_the_end(place)

    def next_after(self, place: End) -> tuple[int, Link] | None:
        """The row that names this hash; of several the one on the way to the head."""
        keys = [key for key in self.after.get(place.hash, ()) if key in self.left]
        if not keys or place.hash == self.head.hash:
            return None
        number = place.number + 1
        return number, self.left.pop(max(keys, key=lambda key: self.weight(number, key)))

    def weight(self, number: int, key: int) -> tuple[bool, bool, bool]:
        row = self.left[key]
        return is_right_as(number, row), row.hash in self.leading, row.hash in self.after

    def next_piece(self, place: End) -> tuple[int, Link] | None:
        """Where the chain goes on after a gap, under the number that its hash tells."""
        for key, row in self.left.items():
            if row.hash not in self.leading and row.previous in self.by_hash:
                continue
            if (number := self.true_number(row, place.number + 1)) is not None:
                return number, self.left.pop(key)
        return None

    def true_number(self, row: Link, least: int) -> int | None:
        """The one under which its hash is right; as it is numbered where none is."""
        if row.number >= least and is_right_as(row.number, row):
            return row.number
        for number in range(least, least + FARTHEST):
            if is_right_as(number, row):
                return number
        return row.number if row.number >= least and row.hash in self.leading else None

    def gap(self, place: End, number: int, row: Link) -> Iterator[tuple[Fault, int]]:
        yield from ((Fault.MISSING, one) for one in range(place.number + 1, number))
        is_next = number == place.number + 1 and is_right_as(number, row)
        if is_next and row.previous != place.hash and place != self.begin:
            # It has a hash that nobody followed: it was made anew with what it says.
            yield Fault.CHANGED, place.number

    def told(self, number: int, row: Link) -> Iterator[tuple[Fault, int]]:
        if not is_right_as(number, row):
            yield Fault.CHANGED, number
        elif row.number != number:
            yield Fault.MOVED, row.number

    def at_the_end(self, place: End) -> Iterator[tuple[Fault, int]]:
        """What no other row leads to, and what is cut off before the head."""
        yield from ((Fault.INSERTED, row.number) for row in self.left.values())
        if place.number < self.head.number:
            missing = range(place.number + 1, self.head.number + 1)
            yield from ((Fault.MISSING, one) for one in missing)
        elif place.number > self.head.number:
            beyond = range(self.head.number + 1, place.number + 1)
            yield from ((Fault.INSERTED, one) for one in beyond)
        elif place.hash != self.head.hash:
            yield Fault.CHANGED, place.number


def merged(faults: Iterable[tuple[Fault, int]]) -> list[Break]:
    """The same fault of rows that stand together is one break."""
    found: list[Break] = []
    for fault, number in sorted(set(faults), key=lambda one: (one[1], one[0])):
        last = found[-1] if found else None
        if last and last.fault == fault and last.last == number - 1:
            found[-1] = last._replace(last=number)
        else:
            found.append(Break(fault, number, number))
    return found


def unknown_heads(rows: Iterable[Link], begin: End, heads: Collection[str]) -> list[str]:
    """Which of the heads known from elsewhere no row of the chain has as its hash."""
    left = dict.fromkeys(heads)
    left.pop(begin.hash, None)
    for row in rows:
        left.pop(row.hash, None)
    return list(left)
