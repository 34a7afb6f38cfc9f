"""Ledgers for tests: a plain listing, logs thrown with dice, and a slow reader of them."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from registry.ledger import entries
from registry.ledger.entries import Entry
from registry.ledger.entry_fields import HOLD_REASONS

CASE = "00112233445566778899aabbccddeeff"
HASH = "0f" * 32
FIRST = date(2026, 1, 1)
DAY = timedelta(days=1)


def listed(**given: Any) -> Entry:
    """A listing of an organisation from 10 January to the end of February 2026."""
    plain: dict[str, Any] = {
        "case": CASE,
        "kind": "o",
        "auth": "11990000MB0000001X",
        "rule": 0,
        "notice": 1,
        "decided": date(2026, 1, 8),
        "from": date(2026, 1, 10),
        "term_from": date(2026, 1, 8),
        "until": date(2026, 3, 1),
        "C": HASH,
        "appr": 2,
    } | given
    return entries.made("list", {k: v for k, v in plain.items() if v is not None})


def thrown(dice: random.Random, n: int) -> list[Entry]:
    """Entries in any order and about anything, nonsense included."""
    return [thrown_entry(dice, size) for size in range(n)]


def thrown_entry(dice: random.Random, size: int) -> Entry:
    kind = dice.choice(["list", "list", "amend", "hold", "unhold", "review", "end", "drop"])
    if kind == "list":
        return thrown_listing(dice)
    if kind == "drop":
        return entries.drop({"case": f"{size:032x}"})
    about = {"list": dice.randrange(size + 3)}
    return entries.made(kind, about | thrown_details(dice, kind))


def thrown_listing(dice: random.Random) -> Entry:
    start = day(dice, 20)
    ends: list[dict[str, Any]] = [
        {"until": start + dice.randrange(1, 30) * DAY},
        {"until": None, "open": True},
        {"until": None, "open": True, "review_by": day(dice)},
    ]
    case = f"{dice.getrandbits(128):032x}"
    return listed(**{"case": case, "from": start} | dice.choice(ends))


def thrown_details(dice: random.Random, kind: str) -> dict[str, Any]:
    on = day(dice)
    earlier = {"until": on} if dice.random() < 0.5 else {}
    details: dict[str, dict[str, Any]] = {
        "amend": {"C": HASH} | earlier,
        "hold": {"why": dice.choice(HOLD_REASONS)},
        "unhold": {"why": dice.choice(HOLD_REASONS)},
        "review": {"on": on, "review_by": on + dice.randrange(1, 20) * DAY, "appr": 2},
        "end": {"why": "repaired", "on": on, "doc": HASH, "appr": 2},
    }
    return details[kind]


def day(dice: random.Random, n: int = 40) -> date:
    return FIRST + dice.randrange(n) * DAY


# --- Read slowly, in the words of the format ----------------------------------------------


def is_active(log: Sequence[Entry | None], index: int, today: date) -> bool:
    """Whether the entry at `index` is a listing on display, looked up for it alone."""
    entry = log[index]
    if entry is None or entry["t"] != "list":
        return False
    later = [one for one in log[index + 1 :] if one and one.get("list") == index]
    orders = {one["why"]: one["t"] for one in later if one["t"] in ("hold", "unhold")}
    if "hold" in orders.values() or any(one["t"] == "end" for one in later):
        return False
    ends = [one["until"] for one in [entry, *later] if "until" in one]
    reviews = [one["review_by"] for one in [entry, *later] if "review_by" in one]
    return (
        date.fromisoformat(entry["from"]) <= today
        and all(today < date.fromisoformat(end) for end in ends)
        and ("review_by" not in entry or today <= date.fromisoformat(reviews[-1]))
    )
