"""The ledger as a stranger reads it: what must be on display on a day, by its entries."""

import json
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

FAR = "9999-12-31"


@dataclass(frozen=True, slots=True)
class Entry:
    case: str
    first: str
    until: str
    review_by: str
    held: frozenset[str] = frozenset()


@dataclass(slots=True)
class Reading:
    """`running` has no entry that has ended; `n_ended` counts how often each did."""

    size: int = 0
    running: dict[int, Entry] = field(default_factory=dict)
    n_ended: dict[int, int] = field(default_factory=dict)
    # What each leaf of a kind says of itself, for whoever asks back.
    said: dict[int, dict[str, Any]] = field(default_factory=dict)

    def copy(self) -> "Reading":
        return Reading(self.size, dict(self.running), dict(self.n_ended), dict(self.said))

    def read(self, content: bytes) -> None:
        leaf, told = self.size, json.loads(content)
        self.size, self.said[leaf] = leaf + 1, told
        if told["t"] == "list":
            until, review_by = told.get("until", FAR), told.get("review_by", FAR)
            self.running[leaf] = Entry(told["case"], told["from"], until, review_by)
        elif told["t"] == "end":
            self.n_ended[told["list"]] = self.n_ended.get(told["list"], 0) + 1
            self.running.pop(told["list"], None)
        elif told.get("list") in self.running:
            self.change(told["list"], told)

    def change(self, leaf: int, told: dict[str, Any]) -> None:
        old = self.running[leaf]
        if told["t"] == "hold":
            new = replace(old, held=old.held | {told["why"]})
        elif told["t"] == "unhold":
            new = replace(old, held=old.held - {told["why"]})
        elif told["t"] == "review":
            new = replace(old, review_by=told["review_by"])
        else:
            new = replace(old, until=min(old.until, told.get("until", FAR)))
        self.running[leaf] = new

    def shown_on(self, day: date) -> dict[int, str]:
        """Leaf and case of everything that is on display on a day."""
        text = f"{day}"
        return {
            leaf: one.case
            for leaf, one in self.running.items()
            if one.first <= text < one.until and text <= one.review_by and not one.held
        }
