"""Who is listed, as written down by those who list and read by those who ask.

Each writer has a file of its own, one line for each thing that came true. A reader who is
surprised by an answer reads again before believing it.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from registry.parties import PersonDraft
from tests.factories import make_person

LISTED, MOVING, ENDED = "listed", "moving", "ended"


def person(serial: int) -> PersonDraft:
    """Another number for each serial, and a name that nobody else has."""
    born = f"{1940 + serial // 1000 % 60}0101"
    return make_person(serial % 1000, born=born, name=f"甲{in_letters(serial)}")


def in_letters(serial: int) -> str:
    """A number in characters that a name may have."""
    return "".join(chr(ord("一") + int(digit) + 1) for digit in f"{serial}")


def tell(file: Path, serial: int, state: str, **facts: Any) -> None:
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps({"n": serial, "state": state} | facts) + "\n")


@dataclass
class People:
    """What the files say, read on from where it was read last."""

    folder: Path
    rows: dict[int, dict[str, Any]] = field(default_factory=dict)
    places: dict[Path, int] = field(default_factory=dict)

    def read_on(self) -> None:
        for file in sorted(self.folder.glob("people-*")):
            with file.open("rb") as lines:
                lines.seek(self.places.get(file, 0))
                for line in lines:
                    if line.endswith(b"\n"):
                        row = json.loads(line)
                        self.rows[row["n"]] = row
                        self.places[file] = self.places.get(file, 0) + len(line)

    def one(self, dice: Random, state: str) -> dict[str, Any] | None:
        """Somebody of whom this is true by now."""
        self.read_on()
        found = [row for row in self.rows.values() if row["state"] == state]
        return dice.choice(found) if found else None

    def is_still(self, row: dict[str, Any]) -> bool:
        self.read_on()
        return self.rows[row["n"]] == row
