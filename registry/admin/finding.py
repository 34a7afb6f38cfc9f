"""What is typed above a list of rows, answered by indexes: no row is looked through."""

import re
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from registry.models import Entity, Listing
from registry.names import name_key
from registry.search import QueryError
from registry.search import search as find

# Parties whose cases are shown; whoever means one of more types more of its name.
PARTIES = 100
# Cases whose number begins as typed, whosever they are: the index of numbers knows nothing
# of authorities, and a beginning that more share is no search.
NUMBERED = 1_000
# The bracket of a year, or a part of a case's number: no name and no code looks so.
NUMBER = re.compile(r"[〔\[［【]|^(?=[0-9]*[a-f])(?!.{18}$)[0-9a-f]{6,32}$")
CASE_HELP = _("决定文书号或者案件编号（从头输入），单位名称、拼音或者统一社会信用代码")


class Found(NamedTuple):
    """Keys of cases by their number, and of organisations; `is_cut` where a number begins
    like those of more cases than are looked at.
    """

    cases: list[int]
    parties: list[int]
    is_cut: bool

    def at(self, path: str) -> Q:
        """Rows whose case, at the end of `path`, is one of them or about one of them."""
        of_case = Q((f"{path}pk__in", self.cases))
        return of_case | Q((f"{path}entity__in", self.parties)) if self.parties else of_case


def look_for(text: str) -> Found:
    """What the words mean; whoever asks for rows sees those of theirs among it.

    Numbers are compared from their beginning. Natural persons are not looked for.
    """
    typed = text.strip()
    keys = numbered(typed)
    # The search of names would take long to find nothing.
    named = [] if NUMBER.search(typed) else parties(typed)
    return Found(keys[:NUMBERED], named, len(keys) > NUMBERED)


def numbered(typed: str) -> list[int]:
    """Keys of at most one case more than `NUMBERED`; each index is read only as far."""
    begins = {"decision_no__startswith": typed}, {"case__startswith": typed.lower()}
    found: dict[int, None] = {}
    for how in begins:
        rows = Listing.objects.filter(**how).order_by().values_list("pk", flat=True)
        found |= dict.fromkeys(rows[: NUMBERED + 1])
    return list(found)[: NUMBERED + 1]


def parties(text: str) -> list[int]:
    """Keys of the organisations, and of records that were merged into them."""
    try:
        found = [hit.entity.pk for hit in find(text, limit=PARTIES).shown]
    except QueryError:
        found = []
    # By its whole name an organisation is found even before the search knows of it.
    same = Q(pk__in=found) | Q(merged_into__in=found) | Q(name_key=name_key(text))
    return list(Entity.objects.filter(same).order_by().values_list("pk", flat=True))


def values_of(rows: QuerySet[Any], field: str) -> list[Any]:
    """The different values of an indexed column, smallest first: a question for each."""
    found: list[Any] = []
    ordered = rows.order_by(field).values_list(field, flat=True)
    while (value := ordered.filter(**after(field, found)).first()) is not None:
        found.append(value)
    return found


def after(field: str, found: list[Any]) -> dict[str, Any]:
    return {f"{field}__gt": found[-1]} if found else {}
