"""Keys of the house are replaced while the house is open.

Begun by hand, finished by the tick: a new key is made, each step goes on until nothing
needs the old one, and then destroys it. Killed anywhere, the next run goes on from what
is in the database and in KEYS_DIR; nothing else is remembered.
"""

from registry.rotation.index import rehash_some
from registry.rotation.ledger import begin_ledger_key, change_ledger_key
from registry.rotation.master import rewrap_some
from registry.rotation.standing import standing
from registry.rotation.work import Moved, RotationError, begin, replace_lost

__all__ = (
    "Moved",
    "RotationError",
    "begin",
    "begin_ledger_key",
    "change_ledger_key",
    "rehash_some",
    "replace_lost",
    "rewrap_some",
    "standing",
)
