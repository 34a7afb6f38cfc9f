"""What a signed letter says, how it is signed, and the file that anybody can check.

    {"digest": SHA-256 of the letter, "key": "name+id", "letter": {...}, "sig": base64}

in canonical form and one line end, so that every byte counts. The key signs a first line
that no checkpoint begins with, and the canonical bytes of the letter.
`registry/ledger/verify_letter.py` checks such a file without this site.
"""

import hashlib
import secrets
from datetime import date
from typing import Any

from django.conf import settings

from registry import contents
from registry.ledger import canonical
from registry.ledger.notes import Signer, encoded
from registry.logbook import openings
from registry.models import Listing, SignedLetter
from registry.vault import open_sealed, seal

FIRST_LINE = b"credit-letter-v1\n"
FIELD = "signed letter"
# Of a person's number only so much: the case knows the rest.
SHOWN_OF_NUMBER = 4


def lift_of(
    listing: Listing, *, number: str, issued_on: date, entry: int
) -> dict[str, Any]:
    """That the listing ended: when, why, on what it rests. VaultError without its key."""
    authority, list_type = listing.authority, listing.list_type
    said = {
        "kind": SignedLetter.Kind.LIFT,
        "number": number,
        "issued": issued_on,
        "check": f"{settings.SITE_URL}/verify/{number}",
        "code": secrets.token_hex(16),
        "party": party_of(listing),
        "authority": {"name": authority.name, "uscc": authority.uscc},
        "list": {"code": list_type.code, "name": list_type.name_zh},
        "case": listing.case,
        "decision_no": listing.decision_no,
        "decided": listing.decided_on,
        "ended": issued_on,
        "why": listing.end_reason,
        "document": listing.end_document,
        "entry": entry,
    }
    return {name: openings.composed(one) for name, one in said.items() if one != ""}


def party_of(listing: Listing) -> dict[str, str]:
    """Name and number of an organisation; of a person's number the end alone."""
    name = contents.name_of(listing)
    if listing.entity is not None:
        number = listing.entity.main_identifier
        return {"name": name} | ({"number": number.value} if number else {})
    person = listing.person
    assert person is not None
    number_of = open_sealed(listing.case, "number", bytes(person.number or b"")).decode()
    return {"name": name, "number_end": number_of[-SHOWN_OF_NUMBER:]}


# --- Kept and read ------------------------------------------------------------------------


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def sealed(case: str, content: bytes) -> bytes:
    return seal(case, FIELD, content)


def content_of(letter: SignedLetter) -> bytes:
    """The canonical bytes; VaultError where they are erased, or a byte differs."""
    return open_sealed(letter.listing.case, FIELD, bytes(letter.sealed or b""))


# --- Signed -------------------------------------------------------------------------------


def signature_of(content: bytes, signer: Signer) -> bytes:
    return signer.private.sign(FIRST_LINE + content)


def name_of_key(signer: Signer) -> str:
    """As its vkey begins."""
    return f"{signer.name}+{signer.public.id.hex()}"


def file_of(letter: SignedLetter) -> bytes:
    """What the party keeps beside the PDF. VaultError where the content is erased."""
    return (
        canonical.encode(signed(letter) | {"letter": canonical.decode(content_of(letter))})
        + b"\n"
    )


def signed(letter: SignedLetter) -> dict[str, str]:
    """What stands around the content."""
    signature = encoded(bytes(letter.signature or b""))
    return {"digest": letter.digest, "key": letter.key, "sig": signature}
