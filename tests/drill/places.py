"""Where a register lies: how it is backed up, destroyed, and put back."""

import os
import secrets
import shutil
import sqlite3
from abc import ABC, abstractmethod
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests.drill.plan import Plan
from tests.drill.rows import Database
from tests.processes import Workspace, wait_until
from tests.servers import (
    find_postgresql,
    owned_folder,
    postgresql_folders,
    run_unprivileged,
    start_own_postgresql,
)
from tests.stack import create_database

LONG = 900
# Kept until the copy of a part of it is made.
ALL_WAL = "wal_keep_size = '64GB'"


class Place(ABC):
    """Folders and databases of a drill. Journal and keys of the house lie elsewhere."""

    database: Database
    vault: Database

    def __init__(self, workspace: Workspace, plan: Plan) -> None:
        self.workspace, self.plan = workspace, plan
        self.data = workspace.path / "data"
        self.journal = workspace.path / "elsewhere" / "journal"
        self.keys = workspace.path / "elsewhere" / "keys"
        self.kept = workspace.path / "backup"
        self.survives = workspace.path / "survives"
        for folder in (self.data / "static", self.journal, self.keys):
            folder.mkdir(parents=True)
        self.kept.mkdir()
        self.survives.mkdir()
        self.secret = secrets.token_urlsafe(50)

    def environment(self) -> dict[str, str]:
        """Of the processes of the register."""
        inherited = {name: os.environ[name] for name in ("PATH", "HOME")}
        return inherited | {
            "LANG": "C.UTF-8",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "SECRET_KEY": self.secret,
            "DATABASE_URL": self.database.url,
            "VAULT_URL": self.vault.url,
            "DATA_DIR": str(self.data),
            "KEYS_DIR": str(self.keys),
            "JOURNAL_DIR": str(self.journal),
            "EMAIL_URL": "dummy://",
        }

    @abstractmethod
    def back_up(self) -> None: ...

    @abstractmethod
    def half_way(self) -> None:
        """Save what is saved on the way, beside the backup."""

    def lose(self) -> None:
        """The machine is gone, with everything that is not elsewhere."""
        shutil.rmtree(self.data)

    def restore(self) -> None:
        (self.data / "static").mkdir(parents=True)


# --- SQLite -------------------------------------------------------------------------------


class Files(Place):
    """Two files, copied through the backup API of SQLite."""

    def __init__(self, workspace: Workspace, plan: Plan) -> None:
        super().__init__(workspace, plan)
        vault = self.data if plan.vault_is_lost else self.survives
        self.database = Database(f"sqlite:///{self.data}/db.sqlite3")
        self.vault = Database(f"sqlite:///{vault}/vault.sqlite3")

    def back_up(self) -> None:
        for found in (self.database, self.vault):
            copy(found.file, self.kept / found.file.name)

    def half_way(self) -> None:
        """Nothing."""

    def restore(self) -> None:
        super().restore()
        lost = (self.database, self.vault) if self.plan.vault_is_lost else (self.database,)
        for found in lost:
            shutil.copyfile(self.kept / found.file.name, found.file)


def copy(file: Path, to: Path) -> None:
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


# --- PostgreSQL ---------------------------------------------------------------------------


class Cluster(Place):
    """A server of its own, with the vault as a second database where it is lost, too."""

    def __init__(self, workspace: Workspace, plan: Plan) -> None:
        super().__init__(workspace, plan)
        self.binaries = find_postgresql(postgresql_folders())
        self.server = start_own_postgresql(workspace)
        self.database = Database(create_database(self.server))
        self.vault = Database(f"sqlite:///{self.survives}/vault.sqlite3")
        if plan.vault_is_lost:
            self.vault = Database(create_database(self.server))

    def half_way(self) -> None:
        """Nothing."""

    @property
    def home(self) -> Path:
        return self.workspace.path / "postgresql"

    def run(self, program: str, *arguments: str) -> None:
        """As the user of the server, whose password nobody reads from a command line."""
        place = urlsplit(self.server.url)
        login = [
            "-h",
            f"{place.hostname}",
            "-p",
            f"{place.port}",
            "-U",
            f"{place.username}",
        ]
        command = [str(self.binaries / program), *login, *arguments]
        run_unprivileged(command, within=LONG, PGPASSWORD=f"{place.password}")

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.server.url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def lose(self) -> None:
        super().lose()
        assert self.server.part
        self.server.part.kill()
        shutil.rmtree(self.home / "data")


class Copied(Cluster):
    """The files of the cluster, copied while it runs; put back without what came after."""

    def __init__(self, workspace: Workspace, plan: Plan) -> None:
        super().__init__(workspace, plan)
        self.copy = owned_folder(workspace, "copied")

    def back_up(self) -> None:
        self.run(
            "pg_basebackup", "-D", str(self.copy / "data"), "-X", "fetch", "-c", "fast"
        )

    def restore(self) -> None:
        super().restore()
        run_unprivileged(["cp", "-a", str(self.copy / "data"), str(self.home)], within=LONG)
        self.start_again()

    def start_again(self) -> None:
        assert self.server.part
        self.server.part.start()
        wait_until(self.is_open, "the end of recovery", within=LONG)

    def is_open(self) -> bool:
        return self.database.query("SELECT pg_is_in_recovery()") == [(False,)]


class Archived(Copied):
    """The same, and the write-ahead log up to somewhere half-way to the loss."""

    def back_up(self) -> None:
        self.execute(f"ALTER SYSTEM SET {ALL_WAL}")
        self.execute("SELECT pg_reload_conf()")
        super().back_up()

    def half_way(self) -> None:
        self.execute("SELECT pg_switch_wal()")
        archive = str(self.copy / "archive")
        run_unprivileged(["cp", "-a", str(self.home / "data" / "pg_wal"), archive])

    def restore(self) -> None:
        data, archive = self.copy / "data", self.copy / "archive"
        settings = data / "postgresql.auto.conf"
        command = f"cp {archive}/%f %p"
        with settings.open("a") as file:
            file.write(f"\nrestore_command = '{command}'\n")
        run_unprivileged(["touch", str(data / "recovery.signal")])
        super().restore()


class Dumped(Cluster):
    """Each database in a file of pg_dump, read into a new server."""

    def back_up(self) -> None:
        self.folder = owned_folder(self.workspace, "dumped")
        for n, found in enumerate(self.lost()):
            name = found.file.name
            self.run("pg_dump", "-Fc", "-Z", "1", "-f", str(self.folder / f"{n}"), name)

    def lost(self) -> list[Database]:
        return [self.database, self.vault][: 2 if self.plan.vault_is_lost else 1]

    def restore(self) -> None:
        super().restore()
        shutil.rmtree(self.home)
        self.server = start_own_postgresql(self.workspace)
        for n, found in enumerate(self.lost()):
            fresh = Database(create_database(self.server))
            dump = str(self.folder / f"{n}")
            options = ("--exit-on-error", "--no-owner", "-j", "2", "-d", fresh.file.name)
            self.run("pg_restore", *options, dump)
            # As its manual says: a dump holds no statistics.
            self.run("vacuumdb", "--analyze-only", "-q", "-d", fresh.file.name)
            if found is self.vault:
                self.vault = fresh
            else:
                self.database = fresh


PLACES: dict[str, type[Place]] = {
    "sqlite": Files,
    "base": Copied,
    "wal": Archived,
    "dump": Dumped,
}
