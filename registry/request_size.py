"""How much a page takes in one request, asked before a byte of it is read."""

from collections.abc import Callable
from typing import Any, TypeVar

MEGABYTE = 1_048_576
# Of a page that says nothing else: one paper of ten megabytes, and what is typed beside it.
USUAL = 11 * MEGABYTE

View = TypeVar("View", bound=Callable[..., Any])


def takes_at_most(n_bytes: int) -> Callable[[View], View]:
    """Mark a view; its wrappers carry the mark on."""

    def mark(view: View) -> View:
        view.most_bytes = n_bytes  # type: ignore[attr-defined]
        return view

    return mark


def most_bytes_of(view: Callable[..., Any]) -> int | None:
    """What a view takes; None where it never said."""
    most: int | None = getattr(view, "most_bytes", None)
    return most
