"""Where the ledger stands, and what was asked of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from portal.ledger_leaves import Leaf, leaves_of
from registry.ledger import keys
from registry.ledger.keys import LedgerKey
from registry.models import Checkpoint, LedgerEntry

N_NEWEST = 8
# Of one case; a longer one does not exist yet.
MOST_OF_CASE = 100
CASE = re.compile(r"[0-9a-f]{32}")
NUMBER = re.compile(r"\d{1,15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class State:
    """The newest signed head, and the keys that signed it or will sign the next."""

    head: Checkpoint
    keys: Sequence[LedgerKey]

    @property
    def root(self) -> str:
        return bytes(self.head.root).hex()

    @property
    def origin(self) -> str:
        return self.keys[0].public.name


def state() -> State | None:
    """None before anything has been signed."""
    head = Checkpoint.objects.current()
    if head is None:
        return None
    return State(head, keys.known())


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
