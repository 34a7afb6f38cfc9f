"""The operator's switch: while its file lies in DATA_DIR, nothing is served.

No database is asked, because it may be what is worked on; so the time is the machine's.
The file holds the moment until which the work is announced, or nothing.
"""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

FILE = "maintenance"
# Seconds after which somebody may look again where no end is announced, or it has passed.
SOON = 300


class Work(NamedTuple):
    """`until` is None where no end was announced, or none that can be read."""

    until: datetime | None

    def seconds_left(self, at: datetime) -> int:
        left = (self.until - at).total_seconds() if self.until else 0
        return int(left) + 1 if left > 0 else SOON


def file() -> Path:
    return Path(settings.DATA_DIR) / FILE


def announced() -> Work | None:
    """None while pages are served; a file that cannot be read is a switch that is on."""
    try:
        text = file().read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        text = ""
    return Work(moment_in(text))


def moment_in(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def switch_on(until: datetime | None) -> None:
    """At once and whole, also where it is on already."""
    place = file()
    new = place.with_name(f"{FILE}.new")
    new.write_text(until.isoformat() if until else "", encoding="utf-8")
    new.replace(place)


def switch_off() -> None:
    file().unlink(missing_ok=True)
