"""A register that is handed broken files and bombs, and looked at after each.

Run in a process of its own, with the settings in the environment: see `files`, `bombs`.
Only the start of the readers is shortened, see `readers`, and for some files not even
that.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from django.core.management import call_command
from django.db import connection
from django.utils.translation import override

from registry.intake import child
from registry.vault.router import VAULT
from repair.models import Evidence
from tests.broken_files import broken
from tests.import_fuzz.bombs import BOMBS, Bomb
from tests.import_fuzz.desk import REFUSALS, Desk, said_by
from tests.import_fuzz.evidence import BOMBS as PAPER_BOMBS
from tests.import_fuzz.evidence import Sent, sent
from tests.import_fuzz.filing_desk import FilingDesk
from tests.import_fuzz.half_broken import half_broken
from tests.import_fuzz.readers import Readers, Usage, readers

# Of twenty files in a row: 40,000 CSV, 25,000 XLSX and so on of a hundred thousand.
KINDS = (
    *("csv", "xlsx", "csv", "jsonl", "xml", "csv", "xlsx", "csv", "jsonl", "zip"),
    *("csv", "xlsx", "csv", "jsonl", "csv", "xlsx", "evidence", "csv", "jsonl", "xlsx"),
)
TABLES = {"csv", "xlsx", "jsonl"}
LANGUAGES = ("zh-hans", "en")
# Of so many tables one is read by a process that was started for it; of those of which
# nothing is known one goes to the desk, and the others are only read; the rows of one
# are handed back; and the right rows of one are released.
STARTED, CHECKED, HANDED_BACK, RELEASED = 499, 4, 37, 61
MEGABYTE = 1 << 20
# For a broken file; for a bomb that is known before it is parsed; for every other.
FILE, EARLY, BOUND = (300, 10.0), (100, 1.0), (512, 60.0)


def files(seed: int, first: int, n: int, known: float) -> None:
    """Hand in so many files; prints how many, what was wrong, and which way they went.

    Of the tables among them, the share `known` is made with its right answer.
    """
    with opened(seed) as life:
        for place in range(first, first + n):
            life.hand_in(place, known)
        life.tell()


def bombs(seed: int) -> None:
    with opened(seed) as life:
        for bomb in BOMBS:
            life.note(bomb.name, life.explode(bomb))
        for it in PAPER_BOMBS:
            life.note(it.name, life.file(it))
        life.tell()


@contextmanager
def opened(seed: int) -> Iterator["Life"]:
    with TemporaryDirectory() as folder, readers(Path(folder)) as forked:
        call_command("migrate", verbosity=0)
        call_command("migrate", database=VAULT, verbosity=0)
        call_command("compile_catalogs", verbosity=0)
        if connection.vendor == "sqlite":
            # It is not the disk that is tried.
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA synchronous=OFF")
        yield Life(seed, Path(folder), forked)


class Life:
    def __init__(self, seed: int, folder: Path, forked: Readers) -> None:
        self.seed, self.forked, self.started = seed, forked, child.run
        child.run = forked.run
        self.desk = Desk(folder)
        self.filing_desk = FilingDesk(self.desk.authority)
        self.desk.settle()
        self.failures: list[str] = []
        self.measured: list[str] = []
        self.n = 0

    def hand_in(self, place: int, known: float) -> None:
        random, kind = Random(f"{self.seed}/{place}"), KINDS[place % len(KINDS)]
        child.run = self.started if place % STARTED == 0 else self.forked.run
        with override(random.choice(LANGUAGES)):
            self.note(f"{kind} {place}", self.tried(kind, random, place, known))

    def note(self, what: str, wrong: Iterator[str]) -> None:
        """Whatever happens is written down, and the next file is handed in."""
        self.n += 1
        try:
            for one in (*wrong, *self.desk.left_behind()):
                self.failures.append(f"{what}: {one}")
        except Exception as crash:  # noqa: BLE001  finding one is what this is for
            self.failures.append(f"{what}: crashed: {crash!r}")

    def tried(self, kind: str, random: Random, place: int, known: float) -> Iterator[str]:
        self.forked.usages.clear()
        hands_back = place % HANDED_BACK == 0
        if kind == "evidence":
            yield from self.file(sent(random))
        elif kind in TABLES and random.random() < known:
            it = half_broken(kind, random, place)
            releases = place % RELEASED == 0
            yield from self.desk.judge(it, hands_back=hands_back, releases=releases)
        elif random.randrange(CHECKED):
            yield from self.desk.read(broken(random, kind))
        else:
            yield from self.desk.check(broken(random, kind), hands_back=hands_back)
        for usage in self.forked.usages:
            yield from beyond(usage, *FILE)

    def file(self, it: Sent) -> Iterator[str]:
        yield from self.filing_desk.hand_in(it)
        self.desk.settle(Evidence._meta.db_table)

    def explode(self, bomb: Bomb) -> Iterator[str]:
        """Handed in, refused or taken as it should be, and what that has cost."""
        self.forked.usages.clear()
        content = bomb.make()
        try:
            self.desk.withdraw(self.desk.received("bomb", content))
            said = ""
        except REFUSALS as refusal:
            (said, *_others) = said_by(refusal)
        if bomb.said not in said or bool(bomb.said) != bool(said):
            yield f"{bomb.said or 'taken'}, it should say, and says {said!r}"
        for usage in self.forked.usages:
            yield from beyond(usage, *(EARLY if bomb.is_early else BOUND), may_die=True)
        most = max((one.n_bytes >> 20 for one in self.forked.usages), default=0)
        seconds = max((one.processor_s for one in self.forked.usages), default=0)
        self.measured.append(f"{bomb.name}: {most} MB, {seconds:.1f} s, {said[:16]}")

    def tell(self) -> None:
        self.failures += self.desk.all_in_all()
        ways = self.desk.ways + self.filing_desk.ways
        found = {"n": self.n, "failures": self.failures, "ways": ways}
        json.dump(found | {"measured": self.measured}, sys.stdout)


def beyond(
    usage: Usage, megabytes: int, seconds: float, *, may_die: bool = False
) -> Iterator[str]:
    """On the processor, for others may work at the time."""
    if usage.code and not may_die:
        yield f"a reader ended with {usage.code}"
    if usage.n_bytes > megabytes * MEGABYTE or usage.processor_s > seconds:
        yield f"a reader took {usage.n_bytes >> 20} MB and {usage.processor_s:.1f} s"
