"""A list of rows that takes as long at a million as at ten thousand.

Rows are counted, and can be paged through, as far as anybody reads; the page wanted is
found by its keys first and its rows are read then; and rows are ordered only as an
index has them.
"""

from functools import cached_property
from typing import Any, Literal

from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest

# Nobody reads further; a filter or the search does better.
MOST = 2_000
# Where another table says whose a row is, each row costs a look there to be counted.
MOST_BY_CASE = 1_000


def counted(rows: QuerySet[Any], most: int = MOST) -> int:
    """How many there are, or `most` where there are as many or more."""
    return rows.order_by().values("pk")[:most].count()


def part_of(rows: QuerySet[Any], start: int, stop: int) -> QuerySet[Any]:
    """As `rows[start:stop]`, found by keys: only these are joined with what they need."""
    return rows.filter(pk__in=list(rows.values_list("pk", flat=True)[start:stop]))


def few_of(rows: QuerySet[Any], condition: Q) -> QuerySet[Any]:
    """Those of few cases, by their keys; as many as are paged through.

    Asked for in order, PostgreSQL would walk all rows to meet those of some cases.
    """
    keys = rows.filter(condition).order_by().values_list("pk", flat=True)
    return rows.filter(pk__in=list(keys[: MOST + 1]))


class LongPaginator(Paginator[Any]):
    """Pages of the first `most` rows."""

    object_list: QuerySet[Any]
    most = MOST

    @cached_property
    def n_found(self) -> int:
        return counted(self.object_list, self.most + 1)

    @cached_property
    def count(self) -> int:
        return min(self.n_found, self.most)

    @property
    def is_cut(self) -> bool:
        """Whether there are more rows than can be paged through."""
        return self.n_found > self.most

    def page(self, number: int | str) -> Page[Any]:
        page = super().page(number)
        start = (page.number - 1) * self.per_page
        stop = min(start + self.per_page, self.count)
        page.object_list = part_of(self.object_list, start, stop)
        return page


class LongChangeList(ChangeList):
    """Rows in the order of one column that the page offers, then of their keys."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        columns = self.get_ordering_field_columns() if self.params.get(ORDER_VAR) else {}
        for index, direction in columns.items():
            name = self.get_ordering_field(self.list_display[index])
            sign = "-" if direction == "desc" else ""
            # The key in the same direction: one index is read either way.
            return [f"{sign}{name}", f"{sign}pk"]
        return super().get_ordering(request, queryset)

    def get_ordering_field_columns(self) -> dict[int, Literal["asc", "desc"]]:
        """The column clicked last; a second one would need an index for each pair."""
        columns = super().get_ordering_field_columns()
        known = range(len(self.list_display))
        offered = [
            index
            for index in columns
            if index in known and self.get_ordering_field(self.list_display[index])
        ]
        return {index: columns[index] for index in offered[:1]}

    def get_ordering_field(self, field_name: Any) -> Any:
        """Django would order by any column that somebody writes into the address."""
        offered = self.sortable_by is None or field_name in self.sortable_by
        return super().get_ordering_field(field_name) if offered else None
