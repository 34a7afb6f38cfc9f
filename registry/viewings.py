"""The chain of who opened which person and exported which table, as it is read."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from registry.chain import GENESIS, Break, End, Link
from registry.days import day_of
from registry.ledger import entries
from registry.models import Head, LedgerEntry, Viewing, ViewingHead

CHUNK = 2_000
# Rows are kept at least as long, whatever the setting.
FEWEST_YEARS = 5


class Found(NamedTuple):
    """What came of a look through the chain.

    `unknown` are heads that it does not have, each with the day whose manifest names it.
    """

    begin: End
    head: End
    breaks: list[Break]
    unknown: dict[str, str]

    @property
    def is_whole(self) -> bool:
        return not (self.breaks or self.unknown)


def said_by(viewing: Viewing) -> dict[str, Any]:
    """All that a row says, as its hash covers it; what it does not say is left out."""
    found = {
        "by": viewing.by_id,
        "authority": viewing.authority_id,
        "listing": viewing.listing_id,
        "exported": str(viewing.exported),
        "asked": viewing.asked,
        "purpose": str(viewing.purpose),
        "at": viewing.at.astimezone(UTC).isoformat(),
        "n_in_hour": viewing.n_in_hour,
        "n_rows": viewing.n_rows,
    }
    return {name: value for name, value in found.items() if value not in (None, "")}


def links(**numbered: int) -> Iterator[Link]:
    rows = Viewing.objects.filter(**numbered).order_by("number", "pk")
    for row in rows.iterator(chunk_size=CHUNK):
        yield Link(row.number, row.previous, said_by(row), row.hash)


def ends() -> tuple[End, End]:
    """Where the chain begins, excluded, and its head."""
    row = ViewingHead.objects.first() or ViewingHead()
    return End(row.erased_number, row.erased_hash), End(row.number, row.hash)


def trail_head(at: datetime) -> str | None:
    """The hash of the newest row made until `at`, for the manifest of the day.

    None where nobody has looked at anything yet.
    """
    rows = Viewing.objects.filter(at__lte=at).order_by("-number")
    newest = rows.values_list("hash", flat=True).first()
    if newest is not None:
        return newest
    head = ViewingHead.objects.first()
    return head.erased_hash if head and head.erased_hash != GENESIS else None


def anchored() -> dict[str, str]:
    """The heads that the manifests of the ledger name, each with the first day it was one.

    Not those of days whose rows may be erased: before the oldest row that is there, and
    before the years for which every row has to be.
    """
    since = asked_since()
    found: dict[str, str] = {}
    for row in LedgerEntry.objects.filter(kind="manifest").order_by("leaf").iterator():
        entry = entries.decode(bytes(row.content))
        if entry["day"] >= since and (audit := entry.get("audit")):
            found.setdefault(audit, entry["day"])
    return found


def asked_since() -> str:
    """The first day whose manifest must name a head of the chain; empty for every day."""
    begin, _head = ends()
    seen = Head.objects.current()
    if not begin.number or seen is None:
        return ""
    first = seen.latest_on.replace(year=seen.latest_on.year - FEWEST_YEARS, day=1)
    oldest = Viewing.objects.order_by("number").first()
    return str(min(first, day_of(oldest.at)) if oldest else first)
