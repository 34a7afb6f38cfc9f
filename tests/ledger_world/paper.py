"""Hashes, notes and keys, written the slow way: recursion, as RFC 6962 defines them."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def sha(raw: bytes) -> bytes:
    return hashlib.sha256(raw).digest()


def write(value: Any) -> bytes:
    """Canonical JSON, one piece at a time."""
    if isinstance(value, dict):
        pairs = (write(key) + b":" + write(value[key]) for key in sorted(value))
        return b"{" + b",".join(pairs) + b"}"
    if isinstance(value, (list, tuple)):
        return b"[" + b",".join(map(write, value)) + b"]"
    assert value is None or isinstance(value, (str, bool, int)), value
    return json.dumps(value, ensure_ascii=False).encode()


def commit(salt: bytes, core: Any) -> bytes:
    assert len(salt) == 32
    return hmac.new(salt, b"credit-commit-v1\x00" + write(core), hashlib.sha256).digest()


def leaf(entry: bytes) -> bytes:
    return sha(b"\x00" + entry)


def split(n: int) -> int:
    """The largest power of two smaller than `n`."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def root(leaves: Sequence[bytes]) -> bytes:
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha(b"\x01" + root(leaves[:k]) + root(leaves[k:]))


def path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """The inclusion proof of one leaf, from the bottom up."""
    if len(leaves) <= 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*path(index, leaves[:k]), root(leaves[k:])]
    return [*path(index - k, leaves[k:]), root(leaves[:k])]


@dataclass(frozen=True)
class Signer:
    name: str
    secret: Ed25519PrivateKey
    start: str

    @classmethod
    def make(cls, random: Random, name: str, start: str) -> "Signer":
        return cls(name, Ed25519PrivateKey.from_private_bytes(random.randbytes(32)), start)

    @property
    def public(self) -> bytes:
        return self.secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def id(self) -> bytes:
        return sha(self.name.encode() + b"\n" + b"\x01" + self.public)[:4]

    @property
    def vkey(self) -> str:
        return "+".join([self.name, self.id.hex(), b64(b"\x01" + self.public)])

    def note(self, text: str, others: Sequence[str] = ()) -> str:
        signature = b64(self.id + self.secret.sign(text.encode()))
        return "\n".join([text, f"— {self.name} {signature}", *others, ""])

    def row(self, former: "Signer | None") -> dict[str, str]:
        """A line of `keys`, vouched for by the key before it."""
        plain = {"vkey": self.vkey, "from": self.start}
        if former is None:
            return plain
        told = f"ledger-key-v1\n{self.vkey}\n{self.start}\n"
        return plain | {"sig": b64(former.secret.sign(told.encode()))}
