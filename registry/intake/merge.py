"""What a row changes of what is known: pure, one row at a time.

A source that is newer overwrites; one that is not only fills in what was empty.
An empty cell never overwrites. A number that fails its check may identify, but
it is too weak to rename.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from registry.intake.registration import Facts, Row
from registry.models import Entity, Finding

# What says nothing, beside None and the empty text.
NOTHING = (None, "", Entity.Status.UNKNOWN, Entity.Kind.OTHER)


class Verdict(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(slots=True)
class Known:
    """What the register holds of an entity while a chunk of rows is merged into it."""

    id: int
    facts: Facts
    source_id: str
    source_as_of: datetime
    status_source_id: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """`updates` holds the new values of the facts that change."""

    verdict: Verdict
    updates: dict[str, Any] = field(default_factory=dict)
    finding: Finding.Code | None = None


def merge(known: Known, row: Row, *, as_of: datetime) -> Outcome:
    """What the row does to the entity its key names."""
    newer = as_of > known.source_as_of
    if row.facts.name_key != known.facts.name_key:
        if row.code and not row.code.valid:
            return Outcome(Verdict.REJECTED, finding=Finding.Code.CODE_TAKEN)
        if not newer:
            return Outcome(Verdict.UNCHANGED, finding=Finding.Code.OLDER_NAME)
    updates = {
        name: new
        for name, old, new in zip(Facts._fields, known.facts, row.facts, strict=True)
        if overwrites(old, new, newer=newer)
    }
    return Outcome(Verdict.CHANGED if updates else Verdict.UNCHANGED, updates)


def overwrites(old: Any, new: Any, *, newer: bool) -> bool:
    return new != old and new not in NOTHING and (newer or old in NOTHING)
