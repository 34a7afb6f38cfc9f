"""What the files of a journal say, read without a line of the product."""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

Entry = dict[str, Any]


@dataclass(slots=True)
class Listed:
    """One listing as its entries leave it."""

    entry: Entry
    until: str
    review_by: str
    # The content that was committed last.
    content: str
    held: set[str] = field(default_factory=set)
    why: str = ""

    def shows(self, day: str) -> bool:
        if self.why or self.held or day < self.entry["from"]:
            return False
        if self.until:
            return day < self.until
        return not self.review_by or day <= self.review_by


@dataclass(frozen=True)
class Journal:
    """The signed part: entries in their bytes, and the notes under them."""

    entries: list[bytes]
    # Size, root and note of each.
    points: list[tuple[int, bytes, str]]

    @property
    def size(self) -> int:
        return len(self.entries)

    @cached_property
    def listings(self) -> dict[int, Listed]:
        return listings_after(self.entries)

    def shown(self, day: str) -> set[int]:
        return {leaf for leaf, one in self.listings.items() if one.shows(day)}

    def ended(self) -> set[int]:
        return {leaf for leaf, one in self.listings.items() if one.why}

    def held(self, why: str = "") -> set[int]:
        """Not ended, and on hold for this reason, or for any."""
        return {
            leaf
            for leaf, one in self.listings.items()
            if not one.why and (why in one.held if why else one.held)
        }

    def first(self, size: int) -> "Journal":
        """As it was when the ledger had so many entries."""
        return Journal(self.entries[:size], [])


def read(folder: Path) -> Journal:
    """Up to the last signed head; what follows it was never published."""
    entries: list[bytes] = []
    points: list[tuple[int, bytes, str]] = []
    for line in (folder / "ledger.ndjson").read_bytes().splitlines(keepends=True):
        if not line.endswith(b"\n"):
            break
        row = json.loads(line)
        if "c" in row:
            _, size, root, *_ = row["c"].split("\n")
            assert int(size) == len(entries)
            points.append((int(size), base64.b64decode(root), row["c"]))
        else:
            assert row["i"] == len(entries)
            entries.append(base64.b64decode(row["e"]))
    return Journal(entries[: points[-1][0]], points)


def listings_after(contents: Iterable[bytes]) -> dict[int, Listed]:
    found: dict[int, Listed] = {}
    for leaf, content in enumerate(contents):
        entry = json.loads(content)
        if entry["t"] == "list":
            found[leaf] = Listed(
                entry, entry.get("until", ""), entry.get("review_by", ""), entry["C"]
            )
        elif entry["t"] in CHANGES and not found[entry["list"]].why:
            CHANGES[entry["t"]](found[entry["list"]], entry)
    return found


def amend(listed: Listed, entry: Entry) -> None:
    listed.content = entry["C"]
    if "until" in entry:
        listed.until, listed.review_by = entry["until"], ""


def hold(listed: Listed, entry: Entry) -> None:
    listed.held.add(entry["why"])


def unhold(listed: Listed, entry: Entry) -> None:
    listed.held.discard(entry["why"])


def review(listed: Listed, entry: Entry) -> None:
    listed.review_by = entry["review_by"]


def end(listed: Listed, entry: Entry) -> None:
    listed.why = entry["why"]


CHANGES = {"amend": amend, "hold": hold, "unhold": unhold, "review": review, "end": end}


def root_of(contents: Iterable[bytes]) -> bytes:
    """The Merkle root of RFC 6962, by pairing subtrees of one size."""
    peaks: list[tuple[int, bytes]] = []
    for content in contents:
        size, hash_ = 1, sha256(b"\0" + content).digest()
        while peaks and peaks[-1][0] == size:
            hash_ = sha256(b"\1" + peaks.pop()[1] + hash_).digest()
            size *= 2
        peaks.append((size, hash_))
    _, root = peaks.pop()
    while peaks:
        root = sha256(b"\1" + peaks.pop()[1] + root).digest()
    return root
