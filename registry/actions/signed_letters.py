"""Letters that the register signs: issued with their cause, signed by the host that
holds the journal, printed when first asked for, revoked where they turn out untrue.
"""

import logging
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import translation

from registry import letters, sealed_files, signed_letters, vault
from registry.actions import papers, trail
from registry.days import day_of
from registry.ledger import canonical, journal, keys
from registry.ledger.errors import LedgerError
from registry.ledger.journal import JournalBusyError
from registry.ledger.notes import Signer
from registry.letters import lifts
from registry.models import LedgerEntry, Listing, SignedLetter
from registry.vault.keys import KeyFileError

logger = logging.getLogger(__name__)

Kind = SignedLetter.Kind
# The languages as Django calls them.
CODES = {"zh": "zh-hans", "en": "en"}


class NotSignedError(Exception):
    """It is issued, and the host that signs has not had its turn."""


# --- Issued -------------------------------------------------------------------------------


def issue_lift(listing: Listing, *, number: str, at: datetime) -> SignedLetter | None:
    """Confirm that the listing has ended; part of the transaction that ends it.

    None where it was never in the ledger, or where the key of the case is lost: nobody
    could say any more whom it was about, and the end does not wait for that.
    """
    entry = LedgerEntry.objects.about("end", listing.case)
    if entry is None:
        return None
    papers.give_key(listing, at)
    try:
        said = signed_letters.lift_of(
            listing, number=number, issued_on=day_of(at), entry=entry.leaf
        )
        content = canonical.encode(said)
        sealed = signed_letters.sealed(listing.case, content)
    except vault.VaultError:
        logger.warning("signed letters: none for a case whose key is lost")
        return None
    letter = SignedLetter.objects.create(
        number=number,
        kind=Kind.LIFT,
        listing=listing,
        entry=entry,
        issued_on=day_of(at),
        made_at=at,
        sealed=sealed,
        digest=signed_letters.digest_of(content),
    )
    transaction.on_commit(partial(try_to_sign, at))
    return letter


# --- Signed -------------------------------------------------------------------------------


def sign_letters(at: datetime) -> int:
    """Sign what waits and rests on signed entries; how many.

    Only where the journal is held and the key lies. Raises KeyFileError without it.
    """
    if not SignedLetter.objects.waiting().exists():
        return 0
    try:
        with journal.held():
            signer = keys.signer(day_of(at))
            waiting = SignedLetter.objects.waiting().select_related("listing")
            return sum(sign(letter, signer, at) for letter in waiting.order_by("pk"))
    except JournalBusyError:
        return 0


def try_to_sign(at: datetime) -> None:
    """As soon as it is issued; the next tick signs anyway, and says aloud what is wrong."""
    try:
        sign_letters(at)
    except (KeyFileError, LedgerError, OSError) as fault:
        logger.warning("signed letters: not signed at once: %s", type(fault).__name__)


def sign(letter: SignedLetter, signer: Signer, at: datetime) -> bool:
    """What was stored is read again: nothing that differs from its digest is signed."""
    try:
        content = signed_letters.content_of(letter)
    except vault.VaultError:
        content = b""
    if signed_letters.digest_of(content) != letter.digest:
        logger.error("signed letters: %s is not what was issued", letter.number)
        return False
    mine = SignedLetter.objects.filter(pk=letter.pk, signed_at=None, erased_at=None)
    return bool(
        mine.update(
            signature=signed_letters.signature_of(content, signer),
            key=signed_letters.name_of_key(signer),
            signed_at=at,
        )
    )


# --- Handed out ---------------------------------------------------------------------------


def file_of(letter: SignedLetter) -> bytes:
    """The file for machines. NotSignedError too early, GoneError once it is erased."""
    if letter.signed_at is None:
        raise NotSignedError(letter.number)
    try:
        return signed_letters.file_of(letter)
    except vault.VaultError as gone:
        raise sealed_files.GoneError(letter.number) from gone


def pdf_of(letter: SignedLetter, language: str) -> bytes:
    """The PDF, the same bytes at every call: it is made at the first and kept sealed."""
    if letter.signed_at is None:
        raise NotSignedError(letter.number)
    if not digest_in(letter, language):
        keep_pdf(letter, language, printed(letter, language))
    return sealed_files.read(letter.listing.case, name_of(letter, language))


def printed(letter: SignedLetter, language: str) -> bytes:
    try:
        content = canonical.decode(signed_letters.content_of(letter))
    except vault.VaultError as gone:
        raise sealed_files.GoneError(letter.number) from gone
    with translation.override(CODES[language]):
        return letters.printed(lifts.lift_of(letter, content))


@transaction.atomic
def keep_pdf(letter: SignedLetter, language: str, content: bytes) -> None:
    """Unless another was quicker; what a kill has left under the name goes first."""
    trail.locked(letter.listing)
    letter.refresh_from_db()
    if digest_in(letter, language) or letter.erased_at:
        return
    name = name_of(letter, language)
    sealed_files.discard(name)
    sealed_files.store(letter.listing.case, name, content)
    setattr(letter, f"digest_{language}", signed_letters.digest_of(content))
    letter.save(update_fields=(f"digest_{language}",))


def digest_in(letter: SignedLetter, language: str) -> str:
    return str(getattr(letter, f"digest_{language}"))


def name_of(letter: SignedLetter, language: str) -> str:
    return f"{letter.stored_as}.{language}"


# --- Revoked ------------------------------------------------------------------------------


def revoke_letters(listing: Listing, *, at: datetime) -> int:
    """They say what no longer holds: whoever checks one is told so from now on."""
    return listing.signed_letters.filter(revoked_at=None).update(revoked_at=at)
