"""E17: after the end and its days no file of the register knows a person any more."""

import json
import os
import secrets
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import redis

from tests.campaign.frame import ROOT, Experiment, Outcome
from tests.forget.canaries import canary
from tests.forget.guesses import commitments, guess
from tests.forget.needles import Needle, by_gram, of_bytes, of_text
from tests.forget.scan import scan
from tests.processes import Workspace
from tests.servers import MissingError, Server, start_postgresql, start_redis
from tests.stack import create_database

# Two small steps, one for each database, which are all that CI runs; then large ones.
SMALL, N_SMALL, LARGE = 20, 2, 498
STEPS = {"full": N_SMALL + 20, "ci": N_SMALL}
# A tenth of them was never listed, so that there is no commitment to guess at.
GUESSES_EACH = 120
LOG_TAIL = 4_000
PLAY = (
    "import sys, django; django.setup(); from tests.forget.play import main;"
    " main(sys.argv[1:])"
)
Rows = list[dict[str, Any]]


def size(i: int) -> int:
    return SMALL if i < N_SMALL else LARGE


def step(seed: int, i: int) -> Outcome:
    """So many canaries through a register that is thrown away afterwards."""
    first, n = sum(map(size, range(i))), size(i)
    with Workspace() as workspace, tempfile.TemporaryDirectory() as outside:
        place = Place(workspace, Path(outside) / "record", i)
        failures = tuple(place.experiment(seed, first, n))
    return Outcome(n, failures)


class Place:
    """One register with all its folders in one, and whoever reads every byte of them."""

    def __init__(self, workspace: Workspace, record: Path, i: int) -> None:
        """On SQLite, on PostgreSQL, on SQLite, on PostgreSQL with its vault there too."""
        self.root, self.record = workspace.path, record
        server = start_postgresql(workspace) if i % 2 else None
        self.url = prepare(server) if server else ""
        self.vault_url = create_database(server) if server and i % 4 == 3 else ""
        self.cache = find_redis(workspace)
        for name in ("data", "mail"):
            (self.root / name).mkdir()

    def experiment(self, seed: int, first: int, n: int) -> Iterator[str]:
        self.play("live", seed, first, n)
        rows: Rows = json.loads(self.record.read_text(encoding="utf-8"))
        *gone, kept = rows
        self.settle()
        yield from missing(self.look(rows), must_be_found(gone), "before")
        with self.site_still_open():
            self.play("forget", seed, first, n)
            self.settle()
            yield from self.left(gone, kept)
        yield from guessed(self.root / "journal" / "ledger.ndjson", gone, kept, seed)
        if self.record.with_name("same").read_text() != "True":
            yield "the check of persons answers otherwise for one who was erased"

    def left(self, gone: Rows, kept: dict[str, Any]) -> Iterator[str]:
        planted = plant(self.root / "data" / "control", kept)
        found = self.look([*gone, kept])
        whose = {row["index"] for row in gone}
        for needle, path in found.items():
            if needle.whose in whose:
                yield f"{needle.what} of {needle.whose} as {needle.form} in {path}"
        still = {(kept["index"], "number hash"), (kept["index"], "wrapped key")}
        yield from missing(found, still, "of one who is listed")
        forms = {needle.form for needle in found if needle.what == "name"}
        yield from (f"the scan does not find {form}" for form in planted - forms)

    def look(self, rows: Rows) -> dict[Needle, str]:
        return scan([self.root], by_gram(needle for row in rows for needle in needles(row)))

    def play(self, what: str, *numbers: int) -> None:
        """In a process of its own, whose words are a log like that of a server."""
        path = self.root / f"{what}.log"
        with path.open("wb") as log:
            done = subprocess.run(
                [sys.executable, "-W", "ignore", "-c", PLAY, what, str(self.record)]
                + [str(number) for number in numbers],
                cwd=ROOT,
                env=self.environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if done.returncode:
            raise RuntimeError(path.read_text(errors="replace")[-LOG_TAIL:])

    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        found = kept | {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "PYTHONPATH": str(ROOT),
            "LANG": "C.UTF-8",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ALLOWED_HOSTS": "testserver",
            "DATA_DIR": str(self.root / "data"),
            "KEYS_DIR": str(self.root / "keys"),
            "JOURNAL_DIR": str(self.root / "journal"),
            "EMAIL_URL": f"file:///{self.root / 'mail'}",
        }
        found |= {"DATABASE_URL": self.url} if self.url else {}
        found |= {"VAULT_URL": self.vault_url} if self.vault_url else {}
        return found | ({"CACHE_URL": self.cache.url} if self.cache else {})

    @contextmanager
    def site_still_open(self) -> Iterator[None]:
        """A connection that rests, as a site has: the last one would take the log along."""
        files = [] if self.url else ["db.sqlite3"]
        files += [] if self.vault_url else ["vault.sqlite3"]
        resting = [sqlite3.connect(self.root / "data" / name) for name in files]
        try:
            for one in resting:
                one.execute("SELECT count(*) FROM sqlite_master").fetchall()
            yield
        finally:
            for one in resting:
                one.close()

    def settle(self) -> None:
        """What happens to a server within minutes: a checkpoint, and old logs go."""
        if self.cache:
            redis.Redis.from_url(self.cache.url).save()
        if self.url:
            with closing(psycopg.connect(self.url, autocommit=True)) as connection:
                for _ in range(2):
                    connection.execute("SELECT pg_switch_wal()")
                    connection.execute("CHECKPOINT")


def prepare(server: Server) -> str:
    """As docs/erasure.md asks of the operator."""
    url = create_database(server)
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        for setting in (
            "wal_recycle = off",
            "log_min_error_statement = panic",
            "log_error_verbosity = terse",
        ):
            connection.execute(f"ALTER SYSTEM SET {setting}")
        connection.execute("SELECT pg_reload_conf()")
    return url


def find_redis(workspace: Workspace) -> Server | None:
    try:
        return start_redis(workspace)
    except MissingError:
        return None


# --- What is looked for -------------------------------------------------------------------


def needles(row: dict[str, Any]) -> Iterator[Needle]:
    whose = row["index"]
    texts = ["word", *(["name", "number"] if row["is_person"] else [])]
    for what in texts:
        yield from of_text(what, whose, row[what])
    for what, values in secrets_of(row):
        for value in filter(None, values):
            yield from of_bytes(what, whose, bytes.fromhex(value))


def secrets_of(row: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for what, value in zip(("number hash", "name hash"), row["hashes"], strict=False):
        yield what, [value]
    yield "key", [key for key, _ in row["keys"]]
    yield "wrapped key", [wrapped for _, wrapped in row["keys"]]
    yield "digest", row["digests"]
    yield "salt", [salt for one in row["openings"] for salt in one["salts"]]


def must_be_found(rows: Rows) -> set[tuple[int, str]]:
    """What lies in the files while they are listed: or the scan would find nothing ever."""
    wanted = set()
    for row in rows:
        if row["is_person"]:
            wanted |= {(row["index"], "number hash"), (row["index"], "wrapped key")}
            # What staff wrote as the reason of a hold or of an emergency.
            reason = row["index"] % 10 in (5, 6)
            wanted |= {(row["index"], "word"), (row["index"], "name")} if reason else set()
        else:
            wanted |= {(row["index"], "word"), (row["index"], "salt")}
    return wanted


def missing(
    found: dict[Needle, str], wanted: set[tuple[int, str]], when: str
) -> Iterator[str]:
    there = {(needle.whose, needle.what) for needle in found}
    for whose, what in sorted(wanted - there):
        yield f"the scan does not find the {what} of {whose} {when}"


def plant(path: Path, kept: dict[str, Any]) -> set[str]:
    """A file that the scan has to find something in, in each form a text can have."""
    forms = list(of_text("name", kept["index"], kept["name"]))
    path.write_bytes(b"\n".join(needle.content for needle in forms))
    return {needle.form for needle in forms}


# --- What is guessed ----------------------------------------------------------------------


def guessed(journal: Path, gone: Rows, kept: dict[str, Any], seed: int) -> Iterator[str]:
    """No guess opens a commitment, though the guesser knows every content."""
    public = commitments(journal)
    for row in gone:
        near = [canary(seed, row["index"] + other) for other in range(GUESSES_EACH)]
        each = max(1, len(row["openings"]))
        for one in row["openings"]:
            tried = guess(one["case"], one["core"], near, GUESSES_EACH // each)
            if not public.isdisjoint(tried):
                yield f"a commitment of {row['index']} is guessed"
    (one,) = kept["openings"]
    salts = [bytes.fromhex(salt) for salt in one["salts"]]
    near = [canary(seed, kept["index"] + other) for other in range(GUESSES_EACH)]
    tried = guess(one["case"], one["core"], near, GUESSES_EACH, known=salts)
    if len(public.intersection(tried)) != 1:
        yield "whoever kept the salt cannot open the commitment"


COVERS = (
    "registry/actions/erasure.py",
    "registry/actions/papers.py",
    "registry/actions/signed_letters.py",
    "registry/actions/traces.py",
    "repair/actions/drafts.py",
    "repair/actions/erasure.py",
    "repair/actions/letters.py",
    "repair/actions/revocation.py",
    "registry/contents.py",
    "registry/vault",
    "registry/logbook/openings.py",
    "repair/papers.py",
)
EXPERIMENT = Experiment(
    "E17", "FORGET", seed=20260316, steps=STEPS, step=step, covers=COVERS
)
