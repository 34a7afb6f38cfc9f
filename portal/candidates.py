"""Candidates on the pages of their list and of their party."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from registry.models import Candidacy, Entity, ListType

# Of one list on its page; all of them have a page of their own.
MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Candidates:
    """The first of them, and how many there are."""

    shown: Sequence[Candidacy]
    n: int


def of_list(list_type: ListType, at: datetime) -> Candidates | None:
    """None where nobody is ever a candidate. Two queries."""
    if not list_type.is_redlist:
        return None
    found = Candidacy.objects.on_display(at).filter(listing__list_type=list_type)
    return Candidates(list(found.for_rows()[:MOST_SHOWN]), found.count())


def about(entity: Entity, at: datetime) -> Sequence[Candidacy]:
    """Of the organisation and of the records that were merged into it. One query."""
    records = Entity.objects.filter(pk=entity.pk) | Entity.objects.filter(
        merged_into=entity.pk
    )
    found = Candidacy.objects.on_display(at).filter(
        listing__entity__in=records.order_by().values("pk")
    )
    return list(found.for_rows())
