"""The keys that sign the ledger: files in KEYS_DIR, the newest one that is in force signs.

`ledger.key` is the first; `ledger-20270101T000000Z.key` signs from that moment on. Beside
each lies a `.vkey` with what others know of it; it stays when the private half is
destroyed. The name of the first is the origin of the ledger: it never changes, even
where the site moves to another host.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from registry.ledger.errors import LedgerError
from registry.ledger.notes import PublicKey, Signer, read_key
from registry.vault import keys as files
from registry.vault.keys import KeyFileError

FIRST = "ledger"
PUBLIC = ".vkey"
STAMP = "%Y%m%dT%H%M%SZ"
STEM = re.compile(r"ledger(-\d{8}T\d{6}Z)?", re.ASCII)
# The first key signs however early a clock may be.
ALWAYS = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LedgerKey:
    """A key of the ledger as others know it, and the moment from which it signs."""

    public: PublicKey
    since: datetime
    path: Path

    @property
    def is_destroyed(self) -> bool:
        return not self.path.exists()

    def signer(self) -> Signer:
        if self.is_destroyed:
            raise KeyFileError(
                f"{self.path} is missing; put it back from its copy, or sign with a new"
                " key. An older key does not sign again."
            )
        signer = Signer.of(self.public.name, files.read(self.path))
        if signer.public != self.public:
            raise KeyFileError(
                f"{self.path} is not the key of {self.path.with_suffix(PUBLIC)};"
                " put back the right pair from its copy."
            )
        return signer


# --- What there is ------------------------------------------------------------------------


def known() -> list[LedgerKey]:
    """Every key that has signed or will, the oldest first; empty before the first start."""
    for path in named(".key"):
        # Whoever was killed between the two files of a new key left one of them.
        publish(path)
    found = [load(path) for path in named(PUBLIC)]
    return sorted(found, key=lambda one: one.since)


def public_keys() -> list[PublicKey]:
    """What verifies the checkpoints of the ledger, old ones included."""
    return [one.public for one in known()]


def origin() -> str:
    """The name of the ledger, for good."""
    return first_of(known()).public.name


def signer(at: datetime) -> Signer:
    """The newest key that is in force at `at`.

    Raises KeyFileError where there is none: a lost key is never replaced in silence.
    """
    keys = known()
    in_force = [one for one in keys if one.since <= at]
    return (in_force[-1] if in_force else first_of(keys)).signer()


def first_of(keys: list[LedgerKey]) -> LedgerKey:
    if not keys:
        raise KeyFileError(
            f"{folder()} holds no key of the ledger; put the keys back from their copy."
        )
    return keys[0]


# --- Made, changed, destroyed -------------------------------------------------------------


def make_first() -> PublicKey:
    """The first key, made where there is none; only for a ledger that has no checkpoint."""
    if not (keys := known()):
        files.make(folder() / f"{FIRST}.key")
        keys = known()
    return first_of(keys).public


def make_next(since: datetime) -> PublicKey:
    """A new key that signs from `since` on.

    Its `key` entry goes into the ledger before, under a checkpoint of the old one.
    """
    newest, since = known()[-1:], since.replace(microsecond=0)
    if not newest or since <= newest[0].since:
        raise LedgerError("a new key follows the newest one")
    path = folder() / f"{FIRST}-{since.astimezone(UTC):{STAMP}}.key"
    files.make(path)
    return publish(path)


def destroy_old(at: datetime) -> list[PublicKey]:
    """Destroy the private half of every key that another one has followed by `at`."""
    old = [one for one in known() if one.since <= at][:-1]
    gone = [one for one in old if not one.is_destroyed]
    for one in gone:
        one.path.unlink()
    return [one.public for one in gone]


# --- Files --------------------------------------------------------------------------------


def folder() -> Path:
    return Path(settings.KEYS_DIR)


def publish(path: Path) -> PublicKey:
    """The public half beside a private one; written once, so that a name stays."""
    beside = path.with_suffix(PUBLIC)
    if not beside.exists():
        public = Signer.of(name_here(), files.read(path)).public
        files.write_once(beside, f"{public}\n".encode())
    return read_key(beside.read_text(encoding="utf-8").removesuffix("\n"))


def name_here() -> str:
    """The name for a new key: that of the ledger, or of the site where it begins."""
    first = folder() / f"{FIRST}{PUBLIC}"
    if first.exists():
        return load(first).public.name
    return f"{settings.SITE_URL.partition('://')[2]}/ledger"


def load(path: Path) -> LedgerKey:
    public = read_key(path.read_text(encoding="utf-8").removesuffix("\n"))
    return LedgerKey(public, since_of(path), path.with_suffix(".key"))


def named(suffix: str) -> list[Path]:
    """The files of ours; a copy that somebody keeps under another name is not."""
    return [path for path in folder().glob(f"*{suffix}") if STEM.fullmatch(path.stem)]


def since_of(path: Path) -> datetime:
    stamp = path.stem.removeprefix(FIRST).removeprefix("-")
    return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC) if stamp else ALWAYS
