"""What one drill is: how its backup is made, how much is in it, how the loss comes."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

# A Monday, ten in the morning in Shanghai: backups of that moment are put back.
BACKUP_AT = datetime(2026, 5, 18, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
# The nightly backup; and one so old that most of what ended since was erased since.
RECENT, OLD = 30 * HOUR, 120 * 24 * HOUR
# A copy of the files with nothing, or with a part, of what came after it; a dump; a
# copy of the file.
KINDS = ("base", "dump", "sqlite", "wal")


@dataclass(frozen=True, slots=True)
class Plan:
    """A register, a backup of it, and `n_events` entries that come after."""

    seed: str
    kind: str
    n_entities: int
    n_listings: int
    n_events: int
    hours: int
    # Whether the keys of cases are put back from the same backup, or survive.
    vault_is_lost: bool
    # Whether the last acts were written while nothing could be signed.
    ends_unsigned: bool
    # Whether the first tick after the restore is killed, too.
    breaks_off: bool

    def __str__(self) -> str:
        return f"{self.kind}, {self.n_entities:,} entities, {self.hours} h"

    @property
    def lost_at(self) -> datetime:
        return BACKUP_AT + self.hours * HOUR

    @property
    def is_old(self) -> bool:
        """Whether the clock seems to leap when the backup is put back."""
        return self.hours > 36

    def written(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> "Plan":
        return cls(**json.loads(text))


def share(n: int, parts: int, of: int) -> int:
    """So many parts of `n`, one at least; none of none."""
    return max(1, n * parts // of) if parts else 0
