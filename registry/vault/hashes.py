"""Keyed hashes for the exact check. An unkeyed one would be the number itself.

A hash begins with the id of its key. What is new is hashed under the newest key; what is
looked up, under every key in use, because a row may not have been hashed anew yet.
"""

import hmac
from collections.abc import Callable
from typing import TypeVar

from registry.models.person import Person
from registry.vault import rings
from registry.vault.rings import HouseKey, Ring

INDEX = "index"
# In hexadecimal digits, those of the id included.
LENGTH = 64
Found = TypeVar("Found")


def index_keys() -> Ring:
    return rings.in_use(INDEX, Person.objects.exclude(number_hash="").exists)


def name_hash(name: str) -> str:
    """Of a name as `persons.fold_name` folds it."""
    return name_hashes(name)[0]


def number_hash(document: str, number: str) -> str:
    """Of a number as `persons.fold_number` folds it, by the kind of document."""
    return number_hashes(document, number)[0]


def name_hashes(name: str) -> list[str]:
    """Under every key in use, the newest first: for looking up."""
    return [name_hash_by(key, name) for key in index_keys()]


def number_hashes(document: str, number: str) -> list[str]:
    """Under every key in use, the newest first: for looking up."""
    return [number_hash_by(key, document, number) for key in index_keys()]


def steady(look_up: Callable[[], Found]) -> Found:
    """Look up, and once more where a key came meanwhile: the row sought may have moved
    to that key after its hashes were made and before it was read.
    """
    while True:
        before = index_keys()
        found = look_up()
        if rings.ring(INDEX) == before:
            return found


# --- Under one key ------------------------------------------------------------------------


def name_hash_by(key: HouseKey, name: str) -> str:
    return digest(key, "name", name)


def number_hash_by(key: HouseKey, document: str, number: str) -> str:
    return digest(key, f"id/{document}", number)


def digest(key: HouseKey, purpose: str, text: str) -> str:
    mac = hmac.digest(key.content, f"{purpose}\0{text}".encode(), "sha256").hex()
    return (key.id.hex() + mac)[:LENGTH]
