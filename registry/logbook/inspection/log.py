"""What the entries say of each listing, kept while they are read once."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.models import LedgerEntry


@dataclass(slots=True)
class Promise:
    """What the ledger says of a listing that has not ended, as last amended."""

    case: str
    kind: str
    auth: str
    rule: int
    decided: date
    first: date
    term_from: date
    until: date | None
    review_by: date | None
    commitment: str


class Log:
    """The entries read so far. What is malformed is the verifier's to say."""

    def __init__(self, size: int) -> None:
        self.running: dict[int, Promise] = {}
        # By leaf: the code of the list and the first day of the version.
        self.rules: dict[int, tuple[str, date]] = {}
        # What was decided and not signed yet holds already for the rows.
        unsigned = LedgerEntry.objects.filter(leaf__gte=size).values_list("content")
        self.pending = {json.loads(bytes(one)).get("list") for (one,) in unsigned}

    def take(self, leaf: int, content: bytes) -> None:
        entry = json.loads(content)
        if entry["t"] == "rule":
            self.rules[leaf] = entry["code"], date.fromisoformat(entry["in_force"])
        elif entry["t"] == "list":
            self.running[leaf] = promised(entry)
        elif entry["t"] == "end":
            self.running.pop(entry["list"], None)
        elif promise := self.running.get(entry.get("list")):
            change(promise, entry)


def promised(entry: dict[str, Any]) -> Promise:
    return Promise(
        case=entry["case"],
        kind=entry["kind"],
        auth=entry["auth"],
        rule=entry["rule"],
        decided=date.fromisoformat(entry["decided"]),
        first=date.fromisoformat(entry["from"]),
        term_from=date.fromisoformat(entry["term_from"]),
        until=day(entry, "until"),
        review_by=day(entry, "review_by"),
        commitment=entry["C"],
    )


def change(promise: Promise, entry: dict[str, Any]) -> None:
    if entry["t"] == "review" and promise.review_by:
        promise.review_by = day(entry, "review_by")
    if entry["t"] != "amend":
        return
    promise.commitment = entry["C"]
    if until := day(entry, "until"):
        # An end takes the place of a review.
        promise.until, promise.review_by = min(until, promise.until or until), None


def day(entry: dict[str, Any], name: str) -> date | None:
    return date.fromisoformat(entry[name]) if name in entry else None
