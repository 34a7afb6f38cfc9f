"""What a stranger has of the register: its public files, and receipts handed out."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.ledger import keys, verify
from registry.logbook import openings
from registry.models import Checkpoint, LedgerEntry, Listing
from tests.ledger_world.outsider import Verdict, ask
from tests.ledger_world.paper import Signer, b64, leaf, path


def publish(folder: Path, at: datetime) -> None:
    """Everything under `ledger/`, as the register stands at a moment."""
    point = Checkpoint.objects.order_by("-size")[0]
    ledger = folder / "ledger"
    (ledger / "entries").mkdir(parents=True, exist_ok=True)
    lines = [
        json.dumps({"i": i, "e": b64(content)})
        for i, content in enumerate(entries(point.size))
    ]
    for n in range(0, len(lines), 256):
        text = "".join(f"{line}\n" for line in lines[n : n + 256])
        (ledger / "entries" / f"{n // 256}").write_text(text, encoding="utf-8")
    shown = Listing.objects.on_display(at).order_by("leaf").values_list("leaf", flat=True)
    active = "".join(f"{n}\n" for n in (point.size, *shown))
    (ledger / "active").write_text(active, encoding="utf-8")
    (ledger / "checkpoint").write_text(point.note, encoding="utf-8")
    (ledger / "keys").write_bytes(keys.published())


def entries(size: int) -> list[bytes]:
    rows = LedgerEntry.objects.filter(leaf__lt=size).order_by("leaf")
    return [bytes(content) for content in rows.values_list("content", flat=True)]


def receipt(listing: Listing) -> dict[str, Any]:
    """What its party is handed, under the checkpoint of this moment."""
    point = Checkpoint.objects.order_by("-size")[0]
    contents, opened = entries(point.size), openings.first(listing)
    assert listing.leaf_id is not None
    return {
        "entry": b64(contents[listing.leaf_id]),
        "index": listing.leaf_id,
        "salt": b64(opened.salt),
        "core": json.loads(opened.core),
        "proof": [b64(step) for step in path(listing.leaf_id, list(map(leaf, contents)))],
        "checkpoint": point.note,
    }


def look(
    folder: Path, at: datetime, receipts: list[dict[str, Any]] | None = None
) -> Verdict:
    """The real verifier, on files as they are published now."""
    publish(folder, at)
    return look_again(folder, at, receipts)


def look_again(
    folder: Path, at: datetime, receipts: list[dict[str, Any]] | None = None
) -> Verdict:
    """On the files as they lie there."""
    options = []
    for n, one in enumerate(receipts or []):
        file = folder / f"receipt-{n}.json"
        file.write_text(json.dumps(one), encoding="utf-8")
        options += ["--receipt", str(file)]
    return ask(folder, at, *options)


def forge_checkpoint(folder: Path, seed: bytes) -> None:
    """Sign what is published by a key that was stolen before it was destroyed."""
    place = folder / "ledger" / "checkpoint"
    text = place.read_text(encoding="utf-8").rpartition("\n\n")[0] + "\n"
    name = keys.origin()
    thief = Signer(name, Ed25519PrivateKey.from_private_bytes(seed), "")
    place.write_text(thief.note(text), encoding="utf-8")


def signed_by_none(note: str) -> str:
    """What is wrong with a checkpoint in the eyes of a stranger who has `keys`."""
    known = verify.read_keys(keys.published(), ())
    if verify.read_checkpoint(note).signer(known):
        return ""
    return f"no key has signed {note}"
