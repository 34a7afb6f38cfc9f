"""Long lists in pages whose number is always one that exists."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

PER_PAGE = 20
# Nobody reads further; a filter does better, and a far page costs the database.
MOST_PAGES = 500


def page_of(rows: "QuerySet[Any] | Sequence[Any]", number: int) -> "Page[Any]":
    """The page asked for, or the nearest there is. `rows` must have a total order."""
    paginator: Paginator[Any] = Paginator(rows, PER_PAGE)
    return paginator.page(max(1, min(number, paginator.num_pages, MOST_PAGES)))
