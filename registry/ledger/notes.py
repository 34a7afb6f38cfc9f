"""Signed notes and checkpoints as C2SP writes them, so that foreign tools can read ours.

A note is text, an empty line, and signature lines. Whoever reads one ignores lines of
keys they do not know; a line of a key they know has to be right.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from registry.ledger.errors import NoteError
from registry.ledger.merkle import HASH_SIZE

# Room for a key being changed and for more witnesses than there will be.
MOST_SIGNATURES = 64
KEY_ID_SIZE = 4
PUBLIC_SIZE = 32
SIGNATURE_SIZE = 64
TIME_SIZE = 8
LATEST_TIME = 2**63 - 1
SIGNATURE_LINE = re.compile(r"— (?P<name>\S+) (?P<content>\S+)")
SIZE_LINE = re.compile(r"0|[1-9]\d{0,18}", re.ASCII)


class Algorithm(IntEnum):
    """The byte that says how a key signs."""

    ED25519 = 1
    # Signs the time beside the note: a witness saw this tree, and none larger, by then.
    COSIGNATURE = 4


KNOWN_ALGORITHMS = frozenset(bytes([one]) for one in Algorithm)

# --- Keys ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key by which others know a signer."""

    name: str
    content: bytes
    algorithm: Algorithm = Algorithm.ED25519

    def __post_init__(self) -> None:
        refuse_bad_name(self.name)
        if len(self.content) != PUBLIC_SIZE:
            raise NoteError(f"a public key has {PUBLIC_SIZE} bytes")

    def __str__(self) -> str:
        """The text form, a vkey: name, key id and key."""
        return f"{self.name}+{self.id.hex()}+{encoded(self.tagged)}"

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + self.tagged).digest()[:KEY_ID_SIZE]

    @property
    def tagged(self) -> bytes:
        return bytes([self.algorithm]) + self.content

    def made(self, line: "Signature") -> bool:
        """Whether a line claims to be of this key."""
        return (line.name, line.key_id) == (self.name, self.id)

    def verifies(self, text: str, line: "Signature") -> bool:
        """Whether this key has signed the text by this line."""
        message, signature = text.encode(), line.content
        if self.algorithm == Algorithm.COSIGNATURE:
            time, signature = line.time, signature[TIME_SIZE:]
            if time is None:
                return False
            message = cosigned(text, time)
        key = Ed25519PublicKey.from_public_bytes(self.content)
        try:
            key.verify(signature, message)
        except InvalidSignature:
            return False
        return self.made(line)


def read_key(text: str) -> PublicKey:
    """The key of a vkey; NoteError for anything else, a wrong key id included."""
    # Base64 has plus signs of its own, a name has none.
    name, _, rest = text.partition("+")
    key_id, _, content = rest.partition("+")
    tagged = decoded(content)
    if tagged[:1] not in KNOWN_ALGORITHMS:
        raise NoteError(f"{text!a} is a key of an unknown kind")
    key = PublicKey(name, tagged[1:], Algorithm(tagged[0]))
    if key.id.hex() != key_id:
        raise NoteError(f"{text!a} does not have the id of its key")
    return key


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that can sign, under the name by which others know it."""

    name: str
    private: Ed25519PrivateKey
    algorithm: Algorithm = Algorithm.ED25519

    @classmethod
    def of(
        cls, name: str, seed: bytes, algorithm: Algorithm = Algorithm.ED25519
    ) -> "Signer":
        return cls(name, Ed25519PrivateKey.from_private_bytes(seed), algorithm)

    @property
    def public(self) -> PublicKey:
        content = self.private.public_key().public_bytes_raw()
        return PublicKey(self.name, content, self.algorithm)

    def sign(self, text: str) -> "Signature":
        return Signature(self.name, self.public.id, self.private.sign(text.encode()))

    def cosign(self, text: str, time: int) -> "Signature":
        """As a witness, at `time` in seconds since 1970."""
        signature = self.private.sign(cosigned(text, time))
        return Signature(self.name, self.public.id, time.to_bytes(TIME_SIZE) + signature)


def cosigned(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def refuse_bad_name(name: str) -> None:
    if not name or "+" in name or any(map(is_unfit, name)):
        raise NoteError(f"{name!a} cannot be the name of a key")


def is_unfit(character: str) -> bool:
    return character.isspace() or character < " "


# --- Notes --------------------------------------------------------------------------------


class Signature(NamedTuple):
    """A line under a note. Kept as it came where its key is not known."""

    name: str
    key_id: bytes
    # Of a witness: eight bytes of time before the signature.
    content: bytes

    def __str__(self) -> str:
        return f"— {self.name} {encoded(self.key_id + self.content)}\n"

    @property
    def time(self) -> int | None:
        """When a witness signed, in seconds since 1970; None where the line has no time."""
        if len(self.content) != TIME_SIZE + SIGNATURE_SIZE:
            return None
        time = int.from_bytes(self.content[:TIME_SIZE])
        return time if time <= LATEST_TIME else None


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a line end, and the signatures under it."""

    text: str
    signatures: tuple[Signature, ...] = ()

    def __bytes__(self) -> bytes:
        return (self.text + "\n" + "".join(map(str, self.signatures))).encode()

    def signed(self, line: Signature) -> "Note":
        """With one more signature."""
        return Note(self.text, (*self.signatures, line))

    def refuse_strangers(self, keys: Iterable[PublicKey]) -> list[Signature]:
        """The lines of known keys; NoteError for a wrong one, and where there is none."""
        found = []
        for key in keys:
            for line in filter(key.made, self.signatures):
                if not key.verifies(self.text, line):
                    raise NoteError(f"the signature of {key} is wrong")
                found.append(line)
        if not found:
            raise NoteError("no known key has signed the note")
        return found


def read_note(content: bytes) -> Note:
    """A note of well-formed lines, by whomever; NoteError for anything else."""
    try:
        whole = content.decode()
    except UnicodeDecodeError as broken:
        raise NoteError(f"the note is not UTF-8: {broken}") from broken
    if any(character < " " and character != "\n" for character in whole):
        raise NoteError("the note holds a control character")
    # The text may hold empty lines; the last one of all divides.
    text, blank, under = whole.rpartition("\n\n")
    if not blank or not text or not under.endswith("\n"):
        raise NoteError("the note has no text, no empty line or no line end")
    # Not `splitlines`, which knows more line ends than this one.
    lines = under[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NoteError(f"the note has more than {MOST_SIGNATURES} signatures")
    return Note(f"{text}\n", tuple(map(read_signature, lines)))


def read_signature(line: str) -> Signature:
    found = SIGNATURE_LINE.fullmatch(line)
    if found is None:
        raise NoteError(f"{line!a} is no signature line")
    refuse_bad_name(found["name"])
    content = decoded(found["content"])
    if len(content) <= KEY_ID_SIZE:
        raise NoteError(f"{line!a} holds no signature")
    return Signature(found["name"], content[:KEY_ID_SIZE], content[KEY_ID_SIZE:])


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def decoded(text: str) -> bytes:
    """The bytes of base64 in its one canonical spelling."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as broken:
        raise NoteError(f"{text!a} is not base64: {broken}") from broken
    # Spare bits at the end could be set, or padding be doubled.
    if encoded(content) != text:
        raise NoteError(f"{text!a} is base64 in another spelling")
    return content


# --- Checkpoints --------------------------------------------------------------------------


class Checkpoint(NamedTuple):
    """What a signed head says: the first `size` entries of `origin` have this root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{encoded(self.root)}\n"

    def signed_by(self, *signers: Signer) -> Note:
        return Note(self.text, tuple(signer.sign(self.text) for signer in signers))


def read_checkpoint(text: str) -> Checkpoint:
    """The three lines of a note's text; NoteError for fewer, more or other ones."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise NoteError("a checkpoint has three lines")
    origin, size, root = lines[:3]
    refuse_bad_name(origin)
    if SIZE_LINE.fullmatch(size) is None:
        raise NoteError(f"{size!a} is no size of a tree")
    hash_ = decoded(root)
    if len(hash_) != HASH_SIZE:
        raise NoteError(f"a root has {HASH_SIZE} bytes")
    return Checkpoint(origin, int(size), hash_)


def open_checkpoint(content: bytes, keys: Iterable[PublicKey]) -> Checkpoint:
    """What a checkpoint says that at least one of these keys has signed."""
    note = read_note(content)
    note.refuse_strangers(keys)
    return read_checkpoint(note.text)
