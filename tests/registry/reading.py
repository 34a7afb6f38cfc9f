"""What the ledger says, read from its stored bytes without a line of the product."""

import json
from typing import Any

from registry.models import LedgerEntry, Listing


def ledger() -> list[dict[str, Any]]:
    """All entries, in order."""
    contents = LedgerEntry.objects.order_by("leaf").values_list("content", flat=True)
    return [json.loads(bytes(one)) for one in contents]


def about(listing: Listing) -> list[dict[str, Any]]:
    """The entries about one case, in order, without its name and the rule's number."""
    entries = ledger()
    found = []
    for entry in entries:
        cited = entry.get("list", entry.get("ask"))
        by_leaf = isinstance(cited, int) and entries[cited].get("case")
        if entry["t"] != "rule" and listing.case in (entry.get("case"), by_leaf):
            found.append({k: v for k, v in entry.items() if k not in ("case", "rule", "C")})
    return found
