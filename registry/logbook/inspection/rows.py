"""Each listing on display says what its entry says, and what its commitment promised."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from registry import vault
from registry.ledger import canonical
from registry.logbook import acts, openings
from registry.logbook.inspection.finding import Finding, Progress
from registry.logbook.inspection.log import Log, Promise
from registry.logbook.openings import Opened, composed
from registry.models import Checkpoint, Entity, Listing, Opening

STAGE = "listings"
# Rows read at once.
CHUNK = 2_000
# What a core says of an organisation may have changed since: it may have a new name.
OF_PARTY = ("name", "numbers")


def findings(
    at: datetime, newest: Checkpoint, log: Log, progress: Progress
) -> Iterator[Finding]:
    shown = Listing.objects.on_display(at).filter(leaf__lt=newest.size)
    n_all, n_done, last = shown.count(), 0, -1
    while rows := read(shown, last, newest):
        last = rows[-1].leaf_id or 0
        persons = [row.case for row in rows if row.person_id is not None]
        with vault.keys_at_hand(persons):
            for row in rows:
                yield from of_listing(row, log)
        n_done += len(rows)
        progress(STAGE, n_done, max(n_all, n_done))


def read(shown: Any, last: int, newest: Checkpoint) -> list[Listing]:
    """The next rows in the order of their leaves, with all that is compared."""
    signed = Opening.objects.filter(pk__lt=newest.size).order_by("pk")
    of_entities = ("identifiers", "other_names")
    rows = (
        shown.filter(leaf__gt=last)
        .order_by("leaf")
        .select_related("authority", "rule", "person", "entity__merged_into")
    )
    rows = rows.prefetch_related(
        "measures",
        Prefetch("openings", queryset=signed, to_attr="signed_openings"),
        *(f"entity__{one}" for one in of_entities),
        *(f"entity__merged_into__{one}" for one in of_entities),
    )
    return list(rows[:CHUNK])


def of_listing(row: Listing, log: Log) -> Iterator[Finding]:
    leaf = row.leaf_id
    promise = log.running.get(leaf if leaf is not None else -1)
    # What is not in the log at all is the verifier's to say.
    if promise is None or leaf in log.pending:
        return
    for field in differing(row, promise, log):
        yield Finding("row-differs", leaf, f"{field} as the ledger says", "another")
    yield from of_content(row, promise)


def differing(row: Listing, promise: Promise, log: Log) -> list[str]:
    """The fields in which the row is not as its entries say."""
    of_person = row.person_id is not None
    rule = row.rule.list_type_id, row.rule.in_force
    pairs = {
        "case": (row.case, promise.case),
        "kind": ("p" if of_person else "o", promise.kind),
        "auth": (acts.code_of(row.authority, of_person=of_person), promise.auth),
        "list": (row.list_type_id, rule[0]),
        "rule": (rule, log.rules.get(promise.rule)),
        "decided": (row.decided_on, promise.decided),
        "from": (row.displayed_from, promise.first),
        "term_from": (row.term_from, promise.term_from),
        "until": (row.displayed_until, promise.until),
        "review_by": (row.review_by, promise.review_by),
    }
    return [field for field, (found, expected) in pairs.items() if found != expected]


# --- Content ------------------------------------------------------------------------------


def of_content(row: Listing, promise: Promise) -> Iterator[Finding]:
    opened = opening_of(row)
    if opened is None:
        yield Finding("opening-missing", row.leaf_id, "what opens the commitment", "none")
    elif opened.commitment != promise.commitment:
        expected = "salt and core to give the C of the entry"
        yield Finding("content-mismatch", row.leaf_id, expected, "other content")
    else:
        for field in changed(row, json.loads(opened.core)):
            expected = f"{field} as it was committed"
            yield Finding("content-mismatch", row.leaf_id, expected, "another on display")


def opening_of(row: Listing) -> Opened | None:
    """The newest signed one; None where it, or the key of a person's case, is gone."""
    signed: list[Opening] = getattr(row, "signed_openings", [])
    try:
        return openings.read(signed[-1]) if signed else None
    except vault.VaultError:
        return None


def changed(row: Listing, core: dict[str, Any]) -> list[str]:
    """The fields in which what is on display is not what was committed."""
    try:
        shown = json.loads(canonical.encode(openings.core_today(row)))
    except vault.VaultError:
        return ["content"]
    names = sorted(core.keys() | shown.keys())
    if row.entity is not None:
        names = [name for name in names if name not in OF_PARTY]
        if not is_same_party(row.entity, core):
            names = [*names, "party"]
            shown["party"] = "another"
    return [name for name in names if core.get(name) != shown.get(name)]


def is_same_party(entity: Entity, core: dict[str, Any]) -> bool:
    """Whether the organisation has a number that was committed; without one, the name."""
    kept = [one for one in (entity, entity.merged_into) if one is not None]
    if numbers := core.get("numbers"):
        return any(one.value in numbers for each in kept for one in each.identifiers.all())
    former = {one.name for each in kept for one in each.other_names.all()}
    return core.get("name") in composed([*former, *(each.name for each in kept)])
