"""Whoever has the public ledger and guesses at it: does a commitment tell who it is about?

Standard library only: what an entry and a commitment are is written here once more.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.forget.canaries import Canary

PURPOSE = b"credit-commit-v1\0"


def commitments(journal: Path) -> set[str]:
    """Every commitment of the ledger, from the lines of its journal."""
    found = set()
    for line in journal.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if "e" in row:
            entry = json.loads(base64.b64decode(row["e"]))
            found |= {entry[name] for name in ("C", "doc") if name in entry}
    return found


def canonical(core: Mapping[str, Any]) -> bytes:
    """All texts here are in the composed form already."""
    text = json.dumps(core, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def commit(salt: bytes, core: Mapping[str, Any]) -> str:
    return hmac.digest(salt, PURPOSE + canonical(core), "sha256").hex()


def salts_one_might_try(case: str, core: Mapping[str, Any]) -> Iterator[bytes]:
    """What a careless register could have used: nothing, the case, the party."""
    yield b""
    yield b"\0" * 32
    yield bytes.fromhex(case) * 2
    yield case.encode()
    yield hashlib.sha256(case.encode()).digest()
    for number in core.get("numbers", ()):
        yield hashlib.sha256(number.encode()).digest()
        yield hashlib.sha256(f"{core['name']}{number}".encode()).digest()
    yield hashlib.sha256(core["name"].encode()).digest()


def guess(
    case: str,
    core: Mapping[str, Any],
    people: Sequence[Canary],
    n: int,
    known: Sequence[bytes] = (),
) -> Iterator[str]:
    """`n` commitments one could try: the right content, which the guesser even knows,
    about one person after the other, under every salt that comes to mind.
    """
    tried = 0
    salts = [*known, *salts_one_might_try(case, core)]
    for person in people:
        of_person = dict(core) | {"name": person.name, "numbers": [person.number]}
        for salt in salts:
            if tried == n:
                return
            tried += 1
            yield commit(salt, of_person)
