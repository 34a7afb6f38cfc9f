"""The operator's desk: what is in the log, what is on display, how both are published."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any

from tests.ledger_world.paper import Signer, b64, commit, leaf, path, root, write

BEIJING = timezone(timedelta(hours=8))
NAME = "register.example/ledger"


@dataclass(eq=False)
class Leaf:
    """One entry. It refers to others by themselves, so that a fraud may move them."""

    fields: dict[str, Any]
    salt: bytes = b""
    core: dict[str, Any] = field(default_factory=dict)
    # A fraud may write other bytes than the fields say.
    raw: bytes | None = None
    redacted: bool = False

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]


class Register:
    def __init__(self, seed: int, first: date) -> None:
        self.random = Random(seed)
        self.today = first
        self.leaves: list[Leaf] = []
        self.on_display: set[Leaf] = set()
        self.signers = [Signer.make(self.random, NAME, first.isoformat())]
        # How long the log was at the end of each day.
        self.sizes: list[int] = []
        self.signed: dict[int, str] = {}

    def add(self, t: str, /, **fields: Any) -> Leaf:
        entry = Leaf({"t": t} | fields)
        self.leaves.append(entry)
        return entry

    def commit(self, core: dict[str, Any]) -> tuple[bytes, str]:
        salt = self.random.randbytes(32)
        return salt, commit(salt, core).hex()

    def close_day(self) -> None:
        self.sizes.append(len(self.leaves))

    def moment(self) -> datetime:
        """Evening, when the day's work is signed."""
        day = self.today
        return datetime(day.year, day.month, day.day, 18, tzinfo=BEIJING)

    # --- What the public gets -------------------------------------------------------------

    def entries(self) -> list[bytes]:
        place = {entry: i for i, entry in enumerate(self.leaves)}

        def resolve(value: Any) -> Any:
            return place.get(value, 0) if isinstance(value, Leaf) else value

        return [
            entry.raw or write({k: resolve(v) for k, v in entry.fields.items()})
            for entry in self.leaves
        ]

    def checkpoint(self, hashes: list[bytes], signer: Signer | None = None) -> str:
        text = f"{NAME}\n{len(hashes)}\n{b64(root(hashes))}\n"
        witness = f"— witness.example {b64(b'wwww' + bytes(72))}"
        return (signer or self.signers[-1]).note(text, [witness])

    def publish(self, folder: Path) -> Path:
        """Everything under `ledger/`, as a stranger would download it."""
        entries = self.entries()
        hashes = [leaf(entry) for entry in entries]
        ledger = folder / "ledger"
        (ledger / "entries").mkdir(parents=True, exist_ok=True)
        lines = [self.line(i, entry) for i, entry in enumerate(entries)]
        for n in range(0, len(lines), 256):
            content = "".join(f"{line}\n" for line in lines[n : n + 256])
            (ledger / "entries" / str(n // 256)).write_text(content, encoding="utf-8")
        (ledger / "checkpoint").write_text(self.checkpoint(hashes), encoding="utf-8")
        (ledger / "active").write_text(self.active(), encoding="utf-8")
        (ledger / "keys").write_text(self.keys(), encoding="utf-8")
        return folder

    def line(self, i: int, entry: bytes) -> str:
        if self.leaves[i].redacted:
            return json.dumps({"i": i, "h": b64(leaf(entry))})
        return json.dumps({"i": i, "e": b64(entry)})

    def active(self) -> str:
        shown = [i for i, entry in enumerate(self.leaves) if entry in self.on_display]
        return "\n".join(map(str, [len(self.leaves), *shown])) + "\n"

    def keys(self) -> str:
        pairs = zip([None, *self.signers], self.signers, strict=False)
        return "".join(json.dumps(signer.row(former)) + "\n" for former, signer in pairs)

    # --- What the listed party gets -------------------------------------------------------

    def receipt(self, entry: Leaf) -> dict[str, Any]:
        """Handed over in the evening of the day of the entry."""
        index = self.leaves.index(entry)
        size = next(size for size in self.sizes if size > index)
        entries = self.entries()[:size]
        hashes = [leaf(one) for one in entries]
        return {
            "entry": b64(entries[index]),
            "index": index,
            "salt": b64(entry.salt),
            "core": entry.core,
            "proof": [b64(step) for step in path(index, hashes)],
            "checkpoint": self.checkpoint(hashes),
        }
