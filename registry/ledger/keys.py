"""The keys that sign the ledger: files in KEYS_DIR, of which the newest in force signs.

`ledger.key` is the first; `ledger-2027-03-16.key` signs from that day on. Beside each lies
what others know of it, a `.pub` that stays when the private half is destroyed. The name
of the first is the origin of the ledger: it never changes, even where the site moves.
"""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings

from registry.ledger import canonical
from registry.ledger.errors import LedgerError
from registry.ledger.notes import PublicKey, Signer, encoded, read_key
from registry.vault import keys as files
from registry.vault.keys import KeyFileError

FIRST = "ledger"
PRIVATE, PUBLIC = ".key", ".pub"
STEM = re.compile(r"ledger(-\d{4}-\d{2}-\d{2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class LedgerKey:
    """A key of the ledger as others know it, and the day from which it signs."""

    public: PublicKey
    since: date
    # Where its two halves lie, without the suffix.
    place: Path

    @property
    def path(self) -> Path:
        return self.place.with_suffix(PRIVATE)

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
                f"{self.path} is not the key of {self.place.with_suffix(PUBLIC)};"
                " put back the right pair from its copy."
            )
        return signer


# --- What there is ------------------------------------------------------------------------


def known() -> list[LedgerKey]:
    """Every key that has signed or will, the oldest first; empty before the first start."""
    found = [load(place) for place in places()]
    return sorted(found, key=lambda one: one.since)


def public_keys() -> list[PublicKey]:
    """What verifies the checkpoints of the ledger, old ones included."""
    return [one.public for one in known()]


def published() -> bytes:
    """The file `keys`: a line for each, from the second on signed by the one before it."""
    return b"".join(one.place.with_suffix(PUBLIC).read_bytes() for one in known())


def origin() -> str:
    """The name of the ledger, for good."""
    return first_of(known()).public.name


def signer(today: date) -> Signer:
    """The newest key in force; the first one however early the clock.

    Raises KeyFileError where there is none: a lost key is never replaced in silence.
    """
    keys = known()
    in_force = [one for one in keys if one.since <= today]
    return (in_force[-1] if in_force else first_of(keys)).signer()


def first_of(keys: list[LedgerKey]) -> LedgerKey:
    if not keys:
        raise KeyFileError(
            f"{folder()} holds no key of the ledger; put the keys back from their copy."
        )
    return keys[0]


# --- Made, changed, destroyed -------------------------------------------------------------


def make_first(today: date) -> PublicKey:
    """The first key, made where there is none; only for a ledger that has no checkpoint."""
    if not (keys := known()):
        name = f"{settings.SITE_URL.partition('://')[2]}/ledger"
        publish(folder() / FIRST, name, today)
        keys = known()
    return first_of(keys).public


def prepare(since: date) -> None:
    """Make the private half of a key that is to sign from the day `since` on.

    Nobody knows of it yet: its `key` entry comes first, under a checkpoint of the newest.
    """
    files.make(place_of(since).with_suffix(PRIVATE))


def prepared() -> date | None:
    """The day of a key that was prepared and is not published; the earliest."""
    found = [path.with_suffix("") for path in folder().glob(f"{FIRST}-*{PRIVATE}")]
    days = [
        date.fromisoformat(place.name.removeprefix(f"{FIRST}-"))
        for place in found
        if STEM.fullmatch(place.name) and not place.with_suffix(PUBLIC).exists()
    ]
    return min(days, default=None)


def public_of(since: date) -> PublicKey:
    """What others will know of a key that was prepared."""
    seed = files.read(place_of(since).with_suffix(PRIVATE))
    return Signer.of(origin(), seed).public


def postpone(since: date, later: date) -> date:
    """Let a key that was prepared sign from a later day on; that day."""
    private = place_of(since).with_suffix(PRIVATE)
    private.rename(place_of(later).with_suffix(PRIVATE))
    files.sync(folder())
    return later


def make_next(since: date) -> PublicKey:
    """Publish a new key that signs from the day `since` on, vouched for by the newest.

    Takes the private half that was prepared, or makes one.
    """
    newest = known()[-1:]
    if not newest or since <= newest[0].since:
        raise LedgerError("a new key follows the newest one")
    place = place_of(since)
    publish(place, newest[0].public.name, since, voucher=newest[0].signer())
    return load(place).public


def destroy_old(today: date) -> list[PublicKey]:
    """Destroy the private half of every key that another one has followed by now."""
    old = [one for one in known() if one.since <= today][:-1]
    gone = [one for one in old if not one.is_destroyed]
    for one in gone:
        one.path.unlink()
    return [one.public for one in gone]


# --- Files --------------------------------------------------------------------------------


def folder() -> Path:
    return Path(settings.KEYS_DIR)


def place_of(since: date) -> Path:
    """Of a key that followed another one."""
    return folder() / f"{FIRST}-{since}"


def places() -> list[Path]:
    """Where the keys lie; a copy that somebody keeps under another name is none."""
    found = [path.with_suffix("") for path in folder().glob(f"*{PUBLIC}")]
    return [place for place in found if STEM.fullmatch(place.name)]


def publish(place: Path, name: str, since: date, voucher: Signer | None = None) -> None:
    """Make a key and write down what others know of it.

    Until the public half is there the key does not count; killed in between, the next
    call goes on with the private half that is there.
    """
    files.make(place.with_suffix(PRIVATE))
    public = Signer.of(name, files.read(place.with_suffix(PRIVATE))).public
    row = {"vkey": str(public), "from": f"{since}"}
    if voucher:
        row["sig"] = encoded(voucher.private.sign(vouched(public, since)))
    files.write_once(place.with_suffix(PUBLIC), canonical.encode(row) + b"\n")


def vouched(public: PublicKey, since: date) -> bytes:
    """What the key before signs of a new one; the first line keeps it from being a note."""
    return f"ledger-key-v1\n{public}\n{since}\n".encode()


def load(place: Path) -> LedgerKey:
    row = canonical.decode(place.with_suffix(PUBLIC).read_bytes().removesuffix(b"\n"))
    return LedgerKey(read_key(row["vkey"]), date.fromisoformat(row["from"]), place)
