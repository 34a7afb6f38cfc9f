"""Keyed hashes for the exact check. An unkeyed one would be the number itself."""

import hmac

from registry.vault.keys import index_key


def name_hash(name: str) -> str:
    """Of a name as `persons.fold_name` folds it."""
    return digest("name", name)


def number_hash(document: str, number: str) -> str:
    """Of a number as `persons.fold_number` folds it, by the kind of document."""
    return digest(f"id/{document}", number)


def digest(purpose: str, text: str) -> str:
    return hmac.digest(index_key(), f"{purpose}\0{text}".encode(), "sha256").hex()
