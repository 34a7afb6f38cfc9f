"""How often pieces of two characters stand in names: which to ask for, and by which way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod, sqrt

from django.db import connection, transaction

from registry.engines import engine
from registry.models import ListedEntry, SearchEntry, SearchTerm
from registry.search.dialects import dialect

# Pieces in fewer names are not counted; the middle of what they may be.
COUNTED, RARE = 1000, 500
# Pieces that stand for all names, for those of entities that are listed, and for those
# that are not the current name of their entity.
ALL, LISTED, OTHER = "", "listed", "other"
# At three million names, so many matches cost as much as a walk to the first twenty.
SELECTIVE, AT_NAMES, LEAST_SELECTIVE = 4000, 3_000_000, 500
# Each further piece costs more to look up than the names it rules out.
MOST_PIECES = 3


def refresh() -> None:
    """Count again, from the index itself. Raises BusyError where somebody else does."""
    counted = [
        SearchTerm(term=term, n_names=n) for term, n in dialect().count_pieces(COUNTED)
    ]
    whole = {
        ALL: SearchEntry.objects.all(),
        LISTED: ListedEntry.objects.all(),
        OTHER: SearchEntry.objects.filter(current=False),
    }
    counted += [SearchTerm(term=term, n_names=rows.count()) for term, rows in whole.items()]
    with transaction.atomic():
        engine().take_turn("search_terms")
        SearchTerm.objects.all().delete()
        SearchTerm.objects.bulk_create(counted, batch_size=2000)


@dataclass(frozen=True, slots=True)
class Frequencies:
    """`total` names in the register, and of some pieces those that are common.

    Of all names `n_other` are not the current one of their entity.
    """

    total: int
    common: dict[str, int]
    n_other: int = 0

    @property
    def selective(self) -> float:
        """Up to so many matches are all looked at."""
        return max(LEAST_SELECTIVE, SELECTIVE * sqrt(self.total / AT_NAMES))

    def of(self, piece: str) -> int:
        return self.common.get(piece, min(RARE, self.total))

    def entities_with(self, piece: str) -> int:
        """As many hold the piece for certain: its first digit, as it was counted before."""
        number = max(self.common.get(piece, 0) - self.n_other, 0)
        step = 10 ** max(len(str(number)) - 1, 0)
        return int(number // step * step)

    def estimate(self, parts: Iterable[Sequence[str]]) -> float:
        """In how many names all parts stand, each known by its pieces, if independent."""
        total = max(self.total, 1)
        return total * prod(min(map(self.of, pieces)) / total for pieces in parts if pieces)

    def rarest(self, parts: Iterable[Sequence[str]]) -> list[str]:
        """What to ask the index for; the rest is compared with the name itself."""
        pieces = {piece for pieces in parts for piece in pieces}
        return sorted(pieces, key=lambda piece: (self.of(piece), piece))[:MOST_PIECES]


def frequencies(pieces: Iterable[str], *, is_listed: bool) -> Frequencies:
    """What was counted of these pieces, in all names or in those that are listed.

    The share of the listed names that hold a piece is taken to be that of all.
    """
    found = counted([*{*pieces, ALL, LISTED, OTHER}])
    total, n_listed, n_other = (found.pop(term, 0) for term in (ALL, LISTED, OTHER))
    if is_listed and total:
        found = {term: n * n_listed // total for term, n in found.items()}
        total = n_listed
    return Frequencies(total, found, n_other)


def counted(asked: Sequence[str]) -> dict[str, int]:
    """In SQL of its own: every search asks, and Django takes longer to write it."""
    marks = ", ".join(["%s"] * len(asked))
    table = SearchTerm._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT term, n_names FROM {table} WHERE term IN ({marks})", asked)
        return dict(cursor.fetchall())
