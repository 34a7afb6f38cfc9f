"""Sealing under the key of a case: AES-256-GCM, bound to case and field."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from registry.models.case_key import CaseKey
from registry.vault import rings
from registry.vault.rings import HouseKey, Ring

MASTER = "master"
# The first byte of everything sealed; another way of sealing will take another number.
FORMAT = b"\x01"
# Of the key of a case, wrapped: the id of the master key follows.
WRAPPED = b"\x02"
NONCE = 12


class VaultError(Exception):
    """The key of a case is gone, or what was sealed is not what is there."""


# --- The keys of cases --------------------------------------------------------------------


def master_keys() -> Ring:
    return rings.in_use(MASTER, CaseKey.objects.exists)


def make_key(case: str, *, at: datetime) -> None:
    """Give a case its key. Written at once, before the case is: an orphan is swept."""
    fresh = AESGCM.generate_key(bit_length=256)
    CaseKey.objects.create(
        case=case, wrapped=wrap(master_keys()[0], case, fresh), made_at=at
    )


def destroy_key(case: str) -> None:
    CaseKey.objects.filter(case=case).delete()


def destroy_keys(cases: Iterable[str]) -> None:
    CaseKey.objects.filter(case__among=list(cases)).delete()


def has_key(case: str) -> bool:
    return CaseKey.objects.filter(case=case).exists()


def case_key(case: str) -> bytes:
    at_hand = _at_hand.get({})
    wrapped = at_hand[case] if case in at_hand else stored_key(case)
    # Asked for every case: without the master key an unknown one fails alike. And after
    # the row, so that whatever wrapped it is among them.
    masters = master_keys()
    if wrapped is None:
        raise VaultError(f"case {case} has no key")
    return unwrap(masters, case, wrapped)


def stored_key(case: str) -> bytes | None:
    row = CaseKey.objects.filter(case=case).first()
    return bytes(row.wrapped) if row else None


# Wrapped keys that were read together, None where a case has none.
_at_hand: ContextVar[Mapping[str, bytes | None]] = ContextVar("keys at hand")


@contextmanager
def keys_at_hand(cases: Iterable[str]) -> Iterator[None]:
    """Read the keys of many cases at once, for whoever opens all of them inside."""
    wanted = list(cases)
    rows = CaseKey.objects.filter(case__among=wanted).values_list("case", "wrapped")
    there = {case: bytes(wrapped) for case, wrapped in rows}
    before = _at_hand.set({case: there.get(case) for case in wanted})
    try:
        yield
    finally:
        _at_hand.reset(before)


def wrap(master: HouseKey, case: str, key: bytes) -> bytes:
    return head(master) + lock(master.content, key, binding(case, "key"))


def unwrap(masters: Ring, case: str, wrapped: bytes) -> bytes:
    for master in masters:
        if wrapped.startswith(head(master)):
            sealed = wrapped.removeprefix(head(master))
            return unlock(master.content, sealed, binding(case, "key"))
    raise VaultError(f"the key of case {case} is wrapped under a master key that is gone")


def head(master: HouseKey) -> bytes:
    """With what everything wrapped under this key begins."""
    return WRAPPED + master.id


# --- What is sealed -----------------------------------------------------------------------


def seal(case: str, field: str, content: bytes) -> bytes:
    return lock(case_key(case), content, binding(case, field))


def open_sealed(case: str, field: str, sealed: bytes) -> bytes:
    """What `seal` was given; VaultError where the key was destroyed or a byte differs."""
    return unlock(case_key(case), bytes(sealed), binding(case, field))


def binding(case: str, field: str) -> bytes:
    return f"{case}/{field}".encode()


def lock(key: bytes, content: bytes, bound_to: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return FORMAT + nonce + AESGCM(key).encrypt(nonce, content, bound_to)


def unlock(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    if not sealed.startswith(FORMAT):
        raise VaultError("sealed in a way this version does not know")
    start = len(FORMAT)
    nonce, rest = sealed[start : start + NONCE], sealed[start + NONCE :]
    try:
        return AESGCM(key).decrypt(nonce, rest, bound_to)
    except (InvalidTag, ValueError) as refused:
        raise VaultError("sealed under another key, or altered") from refused
