"""The public files of the ledger, made from the rows: whoever reads them needs no trust.

`read("checkpoint", at)` and so on; the names are those below /ledger/. Whatever is not
under the newest checkpoint is in no file. What is on display is asked of `on_display`
and not of the entries, or comparing the two would prove nothing.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from registry.ledger import keys, merkle
from registry.ledger.errors import LedgerError
from registry.ledger.fold import active_file
from registry.ledger.notes import encoded
from registry.ledger.tiles import HEIGHT, WIDTH, Tile, read_path
from registry.logbook import tree
from registry.models import Checkpoint, LedgerEntry, Listing

NUMBER = re.compile(r"0|[1-9]\d{0,15}", re.ASCII)
# Longer than the path of any tile there will ever be.
LONGEST_NAME = 80
NAMES = "checkpoint, keys, active, entries/N, tile/L/N, tile/entries/N, proof/INDEX"


class AbsentError(LedgerError):
    """There is no public file of this name, or not yet."""

    def __init__(self) -> None:
        super().__init__(f"no such file; there are: {NAMES}")


def read(name: str, at: datetime) -> bytes:
    """The public file of this name at `at`; AbsentError where there is none."""
    folder, slash, rest = name.partition("/")
    make = (FOLDERS if slash else FILES).get(folder)
    newest = Checkpoint.objects.current()
    if make is None or newest is None or len(name) > LONGEST_NAME:
        raise AbsentError
    return make(newest, rest, at)


def never_changes(name: str, content: bytes) -> bool:
    """Whether it is full, of 256 entries or hashes: then every copy stays right."""
    if name.startswith("tile/"):
        return ".p/" not in name
    return name.startswith("entries/") and content.count(b"\n") == WIDTH


# --- Heads --------------------------------------------------------------------------------


def checkpoint(newest: Checkpoint, _: str, at: datetime) -> bytes:
    return newest.note.encode()


def published_keys(newest: Checkpoint, _: str, at: datetime) -> bytes:
    return keys.published()


def active(newest: Checkpoint, _: str, at: datetime) -> bytes:
    """The size, then the leaves of what is on display now."""
    # What was signed since the head was read is for the next reader.
    shown = Listing.objects.on_display(at).filter(leaf__lt=newest.size).order_by()
    leaves: Iterable[Any] = shown.values_list("leaf", flat=True)
    return active_file(newest.size, leaves)


# --- Entries and tree ---------------------------------------------------------------------


def bundle(newest: Checkpoint, rest: str, at: datetime) -> bytes:
    """256 entries, a line each; of the last one as many as there are."""
    first = number(rest) * WIDTH
    if first >= newest.size:
        raise AbsentError
    until = min(first + WIDTH, newest.size)
    return b"".join(line(leaf, entry) for leaf, entry, _ in tree.stored(first, until))


def line(leaf: int, entry: bytes) -> bytes:
    return b'{"i":%d,"e":"%s"}\n' % (leaf, encoded(entry).encode())


def tile(newest: Checkpoint, rest: str, at: datetime) -> bytes:
    """A tile of the tree, or the entries below one, as C2SP tlog-tiles writes them."""
    of_entries = rest.startswith("entries/")
    path = f"tile/0/{rest.removeprefix('entries/')}" if of_entries else f"tile/{rest}"
    found = tile_under(newest, path)
    return framed(found) if of_entries else tree.content(found, {})


def tile_under(newest: Checkpoint, path: str) -> Tile:
    try:
        found = read_path(path)
    except LedgerError:
        raise AbsentError from None
    if found.number * WIDTH + found.width > newest.size >> (found.level * HEIGHT):
        raise AbsentError
    return found


def framed(found: Tile) -> bytes:
    """Each entry after its length in two bytes."""
    first = found.number * WIDTH
    rows = tree.stored(first, first + found.width)
    return b"".join(len(entry).to_bytes(2) + entry for _, entry, _ in rows)


def number(text: str) -> int:
    """A number in its one decimal spelling; AbsentError for every other text."""
    if NUMBER.fullmatch(text) is None:
        raise AbsentError
    return int(text)


# --- Proofs -------------------------------------------------------------------------------


def proof(newest: Checkpoint, rest: str, at: datetime) -> bytes:
    """An entry with its proof, which `verify.py --receipt` reads."""
    return written(proven(number(rest), newest))


def proven(leaf: int, newest: Checkpoint) -> dict[str, Any]:
    """An entry and all that shows it to lie under the head; AbsentError beyond it."""
    if leaf >= newest.size:
        raise AbsentError
    row = LedgerEntry.objects.get(pk=leaf)
    hashes = merkle.inclusion_proof(leaf, newest.size, tree.reader(newest.size))
    return {
        "entry": encoded(bytes(row.content)),
        "index": leaf,
        "leaf": bytes(row.hash).hex(),
        "proof": [one.hex() for one in hashes],
        "checkpoint": newest.note,
    }


def written(file: dict[str, Any]) -> bytes:
    """JSON that people can read as well."""
    return json.dumps(file, ensure_ascii=False, indent=1).encode() + b"\n"


Maker: TypeAlias = Callable[[Checkpoint, str, datetime], bytes]
FILES: dict[str, Maker] = {
    "checkpoint": checkpoint,
    "keys": published_keys,
    "active": active,
}
FOLDERS: dict[str, Maker] = {"entries": bundle, "tile": tile, "proof": proof}


# --- A copy -------------------------------------------------------------------------------


def copy(folder: Path, at: datetime) -> Iterator[int]:
    """Write all that a verifier reads into `folder`/ledger, under one head throughout.

    Yields how many entries it holds so far, last of all how many there are.
    """
    newest = Checkpoint.objects.current()
    if newest is None:
        raise AbsentError
    place = folder / "ledger"
    (place / "entries").mkdir(parents=True)
    for name, make in FILES.items():
        (place / name).write_bytes(make(newest, "", at))
    for first in range(0, newest.size, WIDTH):
        n = first // WIDTH
        (place / "entries" / f"{n}").write_bytes(bundle(newest, f"{n}", at))
        yield min(first + WIDTH, newest.size)
