"""`make bench`: run the named benches, or all; text to the terminal, JSON to a file.

Runs on a private PostgreSQL. BENCH_DATA names another registration file of the same
columns, BENCH_LISTINGS another number of listings than 100,000. Ends with 1 where a
promised ratio is missed.
"""

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.core.management import call_command

from tests.bench.frame import Report
from tests.processes import Workspace
from tests.servers import MissingError, start_postgresql
from tests.stack import create_database

if TYPE_CHECKING:
    from tests.bench.snapshot import Snapshot

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DATA = ROOT.parent / "shared" / "data" / "enterprises-100k.csv.gz"
# A bench is a module bench_<name>.py with a function `bench(file) -> Report`; READS_FILE
# says whether it needs the registration file.
NAMES = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def main() -> int:
    options = read_options()
    file = Path(os.environ.get("BENCH_DATA", DATA))
    with Workspace() as workspace:
        try:
            use_database(workspace)
        except MissingError as missing:
            return skip("all of it", str(missing))
        empty = snapshot()
        reports = []
        for name in options.names or NAMES:
            empty.put_back()
            reports.append(run(name, file, options.out))
    return 0 if all(report.met() for report in reports if report) else 1


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", choices=[[], *NAMES], help="default: all of them"
    )
    parser.add_argument(
        "--out", type=Path, default=ROOT / "var" / "bench", help="where the JSON goes"
    )
    return parser.parse_args()


def skip(what: str, reason: str) -> int:
    sys.stdout.write(f"bench skipped ({what}): {reason}\n")
    return 0


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


def run(name: str, file: Path, folder: Path) -> Report | None:
    # Imported by name, because the modules need Django set up.
    module = import_module(f"tests.bench.bench_{name}")
    if module.READS_FILE and not file.exists():
        skip(name, f"the file {file.name} is missing; name one with BENCH_DATA")
        return None
    report: Report = module.bench(file)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(report.as_json() + "\n", encoding="utf-8")
    sys.stdout.write(report.text() + "\n")
    return report


if __name__ == "__main__":
    sys.exit(main())
