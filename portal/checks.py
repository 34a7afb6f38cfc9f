"""Settings and servers that are well-formed but would not do, each with what to do."""

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
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
