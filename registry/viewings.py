"""The chain of who opened which person and exported which table, as it is read."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from registry.chain import GENESIS, Break, End, Link
from registry.models import Viewing, ViewingHead

CHUNK = 2_000


class Found(NamedTuple):
    """What came of a look through the chain; `unknown` are heads that it does not have."""

    begin: End
    head: End
    breaks: list[Break]
    unknown: list[str]

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
