from collections.abc import Callable
from typing import NamedTuple, TypeAlias

# Told what is being read, how much of it so far, and how much there is.
Progress: TypeAlias = Callable[[str, int, int], None]


class Finding(NamedTuple):
    """Something that is not as the ledger says, in the form of the verifier's lines."""

    code: str
    leaf: int | None
    expected: str
    found: str

    def __str__(self) -> str:
        place = "-" if self.leaf is None else f"{self.leaf}"
        text = f"expected {self.expected}, found {self.found}"
        return f"{self.code:<20} leaf {place:>8}  {text}"
