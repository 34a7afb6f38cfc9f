"""A filled database put back between two runs, so that all contestants start alike."""

import shutil
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from tests.samples.outside import database_url


class Snapshot:
    """The database and the journal as they are now; nobody else may be connected."""

    def __init__(self, label: str) -> None:
        self.name = str(connection.settings_dict["NAME"])
        self.kept = f"{self.name}_{label}"
        journal = Path(settings.JOURNAL_DIR)
        self.journal, self.copy = journal, journal.with_name(f"{journal.name}-{label}")
        self.copy_database(self.name, self.kept)
        shutil.rmtree(self.copy, ignore_errors=True)
        if self.journal.exists():
            shutil.copytree(self.journal, self.copy)

    def put_back(self) -> None:
        self.copy_database(self.kept, self.name)
        shutil.rmtree(self.journal, ignore_errors=True)
        if self.copy.exists():
            shutil.copytree(self.copy, self.journal)

    def copy_database(self, source: str, target: str) -> None:
        """By the files: whatever is in it, also what no statement may delete."""
        elsewhere = urlsplit(database_url())._replace(path="/postgres").geturl()
        connection.close()
        names = {"source": sql.Identifier(source), "target": sql.Identifier(target)}
        with psycopg.connect(elsewhere, autocommit=True) as server:
            drop = sql.SQL("DROP DATABASE IF EXISTS {target} WITH (FORCE)")
            make = sql.SQL("CREATE DATABASE {target} TEMPLATE {source}")
            server.execute(drop.format(**names))
            server.execute(make.format(**names))
