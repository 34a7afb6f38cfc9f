#!/usr/bin/env python3
r"""Check a signed letter without the register: python verify_letter.py FILE --keys KEYS

FILE is the JSON file that came with the letter, KEYS a copy of the public file
/ledger/keys of the register, fetched once and kept. Needs Python 3.11 and `cryptography`,
no network. Prints what the letter says and exits 0 where it is as it was signed; 1 where
it is not, after one altered byte; 2 where a file could not be read.

  FILE  {"digest": SHA-256, "key": "name+id", "letter": {...}, "sig": base64} as canonical
        JSON (keys sorted, no blanks, NFC, integers) and a line end. `digest` is that of
        the canonical letter; the key signs "credit-letter-v1\n" and the same bytes
  KEYS  JSON lines, oldest first: {"vkey": "name+id+base64(01 ‖ Ed25519 key)", "from": day,
        "sig": base64}; from the second on the key before it signs
        "ledger-key-v1\n<vkey>\n<from>\n"

A letter may have been revoked since it was signed: only its number at the register tells,
under the address that it names as `check`.
"""

import argparse
import base64
import hashlib
import json
import sys
import unicodedata
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Row = dict[str, Any]
LARGEST = 2**20
FIRST_LINE, FIRST_LINE_OF_KEY = b"credit-letter-v1\n", "ledger-key-v1"
# What reading something that is not what it claims to be may raise.
BROKEN = (ValueError, LookupError, TypeError, AttributeError, RecursionError)


class FindingError(Exception):
    """The letter, or the file of the keys, is not as it was signed."""


class Key(NamedTuple):
    # How a letter names it: its own name and its id.
    name: str
    vkey: str
    start: str
    public: Ed25519PublicKey

    def signed(self, content: bytes, signature: str) -> bool:
        try:
            self.public.verify(base64.b64decode(signature, validate=True), content)
        except InvalidSignature:
            return False
        return True


# --- Read ---------------------------------------------------------------------------------


def read(file: Path) -> bytes:
    content = file.read_bytes()
    if len(content) > LARGEST:
        raise FindingError(f"{file} is larger than any letter")
    return content


def canonical(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if not unicodedata.is_normalized("NFC", text):
        raise FindingError("a text is not in Unicode's composed form (NFC)")
    return text.encode()


def read_keys(content: bytes) -> list[Key]:
    """Each but the first vouched for by the one before it."""
    found: list[Key] = []
    for row in map(json.loads, content.decode().splitlines()):
        key = read_key(row)
        promised = f"{FIRST_LINE_OF_KEY}\n{key.vkey}\n{key.start}\n".encode()
        if found and not found[-1].signed(promised, row["sig"]):
            raise FindingError(f"the key {key.vkey} was not signed by the one before it")
        found.append(key)
    return found


def read_key(row: Row) -> Key:
    name, _, rest = row["vkey"].partition("+")
    key_id, _, tagged = rest.partition("+")
    content = base64.b64decode(tagged, validate=True)
    named = hashlib.sha256(name.encode() + b"\n" + content).hexdigest()
    if content[:1] != b"\x01" or not named.startswith(key_id) or len(key_id) != 8:
        raise FindingError(f"{row['vkey']} is no Ed25519 key with its id")
    public = Ed25519PublicKey.from_public_bytes(content[1:])
    return Key(f"{name}+{key_id}", row["vkey"], row["from"], public)


# --- Checked ------------------------------------------------------------------------------


def check(content: bytes, keys: list[Key]) -> Row:
    """The letter; FindingError where it is not, byte for byte, what a key has signed."""
    row = json.loads(content)
    if canonical(row) + b"\n" != content:
        raise FindingError("the file is written otherwise than it was signed")
    if set(row) != {"digest", "key", "letter", "sig"}:
        raise FindingError("the file has fields that no signed letter has, or lacks one")
    letter = canonical(row["letter"])
    if hashlib.sha256(letter).hexdigest() != row["digest"]:
        raise FindingError("the letter does not have the digest that the file names")
    refuse_unsigned(letter, row, keys)
    return dict(row["letter"])


def refuse_unsigned(letter: bytes, row: Row, keys: list[Key]) -> None:
    signer = [key for key in keys if key.name == row["key"]]
    if not signer:
        raise FindingError(f"no key of the file is {row['key']}")
    if not signer[0].signed(FIRST_LINE + letter, row["sig"]):
        raise FindingError("the signature is wrong")
    if base64.b64encode(base64.b64decode(row["sig"])).decode() != row["sig"]:
        raise FindingError("the signature is written otherwise than it was signed")


# --- The command --------------------------------------------------------------------------


def say(text: str) -> None:
    # What somebody wrote must not move the reader's cursor.
    sys.stdout.write("".join(c if c.isprintable() else "?" for c in text) + "\n")


def tell(letter: Row) -> None:
    for name, value in letter.items():
        said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        say(f"{name}: {said}")
    say(f"as it was signed; whether it was revoked since: {letter.get('check', 'ask')}")


def read_options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="verify_letter.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the JSON file")
    parser.add_argument(
        "--keys", type=Path, required=True, metavar="KEYS", help="a copy of /ledger/keys"
    )
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    options = read_options(arguments)
    try:
        tell(check(read(options.file), read_keys(read(options.keys))))
    except OSError as fault:
        say(f"unreadable: {fault}")
        return 2
    except FindingError as finding:
        say(f"finding: {finding}")
        return 1
    except BROKEN as fault:
        say(f"finding: no signed letter, or no file of keys ({type(fault).__name__})")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
