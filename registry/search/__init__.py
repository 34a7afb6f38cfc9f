"""The one search function of the project; `index` keeps what it searches.

    >>> from registry.search import search
    >>> search("澄川").hits

Everything below this line may change; what is named here is the interface.
"""

from registry.search.displayed import with_listings
from registry.search.find import search
from registry.search.results import (
    Advice,
    Choice,
    Facets,
    Filters,
    Hit,
    QueryError,
    Results,
    Span,
    Why,
)

__all__ = (
    "Advice",
    "Choice",
    "Facets",
    "Filters",
    "Hit",
    "QueryError",
    "Results",
    "Span",
    "Why",
    "search",
    "with_listings",
)
