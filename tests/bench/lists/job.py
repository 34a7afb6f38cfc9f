"""`python -m tests.bench.lists.job ANSWER NAME SMALL LARGE`: fill two registers, ask both.

NAME begins with the bench, which says in `filling` and `asking` what that means.

In a process of its own, because settings are read once. The databases are on the server of
DATABASE_URL, called NAME and their size, and stay there.
"""

import json
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 (needs the settings)
from django.core.management import call_command  # noqa: E402 (needs the settings)
from django.db import connections  # noqa: E402
from django.test.utils import override_settings  # noqa: E402
from django.utils.module_loading import import_string  # noqa: E402

# Without the manifest, which only `collectstatic` makes.
PLAIN = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


def bench_of(name: str) -> str:
    return name.partition("_")[0]


def part(name: str, what: str) -> Any:
    """A function of the bench that the registers are named after."""
    return import_string(f"tests.bench.{bench_of(name)}.{what}")


def main(answer: Path, name: str, *sizes: str) -> None:
    # Each sign-in would say so.
    logging.disable(logging.INFO)
    call_command("migrate", database="vault", verbosity=0)
    forget_others(name)
    registers = {int(size): connected(name, int(size)) for size in sizes}
    with override_settings(STORAGES=settings.STORAGES | {"staticfiles": PLAIN}):
        told = json.dumps(part(name, "asking.asked")(registers), ensure_ascii=False)
    answer.write_text(told, encoding="utf-8")


def databases(bench: str) -> list[str]:
    with connections["default"].cursor() as cursor:
        given = [f"^{bench}_"]
        cursor.execute("SELECT datname FROM pg_database WHERE datname ~ %s", given)
        return [name for (name,) in cursor.fetchall()]


def forget_others(name: str) -> None:
    """Those that an earlier migration or filling has made."""
    with connections["default"].cursor() as cursor:
        for other in databases(bench_of(name)):
            if not other.startswith(name):
                cursor.execute(f'DROP DATABASE "{other}"')


def connected(name: str, n: int) -> Any:
    """A connection to the register of so many cases, which is filled where need be."""
    register = f"{name}_{n}"
    if register not in databases(bench_of(name)):
        new(register, n)
    return to(register)


def new(name: str, n: int) -> None:
    """Filled under another name: what was interrupted is begun again."""
    begun = f"{name}_begun"
    with connections["default"].cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{begun}"')
        cursor.execute(f'CREATE DATABASE "{begun}" TEMPLATE template0')
    start = time.perf_counter()
    # Each has the journal of its own ledger.
    journal = settings.DATA_DIR / begun
    rmtree(journal, ignore_errors=True)
    with override_settings(JOURNAL_DIR=journal), at(to(begun)) as register:
        part(name, "filling.fill")(n)
        register.close()
    with connections["default"].cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{begun}" RENAME TO "{name}"')
    sys.stdout.write(f"register of {n:,} cases: {time.perf_counter() - start:.0f} s\n")
    sys.stdout.flush()


def to(name: str) -> Any:
    given = connections["default"].settings_dict
    kind = import_string(f"{given['ENGINE']}.base.DatabaseWrapper")
    return kind({**given, "NAME": name}, alias="default")


@contextmanager
def at(register: Any) -> Iterator[Any]:
    """Everything in between asks this database."""
    given = connections["default"]
    connections["default"] = register
    try:
        yield register
    finally:
        connections["default"] = given


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
