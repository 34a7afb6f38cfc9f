"""A register about to be betrayed, and the outsider who must notice."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from tests.ledger_world.life import Case, Life
from tests.ledger_world.outsider import Verdict, ask
from tests.ledger_world.register import Leaf

DAY = timedelta(days=1)
T = TypeVar("T")


class NoOccasionError(Exception):
    """This register offers nobody to wrong in this way."""


@dataclass
class Scene:
    """A register about to be betrayed, and the outsider's own files."""

    life: Life
    random: Random
    folder: Path
    options: list[str] = field(default_factory=list)
    # What is changed in the published files, past the signature.
    forge: Callable[[], None] = lambda: None

    def pick(self, choices: Iterable[T]) -> T:
        if not (found := list(choices)):
            raise NoOccasionError
        return self.random.choice(found)

    def visit(self) -> None:
        """The outsider has been here before, when all was well, and took a note."""
        self.options += ["--state", str(self.folder / "state")]
        verdict = self.look()
        assert verdict.status == 0, verdict.text

    def look(self) -> Verdict:
        self.life.publish(self.folder)
        self.forge()
        return ask(self.folder, self.life.moment(), *self.options)

    def hand_out(self, receipt: dict[str, Any]) -> None:
        file = self.folder / "receipt.json"
        file.write_text(json.dumps(receipt), encoding="utf-8")
        self.options += ["--receipt", str(file)]

    # --- Whom to wrong ------------------------------------------------------------------

    def kind(self, *kinds: str) -> list[Leaf]:
        return [
            entry
            for entry in self.life.leaves
            if entry["t"] in kinds and not entry.redacted
        ]

    def lists(self, code: str = "") -> list[Leaf]:
        return [
            e for e in self.kind("list") if e["rule"]["code"] == (code or e["rule"]["code"])
        ]

    def shown(self) -> list[Case]:
        return [case for case in self.life.cases if case.entry in self.life.on_display]

    def put(self, t: str, /, **fields: Any) -> Leaf:
        """One more entry, today."""
        entry = self.life.add(t, **fields)
        self.life.close_day()
        return entry

    def end(self, case: Case, why: str, **ground: Any) -> Leaf:
        """Off the list today, with this said about it."""
        assert case.entry
        self.life.on_display.discard(case.entry)
        on = self.life.today.isoformat()
        return self.put("end", list=case.entry, why=why, on=on, appr=1, **ground)


# The finding, and the leaf it must name where one can be named.
Betrayal = tuple[str, Leaf | None]


def day(entry: Leaf, name: str) -> date:
    return date.fromisoformat(entry[name])


def change(entry: Leaf, **fields: Any) -> Leaf:
    """Write it otherwise, without what is None; the tree above is built anew."""
    for name, value in fields.items():
        entry.fields[name.rstrip("_")] = value
    entry.fields = {name: one for name, one in entry.fields.items() if one is not None}
    return entry
