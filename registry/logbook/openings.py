"""Salt and core of what was published: what opens a commitment, for whoever may see it."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from registry import contents, vault
from registry.ledger import canonical, commitments
from registry.models import Listing, Opening
from registry.vault import VaultError


@dataclass(frozen=True, slots=True)
class Opened:
    salt: bytes
    # Canonical, as it was committed.
    core: bytes

    @property
    def commitment(self) -> str:
        return commitments.commit_encoded(self.salt, self.core).hex()

    def document(self, number: str) -> str:
        """A document's number as an entry names it: not to be guessed without the salt."""
        named = composed({"doc": number})
        return commitments.commit(self.salt, named).hex()


def core_of(
    listing: Listing, party: Mapping[str, Any], measures: Iterable[str]
) -> dict[str, Any]:
    """What the decision says, in the words that were published or told to the party."""
    content = contents.read(listing)
    core = {
        **party,
        "list": listing.list_type_id,
        "decision_no": listing.decision_no,
        "decided": listing.decided_on,
        "noticed": listing.noticed_on,
        "conduct": listing.conduct_on,
        "ground": content.ground,
        "facts": content.facts,
        "details": content.details,
        "amount": None if listing.amount is None else f"{listing.amount:.2f}",
        "performance": listing.performance,
        "measures": sorted(measures),
        "maker": listing.maker_id,
        "checker": listing.checker_id,
    }
    return {name: composed(one) for name, one in core.items() if one not in EMPTY}


# What says nothing is left out: the canonical form knows no null.
EMPTY: tuple[Any, ...] = (None, "", {}, [])


def party_of(listing: Listing) -> dict[str, Any]:
    """Name and number of the party as they are today."""
    if listing.entity is not None:
        numbers = [one.value for one in listing.entity.identifiers.all() if one.valid]
        return organisation(listing.entity.name, numbers)
    person = listing.person
    assert person is not None
    number = vault.open_sealed(listing.case, "number", bytes(person.number or b""))
    return {
        "name": contents.name_of(listing),
        "numbers": [number.decode()],
        "document": person.document,
    }


def organisation(name: str, numbers: Iterable[str]) -> dict[str, Any]:
    """As `party_of` says it, for whoever looks up many together."""
    return {"name": name, "numbers": sorted(numbers)}


def composed(value: Any) -> Any:
    """With every text in the composed form that the canonical encoding asks for."""
    if isinstance(value, str):
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {composed(key): composed(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [composed(one) for one in value]
    return value


def core_today(listing: Listing) -> dict[str, Any]:
    """What the listing says now, its party and measures looked up."""
    measures = [measure.pk for measure in listing.measures.all()]
    return core_of(listing, party_of(listing), measures)


def fresh(listing: Listing) -> Opened:
    """What the listing says now, under a new salt."""
    return salted(core_today(listing))


def salted(core: dict[str, Any]) -> Opened:
    """A core under a salt of its own."""
    return Opened(commitments.new_salt(), canonical.encode(core))


# --- Kept ---------------------------------------------------------------------------------


def keep(listing: Listing, leaf: int, opened: Opened) -> None:
    of_person = listing.person_id is not None
    columns = stored(listing.case, leaf, opened, of_person=of_person)
    Opening.objects.create(entry_id=leaf, listing=listing, **columns)


def stored(case: str, leaf: int, opened: Opened, *, of_person: bool) -> dict[str, bytes]:
    """The columns that hold it: sealed under the case key for a person."""
    if not of_person:
        return {"salt": opened.salt, "core": opened.core}
    text: dict[str, object] = {"salt": opened.salt.hex(), "core": opened.core.decode()}
    return {"sealed": contents.sealed(case, field(leaf), text)}


def read(opening: Opening) -> Opened:
    """VaultError where the key of a person's case is gone."""
    if opening.sealed is None:
        return Opened(bytes(opening.salt or b""), bytes(opening.core or b""))
    text = contents.opened(opening.listing, field(opening.pk), bytes(opening.sealed))
    return Opened(bytes.fromhex(text["salt"]), text["core"].encode())


def field(leaf: int) -> str:
    return f"opening/{leaf}"


def first(listing: Listing) -> Opened:
    """Of the listing as it was released; the salt of the case. VaultError where erased."""
    return kept(listing, listing.openings.filter(pk=listing.leaf_id))


def document_of(listing: Listing, number: str) -> str:
    """A document as an entry about the case names it.

    Where the key of the case is lost nobody can open it: what has to end ends anyway.
    """
    try:
        return first(listing).document(number)
    except VaultError:
        return Opened(commitments.new_salt(), b"{}").document(number)


def newest(listing: Listing) -> Opened:
    """Of the listing as it was last amended. VaultError where erased."""
    return kept(listing, listing.openings.order_by("-pk"))


def kept(listing: Listing, openings: QuerySet[Opening]) -> Opened:
    opening = openings.first()
    if opening is None:
        raise vault.VaultError(f"case {listing.case} has no opening")
    return read(opening)
