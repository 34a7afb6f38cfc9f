"""Ledgers of any length, written past the register: the bytes of entries, and signed."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from registry.engines import engine
from registry.logbook import signing
from registry.models import LedgerEntry
from tests.factories import AT
from tests.ledger_world.paper import leaf

RULE: dict[str, Any] = {
    "t": "rule",
    "code": "TEST_LIST",
    "version": 1,
    "law": "示例条例（虚构）",
    "list": "示例名单",
    "severity": "serious",
    "in_force": "2026-01-01",
    "max_m": 36,
}
NOTICE = {"t": "notice", "case": "0" * 32, "rule": 0, "on": "2026-03-01", "days": 7}


def listed(n: int, **fields: Any) -> dict[str, Any]:
    usual = {
        "t": "list",
        "case": f"{n:032x}",
        "kind": "o",
        "auth": "11990000900000014X",
        "rule": 0,
        "decided": "2026-03-10",
        "from": "2026-03-16",
        "term_from": "2026-03-10",
        "until": "2029-03-11",
        "C": "0" * 64,
        "appr": 2,
    }
    return usual | fields


def ended(leaf: int) -> dict[str, Any]:
    return {"t": "end", "list": leaf, "why": "wrong", "on": "2026-03-16", "appr": 1}


def write(entries: Iterable[dict[str, Any] | bytes]) -> None:
    """At the end of the ledger, unsigned."""
    first = LedgerEntry.objects.size()
    fields = ("leaf", "kind", "subject", "content", "hash")
    engine().bulk_insert(LedgerEntry, fields, rows(first, entries))


def rows(
    first: int, entries: Iterable[dict[str, Any] | bytes]
) -> Iterator[tuple[int, str, str, bytes, bytes]]:
    for n, entry in enumerate(entries, start=first):
        content = (
            entry
            if isinstance(entry, bytes)
            else json.dumps(entry, sort_keys=True).encode()
        )
        yield n, json.loads(content)["t"], "", content, leaf(content)


def sign() -> None:
    signing.sign(AT)


def publish(*entries: dict[str, Any] | bytes) -> None:
    write(entries)
    sign()
