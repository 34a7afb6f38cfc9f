"""What a listed party keeps: the entry about it, its opening and its proof, in one file.

`verify.py --receipt` reads it, with or without this site. Of a person it holds the name
and the number: it is made for its holder and for the authority's own staff.
"""

import json
from collections.abc import Iterable
from typing import Any

from registry import vault
from registry.logbook import openings, publishing
from registry.models import Checkpoint, LedgerEntry, Listing, Opening

PUBLICATION, END = "publication", "end"


def of_publication(listing: Listing) -> dict[str, Any] | None:
    """Of its newest signed `list` or `amend` entry, with what opens it.

    None before the first is signed, and once the content has been erased.
    """
    newest = Checkpoint.objects.current()
    entry = newest_of(listing.case, ("list", "amend"), newest)
    if newest is None or entry is None:
        return None
    # An amendment that only brings the end forward repeats the promise before it.
    opening = listing.openings.filter(pk__lte=entry).order_by("-pk").first()
    return None if opening is None else opened(entry, opening, newest)


def opened(entry: int, opening: Opening, newest: Checkpoint) -> dict[str, Any] | None:
    try:
        found = openings.read(opening)
    except vault.VaultError:
        return None
    content = {"salt": found.salt.hex(), "core": json.loads(found.core)}
    return publishing.proven(entry, newest) | content


def of_end(listing: Listing) -> dict[str, Any] | None:
    """Of its `end` entry, which holds nothing to open; None before that is signed."""
    newest = Checkpoint.objects.current()
    entry = newest_of(listing.case, ("end",), newest)
    if newest is None or entry is None:
        return None
    return publishing.proven(entry, newest)


def newest_of(case: str, kinds: tuple[str, ...], newest: Checkpoint | None) -> int | None:
    """The leaf of the newest signed entry of these kinds about a case."""
    size = newest.size if newest else 0
    about = LedgerEntry.objects.filter(subject=case, kind__in=kinds, leaf__lt=size)
    return about.order_by("-leaf").values_list("leaf", flat=True).first()


def with_end(cases: Iterable[str]) -> set[str]:
    """Which of the cases have an end that is signed."""
    ends = LedgerEntry.objects.filter(
        subject__in=list(cases), kind="end", leaf__lt=Checkpoint.objects.latest_size()
    )
    return set(ends.values_list("subject", flat=True))
