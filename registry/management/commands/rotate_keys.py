from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from registry import clock, rotation
from registry.ledger.errors import LedgerError
from registry.logbook.errors import RestoringError
from registry.rotation import Moved, RotationError
from registry.vault.keys import KeyFileError

# What moves to a new key, how, and when the old one goes.
MOVED: dict[str, tuple[Callable[[datetime], Moved], str, str]] = {
    "index": (rotation.rehash_some, "hashed anew", "an hour after the new one was made"),
    "master": (
        rotation.rewrap_some,
        "wrapped anew",
        "35 days after the new one was made, when no backup of the vault needs it any more",
    ),
}
LOST = {
    "index": "Persons are hashed anew by the tick; until then they are not found.",
    "master": "What was sealed about persons until now cannot be read, unless the lost key"
    " is found and put back beside the new one. Their authorities list them anew.",
    "access": "The filings until now do not open by their secrets any more, unless the lost"
    " key is found and put back beside the new one.",
}


class Command(BaseCommand):
    help = "Replace a key of the house by a new one, or say which keys there are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", nargs="?", choices=("ledger", *MOVED, "access"))
        parser.add_argument(
            "--status", action="store_true", help="say what there is and change nothing"
        )
        parser.add_argument(
            "--lost",
            action="store_true",
            help="make a new key for one that is missing and of which there is no copy",
        )

    def handle(self, *args: Any, key: str | None, **options: Any) -> None:
        if options["status"] or key is None:
            self.tell_standing()
            return
        try:
            self.change(key, clock.now(), is_lost=options["lost"])
        except (KeyFileError, LedgerError, RestoringError, RotationError) as refusal:
            raise CommandError(str(refusal)) from refusal

    def tell_standing(self) -> None:
        for one in rotation.standing(clock.today()):
            self.say(f"{one.purpose:<7} {one.file:<22} {one.since:<16}  {one.use}")

    def change(self, key: str, at: datetime, *, is_lost: bool) -> None:
        if is_lost:
            self.replace_lost(key, at)
        elif key == "ledger":
            self.change_ledger(at)
        elif key == "access":
            raise RotationError(
                "The access key stays: the secrets that it hashed are kept nowhere, so they"
                " could not be hashed anew. A lost one is replaced with --lost."
            )
        else:
            self.move(key, at)

    def replace_lost(self, key: str, at: datetime) -> None:
        if key not in LOST:
            raise RotationError("A lost key of the ledger is only put back from its copy.")
        self.tell_made(f"{rotation.replace_lost(key, at).path}")
        self.say(LOST[key])

    def change_ledger(self, at: datetime) -> None:
        since = rotation.begin_ledger_key(at)
        how = "is" if rotation.change_ledger_key(at) else "will be, by the next tick,"
        self.say(f"The next key of the ledger signs from {since} on. Copy KEYS_DIR now.")
        self.say(
            f"It {how} announced in the ledger and in the public file `keys`. On its day"
            " the tick lets it sign and destroys the private half of the old one; destroy"
            " the copies of that half, too."
        )

    def move(self, key: str, at: datetime) -> None:
        step, how, when = MOVED[key]
        self.tell_made(f"{rotation.begin(key, at).path}")
        n_moved = 0
        while (moved := step(at)).n:
            n_moved += moved.n
            self.say(f"{n_moved:,} rows {how}, {moved.n_left:,} left")
        if moved.n_left:
            self.say("Those that are left wait for the tick; its log says why.")
        self.say(f"The tick destroys the old key {when}. Destroy its copies then, too.")

    def tell_made(self, path: str) -> None:
        self.say(f"{path} is made and in use. Copy it now to where the other copies are.")

    def say(self, line: str) -> None:
        self.stdout.write(line)
