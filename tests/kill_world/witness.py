"""What journal, database and display say of each other, read by hands of their own.

Nothing here asks the code under test what an entry means, what a root is or what shows;
it only reads rows and files.
"""

import base64
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from registry.models import (
    Checkpoint,
    LedgerEntry,
    Listing,
    Opening,
    Outbox,
    Proposal,
    Step,
)
from tests.processes import wait_until

Said = dict[str, Any]


class Witness:
    """Everything as it is at one moment when nobody writes."""

    def __init__(self, at: datetime) -> None:
        wait_until(nobody_writes, "an end of what killed writers began")
        # Of an instant that is written in the time of Shanghai.
        self.at, self.day = at, at.isoformat()[:10]
        folder = Path(settings.JOURNAL_DIR)
        self.file = (folder / "ledger.ndjson").read_bytes()
        self.head: Said = json.loads((folder / "head.json").read_bytes())
        rows = [json.loads(line) for line in self.file.splitlines()]
        self.journal = [base64.b64decode(row["e"]) for row in rows if "e" in row]
        self.note = next(row["c"] for row in reversed(rows) if "c" in row)
        stored = LedgerEntry.objects.order_by("leaf").values_list("leaf", "content")
        self.leaves = [leaf for leaf, _ in stored]
        self.stored = [bytes(content) for _, content in stored]
        self.said: list[Said] = [json.loads(content) for content in self.stored]

    def disagreements(self) -> Iterator[str]:
        yield from self.about_the_journal()
        yield from self.about_the_listings()
        yield from self.about_the_ends()
        yield from self.about_the_display()

    def about_the_journal(self) -> Iterator[str]:
        size, root = len(self.journal), merkle_root(self.journal)
        point = Checkpoint.objects.latest("size")
        _, told_size, told_root = self.note.splitlines()[:3]
        if self.leaves != list(range(len(self.leaves))):
            yield "the leaves of the database have a gap"
        if self.stored != self.journal:
            yield f"{len(self.stored)} entries in the database, {size} in the journal"
        if (point.size, bytes(point.root)) != (size, root):
            yield f"the database is signed up to {point.size}, the journal has {size}"
        if (int(told_size), base64.b64decode(told_root)) != (size, root):
            yield f"the newest checkpoint of the journal speaks of {told_size} entries"
        told = (self.head["size"], self.head["end"], base64.b64decode(self.head["root"]))
        if told != (size, len(self.file), root):
            yield f"head.json says {told[:2]}, the journal is {(size, len(self.file))}"

    def about_the_listings(self) -> Iterator[str]:
        released = Listing.objects.exclude(released_at=None)
        by_leaf = dict(released.values_list("leaf_id", "case"))
        logged = {i: one["case"] for i, one in enumerate(self.said) if one["t"] == "list"}
        if by_leaf != logged or len(by_leaf) != released.count():
            yield f"{len(by_leaf)} listings are released, {len(logged)} are in the ledger"
        if len(set(logged.values())) != len(logged):
            yield "a case is listed twice"
        accepted = Proposal.objects.filter(act="release", outcome="accepted")
        acts = Step.objects.filter(act="release")
        for name, rows in (("proposals", accepted), ("steps", acts)):
            told = Counter(rows.values_list("listing__case", flat=True))
            if told != Counter(logged.values()):
                yield f"{told.total()} {name} tell of {len(logged)} releases"
        yield from self.about_the_openings(logged)

    def about_the_openings(self, logged: dict[int, str]) -> Iterator[str]:
        openings = {
            one.pk: (bytes(one.salt or b""), bytes(one.core or b""))
            for one in Opening.objects.all()
        }
        for leaf in logged:
            salt, core = openings.get(leaf, (b"", b""))
            made = hmac.digest(salt, b"credit-commit-v1\0" + core, "sha256").hex()
            if made != self.said[leaf]["C"]:
                yield f"entry {leaf} does not open"

    def about_the_ends(self) -> Iterator[str]:
        ended = Listing.objects.exclude(ended_at=None)
        logged = Counter(one["list"] for one in self.said if one["t"] == "end")
        if logged != Counter(ended.values_list("leaf_id", flat=True)):
            yield f"{ended.count()} listings have ended, {logged.total()} ends are written"
        cases = Counter(ended.values_list("case", flat=True))
        steps = Step.objects.filter(act="end").values_list("listing__case", flat=True)
        owed = Outbox.objects.filter(kind="listing.ended").values_list("row", flat=True)
        for name, told in (("steps", Counter(steps)), ("messages", Counter(owed))):
            if told != cases:
                yield f"{told.total()} {name} tell of {ended.count()} ends"

    def about_the_display(self) -> Iterator[str]:
        shown = set(Listing.objects.on_display(self.at).values_list("leaf_id", flat=True))
        if shown != self.folded():
            yield f"{len(shown)} listings show, the ledger says {len(self.folded())}"

    def folded(self) -> set[int]:
        """What shows on the day; here nothing is held, amended or reviewed."""
        ended = {one["list"] for one in self.said if one["t"] == "end"}
        return {
            leaf
            for leaf, one in enumerate(self.said)
            if one["t"] == "list" and one["from"] <= self.day < one["until"]
        } - ended


def nobody_writes() -> bool:
    """A server goes on for a moment with what a killed client has asked for."""
    if connection.vendor == "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return bool(cursor.fetchone()[0] == 0)


def merkle_root(entries: list[bytes]) -> bytes:
    """As RFC 6962 defines it, by recursion."""
    if len(entries) < 2:
        return hashlib.sha256(b"".join([b"\0", *entries]) if entries else b"").digest()
    middle = 1 << ((len(entries) - 1).bit_length() - 1)
    left, right = merkle_root(entries[:middle]), merkle_root(entries[middle:])
    return hashlib.sha256(b"\1" + left + right).digest()
