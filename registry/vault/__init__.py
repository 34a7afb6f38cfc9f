"""What is sealed, and with what: keys of cases, keys of the house, keyed hashes.

A case key lives in a database of its own, wrapped by the master key; the master key
and the index key are files outside any database. Destroy the case key and nothing
sealed under it can be read again, here or in any backup.
"""

from registry.vault.hashes import name_hash, number_hash
from registry.vault.seals import (
    VaultError,
    destroy_key,
    keys_at_hand,
    make_key,
    open_sealed,
    seal,
)

__all__ = (
    "VaultError",
    "destroy_key",
    "keys_at_hand",
    "make_key",
    "name_hash",
    "number_hash",
    "open_sealed",
    "seal",
)
