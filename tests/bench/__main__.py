"""`make bench`: run the named benches, or all; text to the terminal, JSON to a file.

Runs on a private PostgreSQL; `load` and `search` on registers that are kept, on both
databases, `lists` and `queue` on two of their own. BENCH_DATA names another registration
file of the same columns, BENCH_LISTINGS another number of listings than 100,000,
BENCH_LISTS another number of cases than a million, BENCH_QUEUE another than 20,000; for
BENCH_ROWS, BENCH_ENGINE and BENCH_QUERIES see `search/setting.py`. Ends with 1 where a
promise is missed.
"""

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.core.management import call_command

from tests.bench.frame import Outcome
from tests.processes import Workspace
from tests.servers import MissingError, start_postgresql
from tests.stack import create_database

if TYPE_CHECKING:
    from tests.bench.snapshot import Snapshot

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DATA = ROOT.parent / "shared" / "data" / "enterprises-100k.csv.gz"
# A bench is a module bench_<name>.py with a function `bench(file) -> Outcome`; READS_FILE
# says whether it needs the registration file.
NAMES = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))
# These open databases of their own, each in a process of its own.
WITH_OWN_DATABASES = ("lists", "load", "queue", "search")


def main() -> int:
    options = read_options()
    file = Path(os.environ.get("BENCH_DATA", DATA))
    names = options.names or NAMES
    outcomes = [
        run(name, file, options.out) for name in names if name in WITH_OWN_DATABASES
    ]
    if others := [name for name in names if name not in WITH_OWN_DATABASES]:
        outcomes += run_on_empty(others, file, options.out)
    return 0 if all(outcome.met() for outcome in outcomes if outcome) else 1


def run_on_empty(names: list[str], file: Path, folder: Path) -> list[Outcome | None]:
    """Each on a database that only the migrations have filled."""
    with Workspace() as workspace:
        try:
            use_database(workspace)
        except MissingError as missing:
            skip(", ".join(names), str(missing))
            return []
        empty = snapshot()
        outcomes = []
        for name in names:
            empty.put_back()
            outcomes.append(run(name, file, folder))
        return outcomes


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", choices=[[], *NAMES], help="default: all of them"
    )
    parser.add_argument(
        "--out", type=Path, default=ROOT / "var" / "bench", help="where the JSON goes"
    )
    return parser.parse_args()


def skip(what: str, reason: str) -> None:
    sys.stdout.write(f"bench skipped ({what}): {reason}\n")


def use_database(workspace: Workspace) -> None:
    """A migrated database on a private server; settings are read only now."""
    os.environ |= {
        "DATABASE_URL": create_database(start_postgresql(workspace)),
        "DATA_DIR": str(workspace.path),
        "SECRET_KEY": "only-for-the-bench",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("migrate", database="vault", verbosity=0)


def snapshot() -> "Snapshot":
    """Of the migrated database: each bench begins with it."""
    made: Snapshot = import_module("tests.bench.snapshot").Snapshot("empty")
    return made


def run(name: str, file: Path, folder: Path) -> Outcome | None:
    # Imported by name, because the modules need Django set up.
    module = import_module(f"tests.bench.bench_{name}")
    if module.READS_FILE and not file.exists():
        skip(name, f"the file {file.name} is missing; name one with BENCH_DATA")
        return None
    try:
        outcome: Outcome = module.bench(file)
    except MissingError as missing:
        skip(name, str(missing))
        return None
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(outcome.as_json() + "\n", encoding="utf-8")
    sys.stdout.write(outcome.text() + "\n")
    return outcome


if __name__ == "__main__":
    sys.exit(main())
