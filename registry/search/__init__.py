"""The one search function of the project; `index` keeps what it searches.

    >>> from registry.search import search
    >>> search("澄川").hits

Everything below this line may change; `search` and `results` are the interface.
"""

from registry.search.find import search
from registry.search.results import Advice, Hit, QueryError, Results, Why

__all__ = ("Advice", "Hit", "QueryError", "Results", "Why", "search")
