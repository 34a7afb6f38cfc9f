"""Ways to break what holds of signed letters, past every action."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from registry import actions
from registry.models import LedgerEntry, Listing, SignedLetter
from tests.factories import AT, make_listing, make_staff

Attempt = Callable[[], object]
SIGNED: dict[str, Any] = {"signature": b"s", "key": "example/ledger+00", "signed_at": AT}


def ended() -> Listing:
    listing = make_listing()
    maker, _ = make_staff(listing.authority)
    return actions.emergency_end(listing, "主体错误", by=maker, at=AT)


def make_signed(**fields: Any) -> SignedLetter:
    """The lift of a listing that has ended."""
    listing = fields.pop("listing", None) or ended()
    usual: dict[str, Any] = {
        "number": f"2026TEST0000{SignedLetter.objects.count():04d}",
        "kind": "lift",
        "listing": listing,
        "entry": LedgerEntry.objects.order_by("-leaf")[0],
        "issued_on": AT.date(),
        "made_at": AT,
        "sealed": b"x",
        "digest": "ab" * 32,
    }
    return SignedLetter.objects.create(**usual | fields)


def changed(first: dict[str, Any], **fields: Any) -> None:
    make_signed(**first)
    SignedLetter.objects.update(**fields)


def two_of_a_kind() -> None:
    make_signed(listing=make_signed().listing)


def of_another_case() -> None:
    listing = ended()
    other = make_listing(listing.rule, authority=listing.authority)
    make_signed(listing=other, entry=LedgerEntry.objects.get(kind="end"))


ERASED: dict[str, Any] = {"sealed": None, "erased_at": AT}
CONSTRAINTS: dict[str, Attempt] = {
    "signed_letter_number_has_16_characters": lambda: make_signed(number="2026"),
    "signed_letter_kind_is_known": lambda: make_signed(kind="poem"),
    "signed_letter_has_a_digest": lambda: make_signed(digest="ab"),
    "signed_letter_says_which_key": lambda: make_signed(signature=b"s"),
    "signed_letter_is_sealed_or_erased": lambda: make_signed(sealed=None),
    "signed_letter_is_issued_before_revoked": lambda: make_signed(
        revoked_at=AT - timedelta(seconds=1)
    ),
    "signed_letter_one_of_a_kind": two_of_a_kind,
}
MORE_CONSTRAINTS: list[tuple[str, Attempt]] = [
    ("signed_letter_says_which_key", lambda: make_signed(digest_zh="ab" * 32)),
    ("signed_letter_says_which_key", lambda: make_signed(**SIGNED | {"key": ""})),
    ("signed_letter_is_sealed_or_erased", lambda: make_signed(erased_at=AT)),
]
GUARDS: dict[str, Attempt] = {
    "signed_letter_rests_on_its_end": lambda: make_signed(
        listing=ended(), entry=LedgerEntry.objects.get(kind="list")
    ),
    "signed_letter_is_never_exchanged": lambda: changed({}, digest="cd" * 32),
    "signed_letter_is_signed_once": lambda: changed(SIGNED, signature=b"t"),
    "signed_letter_is_printed_once": lambda: changed(
        SIGNED | {"digest_zh": "ab" * 32}, digest_zh="cd" * 32
    ),
    "signed_letter_stays_revoked": lambda: changed({"revoked_at": AT}, revoked_at=None),
    "signed_letter_stays_erased": lambda: changed(ERASED, erased_at=None),
    "signed_letter_is_never_deleted": lambda: make_signed().delete(),
}
MORE_GUARDS: list[tuple[str, Attempt]] = [
    ("signed_letter_rests_on_its_end", lambda: make_signed(listing=make_listing())),
    ("signed_letter_rests_on_its_end", of_another_case),
    ("signed_letter_is_never_exchanged", lambda: changed({}, sealed=b"y")),
    ("signed_letter_is_never_exchanged", lambda: changed({}, issued_on="2026-01-01")),
    ("signed_letter_is_signed_once", lambda: changed(SIGNED, key="other+00")),
    (
        "signed_letter_stays_revoked",
        lambda: changed({"revoked_at": AT}, revoked_at=AT + timedelta(days=1)),
    ),
]


def right_ones() -> None:
    """The attempts above fail for what they name, not for being incomplete."""
    make_signed()
    SignedLetter.objects.update(**SIGNED)
    SignedLetter.objects.update(digest_zh="ab" * 32)
    SignedLetter.objects.update(revoked_at=AT)
    SignedLetter.objects.update(**ERASED)
