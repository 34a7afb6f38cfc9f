"""Where the ledger stands, and what was asked of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models import QuerySet

from portal.freshness import max_age
from portal.ledger_leaves import Leaf, leaves_of
from registry.days import day_of
from registry.ledger import keys
from registry.ledger.keys import LedgerKey
from registry.models import Checkpoint, LedgerEntry, Listing

N_NEWEST = 8
# Of one case; a longer one does not exist yet.
MOST_OF_CASE = 100
CASE = re.compile(r"[0-9a-f]{32}")
NUMBER = re.compile(r"\d{1,15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class State:
    """The newest signed head, and how much is on display."""

    head: Checkpoint
    n_shown: int
    keys: Sequence[LedgerKey]

    @property
    def root(self) -> str:
        return bytes(self.head.root).hex()

    @property
    def origin(self) -> str:
        return self.keys[0].public.name


def state(at: datetime) -> State | None:
    """None before anything has been signed."""
    head = Checkpoint.objects.current()
    if head is None:
        return None
    return State(head, n_on_display(at), keys.known())


def n_on_display(at: datetime) -> int:
    """Of all parties, at most a minute old, never of yesterday: as `active` counts."""
    key = f"ledger-on-display-{day_of(at)}"
    shown = Listing.objects.on_display(at)
    found: int = cache.get_or_set(key, shown.count, max_age(at)) or 0
    return found


# --- Looked up ----------------------------------------------------------------------------


def signed() -> QuerySet[LedgerEntry]:
    """What exists in public."""
    size = Checkpoint.objects.latest_size()
    return LedgerEntry.objects.filter(leaf__lt=size)


def newest() -> list[Leaf]:
    return leaves_of(signed().order_by("-leaf")[:N_NEWEST])


def numbered(text: str) -> int | None:
    """The number of an entry, if that is what was typed and there is one."""
    found = NUMBER.fullmatch(text)
    if found is None or not signed().filter(pk=int(text)).exists():
        return None
    return int(text)


def of_case(text: str) -> list[Leaf]:
    """Every entry of a case; none of one that is unknown, or not signed yet."""
    if CASE.fullmatch(text) is None:
        return []
    return leaves_of(signed().filter(subject=text).order_by("leaf")[:MOST_OF_CASE])
