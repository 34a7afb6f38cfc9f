"""A promise of a content that hides it: opened by who holds the salt, and by nobody else.

Destroy the salt and the commitment is noise, however few contents are possible.
"""

import hmac
import secrets
from collections.abc import Mapping
from typing import Any

from registry.ledger import canonical
from registry.ledger.errors import LedgerError

# HMAC fills a shorter key with zeros, so two salts of different length could be the same
# key; the fixed length is what binds.
SALT_SIZE = 32
PURPOSE = b"credit-commit-v1\0"


def new_salt() -> bytes:
    return secrets.token_bytes(SALT_SIZE)


def commit(salt: bytes, core: Mapping[str, Any]) -> bytes:
    """The 32 bytes that stand for a content in public."""
    return commit_encoded(salt, canonical.encode(core))


def commit_encoded(salt: bytes, core: bytes) -> bytes:
    """The same, of a content that is canonical already."""
    if len(salt) != SALT_SIZE:
        raise LedgerError(f"a salt has {SALT_SIZE} bytes, this one {len(salt)}")
    return hmac.digest(salt, PURPOSE + core, "sha256")


def opens(commitment: bytes, salt: bytes, core: Mapping[str, Any]) -> bool:
    """Whether the commitment is of this content."""
    return hmac.compare_digest(commitment, commit(salt, core))
