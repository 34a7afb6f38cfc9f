"""What was so before the loss, and what must be so again after it."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random

from tests.drill import oracle, rows
from tests.drill.oracle import Journal
from tests.drill.places import Place
from tests.drill.plan import Plan
from tests.drill.processes import Asked, Seen

# Pages that are opened, and persons that are asked for, of each kind.
SAMPLE = 10


@dataclass(frozen=True)
class Before:
    """The journal, and rows that die with the database."""

    journal: Journal
    # The file, byte for byte.
    text: bytes
    size: int
    backed_up: int
    erased: set[str]
    erased_persons: set[str]
    people: list[dict[str, str]]

    @classmethod
    def of(cls, place: Place, backed_up: int, people: Path) -> "Before":
        journal, query = oracle.read(place.journal), place.database
        lines = people.read_text(encoding="utf-8").splitlines(keepends=True)
        return cls(
            journal,
            (place.journal / "ledger.ndjson").read_bytes(),
            query.query(rows.SIZE)[0][0],
            backed_up,
            query.values(rows.ERASED),
            query.values(rows.ERASED_PERSONS),
            [json.loads(line) for line in lines if line.endswith("\n")],
        )

    @property
    def n_unsigned(self) -> int:
        """Entries that nobody has signed: the only ones that may be lost."""
        return self.size - self.journal.size

    @cached_property
    def gone(self) -> set[int]:
        """Listings that had ended, or were on hold."""
        return self.journal.ended() | self.journal.held()

    def too_mild(self, plan: Plan, known: int) -> Iterator[str]:
        """A drill in which not enough happened proves nothing."""
        past = self.journal.first(self.backed_up)
        n_events = self.journal.size - self.backed_up
        n_ends = len(self.journal.ended() - past.ended())
        if n_events < plan.n_events or n_ends < plan.n_events // 5:
            yield f"too mild: {n_events} events, {n_ends} ends"
        if known >= self.journal.size:
            yield "too mild: the backup was not behind the journal"
        if not self.erased_persons:
            yield "too mild: nobody was erased"
        if plan.ends_unsigned and not self.n_unsigned:
            yield "too mild: everything was signed"

    # --- A sample -------------------------------------------------------------------------

    def asked(self, dice: Random, day: str) -> Asked:
        """Organisations that showed, had ended or were on hold; the same of persons, and
        some who were erased, only ever told of a case, or have another case after it.
        """
        fates = (self.journal.shown(day), self.journal.ended(), self.journal.held())
        cases, persons = (
            [self.cases_of(leaves & self.of_kind(kind)) for leaves in fates]
            for kind in ("o", "p")
        )
        people = {one["case"]: one for one in self.people}
        listed = self.cases_of(self.journal.listings)
        persons += [self.erased_persons, people.keys() - listed, self.extended(people)]
        return Asked(
            [case for among in cases for case in some(dice, among)],
            [people[case] for among in persons for case in some(dice, among)],
        )

    def extended(self, people: Mapping[str, dict[str, str]]) -> set[str]:
        """Cases of persons that have ended, for another has taken their place."""
        newest = {one["number"]: case for case, one in people.items()}
        return {case for case, one in people.items() if newest[one["number"]] != case}

    def of_kind(self, kind: str) -> set[int]:
        found = self.journal.listings.items()
        return {leaf for leaf, one in found if one.entry["kind"] == kind}

    def cases_of(self, leaves: Iterable[int]) -> set[str]:
        return {self.journal.listings[leaf].entry["case"] for leaf in leaves}


def some(dice: Random, among: Collection[str]) -> list[str]:
    found = sorted(among)
    return dice.sample(found, min(SAMPLE, len(found)))


# --- After it -----------------------------------------------------------------------------


@dataclass(frozen=True)
class After:
    """The database that was put back, the journal, and what the public sees."""

    before: Before
    place: Place
    asked: Asked
    # How many entries the backup held.
    known: int
    seen: Seen
    day: str

    @cached_property
    def journal(self) -> Journal:
        return oracle.read(self.place.journal)

    def failures(self) -> Iterator[str]:
        yield from self.other_ledger()
        yield from self.back()
        yield from self.readable()
        yield from self.hidden_wrongly()
        yield from self.other_rows()
        yield from self.other_pages()

    def other_ledger(self) -> Iterator[str]:
        """Every signed entry is there in its bytes, under the heads that were signed."""
        text = (self.place.journal / "ledger.ndjson").read_bytes()
        if not text.startswith(self.before.text[: whole(self.before.text)]):
            yield "the journal is not what it was"
        contents = [bytes(row[0]) for row in self.place.database.query(rows.ENTRIES)]
        if contents != self.journal.entries:
            yield f"{len(contents)} entries are not the {self.journal.size} journalled"
        points = self.place.database.query(rows.CHECKPOINTS)
        if [(n, bytes(root), note) for n, root, note in points] != self.journal.points:
            yield "the heads are not those of the journal"
        size, root, _ = self.journal.points[-1]
        if (size, root) != (len(contents), oracle.root_of(contents)):
            yield "the newest root is not that of the entries"

    def back(self) -> Iterator[str]:
        shown = set(self.seen.shown)
        if back := shown & self.before.gone:
            yield f"back: {len(back)} that had ended or were on hold, as {min(back)}"
        if erased := self.before.cases_of(shown) & self.before.erased:
            yield f"back: {len(erased)} that were erased, as {min(erased)}"
        fold = self.journal.shown(self.day)
        if shown != fold or self.seen.on_display != len(fold):
            more, less = len(shown - fold), len(fold - shown)
            yield f"shown: {more} more and {less} less than the journal says"

    def readable(self) -> Iterator[str]:
        """Whoever was erased is erased again, and no key opens what other copies hold."""
        there = self.place.database.values(rows.CASES)
        for statement in (rows.LEFT_OF_CASE, rows.LEFT_BESIDE):
            left = self.place.database.values(statement) & self.before.erased & there
            if left:
                yield f"readable: {len(left)} that were erased, as {min(left)}"
        if keys := self.place.vault.values(rows.KEYS) & self.before.erased:
            yield f"readable: {len(keys)} have their keys back, as {min(keys)}"

    def hidden_wrongly(self) -> Iterator[str]:
        """On hold by the restore is who lost decision or content, and nobody else."""
        past = self.journal.first(self.known).listings
        there = self.place.database.values(rows.LISTED)
        lost = {
            leaf
            for leaf, one in self.journal.listings.items()
            if not one.why and (leaf not in there or past[leaf].content != one.content)
        }
        held = self.journal.held("restore")
        if lost != held:
            more, less = len(held - lost), len(lost - held)
            yield f"on hold by the restore: {more} too many, {less} too few"

    def other_rows(self) -> Iterator[str]:
        """What a running listing's row says is what its entries say."""
        for leaf, until, review_by, grounds in self.place.database.query(rows.RUNNING):
            one = self.journal.listings[leaf]
            row = (str(until or ""), str(review_by or ""), set(grounds.split()))
            if one.why or row != (one.until, one.review_by, one.held):
                said = one.why, one.until, one.review_by, one.held
                yield f"listing {leaf} says {row}, its entries say {said}"
                return

    def other_pages(self) -> Iterator[str]:
        """Of those that were asked for, exactly who is on display opens or is found."""
        leaves = self.journal.shown(self.day)
        shown = {self.journal.listings[leaf].entry["case"] for leaf in leaves}
        due = shown & set(self.asked.cases), self.found_by(shown)
        for seen, expected in zip((self.seen.pages, self.seen.found), due, strict=True):
            if wrong := set(seen) ^ expected:
                yield f"asked for: {len(wrong)} answers are wrong, as {min(wrong)}"

    def found_by(self, shown: Collection[str]) -> set[str]:
        """Whoever was extended has two cases, and is found for the one that runs."""
        people = self.before.people
        numbers = {one["number"] for one in people if one["case"] in shown}
        return {one["case"] for one in self.asked.people if one["number"] in numbers}


def whole(text: bytes) -> int:
    """Up to its last head; what follows was never signed, and may be written anew."""
    place = text.rindex(b'{"c":')
    return text.index(b"\n", place) + 1
