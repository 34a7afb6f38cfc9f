"""The numbered feed of changes: what is signed in the ledger, in its order.

An entry is numbered by its leaf. Leaves have no gaps and are only read below the newest
checkpoint, so that whoever goes on from a position misses nothing and reads nothing
twice, whatever is written meanwhile.
"""

import json
from collections.abc import Collection
from typing import Any, NamedTuple

from portal.api.change_fields import TOLD
from registry.models import Checkpoint, LedgerEntry

Change = dict[str, Any]

# The Chinese page, whoever asks: one answer serves all readers and all caches.
LISTING_PAGE = "/listings/{}/"


class Page(NamedTuple):
    """`next` is the position to go on from, None as long as the ledger is empty."""

    changes: list[Change]
    next: int | None
    more: bool
    signed: int


def page_after(position: int | None, limit: int) -> Page:
    """At most `limit` changes after a position, from the beginning where there is none."""
    newest = Checkpoint.objects.current()
    signed = newest.size if newest else 0
    first = 0 if position is None else position + 1
    rows = entries_from(first, signed, limit + 1)
    told = [*map(decoded, rows[:limit])]
    more = len(rows) > limit
    return Page(
        changes=in_full(told),
        next=told[-1]["n"] if more else after_all(position, signed),
        more=more,
        signed=signed,
    )


def after_all(position: int | None, signed: int) -> int | None:
    """Past everything that is signed; nobody is led back."""
    if position is None:
        return signed - 1 if signed else None
    return max(position, signed - 1)


def entries_from(first: int, signed: int, most: int) -> list[tuple[int, Any]]:
    found = LedgerEntry.objects.filter(leaf__gte=first, leaf__lt=signed, kind__in=TOLD)
    return list(found.order_by("leaf").values_list("leaf", "content")[:most])


def decoded(row: tuple[int, Any]) -> Change:
    leaf, content = row
    # Checked when it was written, hashed and read again when it was signed.
    return {**json.loads(bytes(content)), "n": leaf}


# --- With what the entry only points to ---------------------------------------------------


def in_full(found: list[Change]) -> list[Change]:
    """As they are handed out; an entry about nothing changes nothing and is left out."""
    listings = entries_at("list", {leaf_of_listing(entry) for entry in found})
    rules = entries_at("rule", {listing["rule"] for listing in listings.values()})
    changes = []
    for entry in found:
        listing = listings.get(leaf_of_listing(entry))
        if entry["t"] == "rule":
            changes.append(numbered(entry) | chosen(entry))
        elif listing and listing["rule"] in rules:
            said = about(listing, rules[listing["rule"]])
            changes.append(numbered(entry) | said | chosen(entry))
    return changes


def leaf_of_listing(entry: Change) -> int:
    leaf: int = entry["n"] if entry["t"] in ("list", "rule") else entry["list"]
    return leaf


def entries_at(kind: str, leaves: Collection[int]) -> dict[int, Change]:
    found = LedgerEntry.objects.filter(kind=kind, leaf__in=leaves)
    return {row[0]: decoded(row) for row in found.values_list("leaf", "content")}


def numbered(entry: Change) -> Change:
    return {"n": entry["n"], "t": entry["t"]}


def chosen(entry: Change) -> Change:
    return {name: entry[name] for name in TOLD[entry["t"]] if name in entry}


def about(listing: Change, rule: Change) -> Change:
    said = {
        "list": listing["n"],
        "case": listing["case"],
        "code": rule["code"],
        "kind": listing["kind"],
    }
    # A person's case answers everybody as an unknown one does.
    if listing["kind"] == "p":
        return said
    return said | {"page": LISTING_PAGE.format(listing["case"])}
