"""Settings and servers that are well-formed but would not do, each with what to do."""

import os
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Advice
from django.db import connections

# JSON functions are built in from here on.
OLDEST_SQLITE = (3, 38)
OLDEST_POSTGRESQL = 15


def check_debug(
    app_configs: Sequence[AppConfig] | None, **kwargs: object
) -> list[CheckMessage]:
    if not (settings.DEBUG and settings.SITE_URL.startswith("https://")):
        return []
    return [
        Error(
            "DEBUG is on while SITE_URL is a public https address.",
            hint="Unset DEBUG: its error pages show settings and data to every visitor.",
            id="portal.E001",
        )
    ]


def check_sqlite(
    app_configs: Sequence[AppConfig] | None, **kwargs: object
) -> list[CheckMessage]:
    used = settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
    return sqlite_errors(sqlite3.sqlite_version_info) if used else []


def sqlite_errors(version: tuple[int, ...]) -> list[CheckMessage]:
    if version >= OLDEST_SQLITE:
        return []
    found, asked = (".".join(map(str, one)) for one in (version, OLDEST_SQLITE))
    return [
        Error(
            f"SQLite {found} is older than {asked}.",
            hint="Use a Python with a newer SQLite, or set DATABASE_URL to PostgreSQL.",
            id="portal.E002",
        )
    ]


def check_postgresql(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **kwargs: object,
) -> list[CheckMessage]:
    errors: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
                ((version,),) = cursor.fetchall()
                cursor.execute("SELECT current_setting('server_encoding')")
                ((encoding,),) = cursor.fetchall()
            errors += postgresql_errors(version, encoding)
    return errors


def postgresql_errors(version: int, encoding: str) -> list[CheckMessage]:
    errors: list[CheckMessage] = []
    if version < OLDEST_POSTGRESQL:
        errors.append(
            Error(
                f"PostgreSQL {version} is older than {OLDEST_POSTGRESQL}.",
                hint="Upgrade the server of DATABASE_URL.",
                id="portal.E003",
            )
        )
    if encoding != "UTF8":
        errors.append(
            Error(
                f"The database is encoded in {encoding}, which cannot hold every name.",
                hint="Make it anew: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.",
                id="portal.E004",
            )
        )
    return errors


def check_data_dir(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **kwargs: object,
) -> list[CheckMessage]:
    if not databases:
        return []
    folder: Path = settings.DATA_DIR
    if not folder.is_dir():
        fault, remedy = "does not exist", f"mkdir -p '{folder}'"
    elif not os.access(folder, os.W_OK | os.X_OK):
        fault, remedy = "is not writable", f"give it to the user who runs this: '{folder}'"
    else:
        return []
    return [
        Error(
            f"DATA_DIR {folder} {fault}.",
            hint=f"Make it so ({remedy}), or set DATA_DIR to another folder.",
            id="portal.E005",
        )
    ]


# --- Where the keys lie -------------------------------------------------------------------


def check_folders_apart(
    app_configs: Sequence[AppConfig] | None, **kwargs: object
) -> list[CheckMessage]:
    """Keys and journal have to outlive the database, and not to be in its backup."""
    if not settings.SITE_URL.startswith("https://"):
        return []
    folders: dict[str, Path] = {
        "KEYS_DIR": settings.KEYS_DIR,
        "JOURNAL_DIR": settings.JOURNAL_DIR,
    }
    return [
        Advice(
            f"{name} {folder} lies {reason}.",
            hint=f"Set {name} to a folder on another volume, which no backup of the"
            " database takes along, and move the files there.",
            id="portal.W001",
        )
        for name, folder in folders.items()
        if (reason := reason_against(folder, settings.DATABASES.values()))
    ]


def reason_against(folder: Path, databases: Iterable[dict[str, Any]]) -> str:
    """Why a folder is too near to the databases; empty where it is not."""
    if folder.resolve().is_relative_to(settings.DATA_DIR.resolve()):
        return "in DATA_DIR"
    for place in filter(None, map(sqlite_file, databases)):
        if device_of(folder) == device_of(place):
            return "on the device of the database"
    return ""


def sqlite_file(database: dict[str, Any]) -> Path | None:
    name = f"{database['NAME']}"
    is_file = database["ENGINE"] == "django.db.backends.sqlite3" and ":memory:" not in name
    return Path(name) if is_file else None


def device_of(path: Path) -> int:
    """Of what is not there yet: the device on which it would be made."""
    while not path.exists():
        path = path.parent
    return path.stat().st_dev


def check_key_files(
    app_configs: Sequence[AppConfig] | None, **kwargs: object
) -> list[CheckMessage]:
    loose = [
        path.name
        for path in sorted(settings.KEYS_DIR.glob("*.key"))
        if path.stat().st_mode & 0o077
    ]
    if not loose:
        return []
    return [
        Advice(
            f"Others than their owner can read keys in KEYS_DIR: {', '.join(loose)}.",
            hint=f"chmod 600 '{settings.KEYS_DIR}'/*.key; where other people have accounts"
            " on this machine, replace them: manage.py rotate_keys.",
            id="portal.W002",
        )
    ]
