"""The changes of a registration as its page shows them."""

from collections.abc import Iterator
from typing import NamedTuple

from registry.models import Entity, EntityChange, Region

MOST = 50


class Change(NamedTuple):
    """One changed field; `before` and `after` in words."""

    title: str
    before: str
    after: str
    record: EntityChange

    @property
    def in_chinese(self) -> bool:
        """Data as the source wrote it, not a label of ours."""
        return self.record.field not in {"kind", "status"}


def changes_of(entity: Entity) -> list[Change]:
    """The newest first. Two queries, whatever the number.

    Where an individual business sits is somebody's home, before a move as after it.
    """
    changes = entity.changes.select_related("source")
    if entity.kind == Entity.Kind.INDIVIDUAL_BUSINESS:
        changes = changes.exclude(field="address")
    return list(in_words(list(changes[:MOST])))


def in_words(changes: list[EntityChange]) -> Iterator[Change]:
    moves = [change for change in changes if change.field == "region"]
    codes = {code for change in moves for code in (change.before, change.after)}
    regions = Region.objects.select_related("parent__parent").in_bulk(codes)
    for change in changes:
        if change.field == "region":
            before, after = (
                regions[code].full_name if code in regions else code
                for code in (change.before, change.after)
            )
        else:
            before, after = change.before_shown, change.after_shown
        yield Change(change.title, before, after, change)
