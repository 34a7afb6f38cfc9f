"""A stranger's reader: knows what the description of the feed says, and nothing else."""

from dataclasses import dataclass, field
from typing import Any

from django.test import Client

CHANGES = "/api/v1/changes"
Change = dict[str, Any]


def page(client: Client, **asked: Any) -> dict[str, Any]:
    answer = client.get(CHANGES, asked)
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def read_all(client: Client, after: int | None = None, limit: int = 500) -> list[Change]:
    """Page by page to the end."""
    asked: dict[str, int] = {"limit": limit} | ({} if after is None else {"after": after})
    found: list[Change] = []
    while True:
        answer = page(client, **asked)
        found += answer["changes"]
        if not answer["more"]:
            return found
        asked["after"] = answer["next"]


@dataclass
class Shown:
    first: str
    until: str | None
    review_by: str | None
    held: set[str] = field(default_factory=set)

    def on(self, day: str) -> bool:
        started = self.first <= day
        over = self.until is not None and self.until <= day
        unreviewed = self.review_by is not None and self.review_by < day
        return started and not over and not unreviewed and not self.held


class Reader:
    """Keeps the listings that have not ended, by their leaf."""

    def __init__(self) -> None:
        self.shown: dict[int, Shown] = {}

    def take(self, changes: list[Change]) -> "Reader":
        for change in changes:
            if change["t"] == "list":
                until, review_by = change.get("until"), change.get("review_by")
                self.shown[change["list"]] = Shown(change["from"], until, review_by)
            elif change["t"] == "end":
                self.shown.pop(change["list"], None)
            elif change["t"] != "rule" and change["list"] in self.shown:
                self.alter(self.shown[change["list"]], change)
        return self

    def alter(self, shown: Shown, change: Change) -> None:
        if change["t"] == "hold":
            shown.held.add(change["why"])
        elif change["t"] == "unhold":
            shown.held.discard(change["why"])
        elif change["t"] == "review" and shown.review_by is not None:
            shown.review_by = change["review_by"]
        elif change["t"] == "amend" and "until" in change:
            earlier = [day for day in (shown.until, change["until"]) if day]
            shown.until = min(earlier)

    def active(self, day: str) -> set[int]:
        return {leaf for leaf, shown in self.shown.items() if shown.on(day)}
