"""Sealing under the key of a case: AES-256-GCM, bound to case and field."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from registry.models.case_key import CaseKey
from registry.vault.keys import master_key

# The first byte of everything sealed; another way of sealing will take another number.
FORMAT = b"\x01"
NONCE = 12
# Keys that were fetched together, for as long as the work on their cases goes on.
AT_HAND: ContextVar[Mapping[str, bytes]] = ContextVar("AT_HAND")


class VaultError(Exception):
    """The key of a case is gone, or what was sealed is not what is there."""


def make_key(case: str, *, at: datetime) -> None:
    """Give a case its key. Written at once, before the case is: an orphan is swept."""
    fresh = AESGCM.generate_key(bit_length=256)
    wrapped = lock(master_key(), fresh, binding(case, "key"))
    CaseKey.objects.create(case=case, wrapped=wrapped, made_at=at)


def destroy_key(case: str) -> None:
    CaseKey.objects.filter(case=case).delete()


def seal(case: str, field: str, content: bytes) -> bytes:
    return lock(case_key(case), content, binding(case, field))


def open_sealed(case: str, field: str, sealed: bytes) -> bytes:
    """What `seal` was given; VaultError where the key was destroyed or a byte differs."""
    return unlock(case_key(case), bytes(sealed), binding(case, field))


@contextmanager
def keys_at_hand(cases: Iterable[str]) -> Iterator[None]:
    """Fetch the keys of many cases in one query and use them inside the block."""
    rows = CaseKey.objects.filter(case__among=cases).values_list("case", "wrapped")
    before = AT_HAND.set({case: unwrapped(case, bytes(key)) for case, key in rows})
    try:
        yield
    finally:
        AT_HAND.reset(before)


def case_key(case: str) -> bytes:
    if key := AT_HAND.get({}).get(case):
        return key
    row = CaseKey.objects.filter(case=case).first()
    if row is None:
        raise VaultError(f"case {case} has no key")
    return unwrapped(case, bytes(row.wrapped))


def unwrapped(case: str, wrapped: bytes) -> bytes:
    return unlock(master_key(), wrapped, binding(case, "key"))


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
