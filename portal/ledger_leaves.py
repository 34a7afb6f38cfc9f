"""Entries of the ledger as pages show them: read from the rows, with what they cite."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language

from registry.ledger import entries
from registry.ledger.entries import Entry
from registry.logbook import openings
from registry.models import Authority, LedgerEntry, Listing, ListType, Opening, Region


@dataclass(frozen=True, slots=True)
class Leaf:
    """One signed entry. `list_type` and `authority` are of what it cites, where it does."""

    number: int
    entry: Entry
    content: bytes
    hash: str
    list_type: ListType | None
    authority: str
    # What a manifest counts, by code.
    counted: Mapping[str, ListType]

    @property
    def text(self) -> str:
        """Its bytes, which are text."""
        return self.content.decode()

    @property
    def proof(self) -> str:
        """The name of the file with its proof."""
        return f"proof/{self.number}"

    @property
    def kind(self) -> str:
        return str(self.entry["t"])


def leaves_of(rows: Iterable[LedgerEntry]) -> list[Leaf]:
    """With the lists and authorities they name. Four queries, however many they are."""
    found = [(row, entries.decode(bytes(row.content))) for row in rows]
    lists = lists_of([entry for _, entry in found])
    names = authorities_of({entry["auth"] for _, entry in found if "auth" in entry})
    return [
        Leaf(
            row.pk,
            entry,
            bytes(row.content),
            bytes(row.hash).hex(),
            lists.get(code_of(entry)),
            names.get(entry.get("auth", ""), ""),
            {code: lists[code] for code in entry.get("counts", ()) if code in lists},
        )
        for row, entry in found
    ]


# --- What they cite -----------------------------------------------------------------------


def code_of(entry: Entry) -> str | int | None:
    """By which its list is found: the code itself, or the leaf of a rule."""
    return entry["code"] if entry["t"] == "rule" else entry.get("rule")


def lists_of(found: Sequence[Entry]) -> dict[str | int | None, ListType]:
    """The lists, by their code and by the leaves of the rules that are cited."""
    cited = {entry["rule"] for entry in found if "rule" in entry}
    rows = LedgerEntry.objects.filter(pk__in=cited, kind="rule")
    rules = {row.pk: entries.decode(bytes(row.content)) for row in rows}
    codes: dict[str | int | None, str] = {
        leaf: rule["code"] for leaf, rule in rules.items()
    }
    codes |= {entry["code"]: entry["code"] for entry in found if entry["t"] == "rule"}
    codes |= {code: code for entry in found for code in entry.get("counts", ())}
    lists = ListType.objects.in_bulk(set(codes.values()))
    return {key: lists[code] for key, code in codes.items() if code in lists}


def authorities_of(codes: set[str]) -> dict[str, str]:
    """Their names in the language being read; of a province, its own."""
    known = Authority.objects.filter(uscc__in=codes)
    english = get_language() == "en"
    names = {one.uscc: (english and one.name_en) or one.name for one in known}
    regions = Region.objects.in_bulk(codes - names.keys())
    return names | {code: region.name for code, region in regions.items()}


# --- On display ---------------------------------------------------------------------------


def listing_of(leaf: Leaf, case: str, at: datetime) -> Listing | None:
    """The organisation's listing it speaks of, while on display; never a person's."""
    if not case or leaf.kind == "rule":
        return None
    shown = Listing.objects.on_display(at).of_organisations().filter(case=case)
    return shown.select_related("list_type", "entity").first()


@dataclass(frozen=True, slots=True)
class Content:
    """What opens a commitment: anybody can compute it again from these two."""

    salt: str
    core: str


def opening_of(listing: Listing, size: int) -> Opening | None:
    """The newest that is signed; an older one holds what has been corrected since."""
    return listing.openings.filter(pk__lt=size).order_by("-pk").first()


def content_of(leaf: Leaf, opening: Opening) -> Content | None:
    """The content that this entry promises; None where another entry has replaced it."""
    opened = openings.read(opening)
    if opened.commitment != leaf.entry.get("C"):
        return None
    return Content(opened.salt.hex(), opened.core.decode())
