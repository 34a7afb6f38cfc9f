"""What a case says, in clear for an organisation, sealed for a person."""

import json
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from registry import vault
from registry.models import Listing


@dataclass(frozen=True, slots=True)
class Content:
    """`details` by the codes of `rule_codes.Detail`."""

    ground: str = ""
    facts: str = ""
    details: dict[str, str] = field(default_factory=dict)
    defence: str = ""
    defence_answer: str = ""


NAMES = tuple(one.name for one in fields(Content))


def is_erased(listing: Listing) -> bool:
    """Whether nothing of it can be read any more: erased, or at this moment being erased.

    The key of a case goes before the rows know.
    """
    is_over = listing.ended_at is not None or listing.dropped_at is not None
    if listing.erased_at is not None or not is_over:
        return listing.erased_at is not None
    return listing.person_id is not None and not vault.has_key(listing.case)


def read(listing: Listing) -> Content:
    """The content, empty once it is erased; VaultError where its key was lost before."""
    if listing.person_id is None:
        return Content(**{name: getattr(listing, name) for name in NAMES})
    if listing.sealed is None or is_erased(listing):
        return Content()
    return Content(**opened(listing, "content", bytes(listing.sealed)))


def write(listing: Listing, content: Content) -> None:
    """Set the fields of the listing; whoever calls saves it."""
    if listing.person_id is None:
        for name in NAMES:
            setattr(listing, name, getattr(content, name))
    else:
        listing.sealed = sealed(listing.case, "content", asdict(content))


def change(listing: Listing, **changes: Any) -> None:
    """Set some of the content and keep the rest."""
    write(listing, replace(read(listing), **changes))


def sealed(case: str, field: str, value: dict[str, object]) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return vault.seal(case, field, text.encode())


def opened(listing: Listing, field: str, value: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(vault.open_sealed(listing.case, field, value))
    return found


def name_of(listing: Listing) -> str:
    """The party's name, for whoever may see it."""
    if listing.entity is not None:
        return listing.entity.name
    person = listing.person
    if person is None or person.name is None or is_erased(listing):
        return ""
    return vault.open_sealed(listing.case, "name", bytes(person.name)).decode()
