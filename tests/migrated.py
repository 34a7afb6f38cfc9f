"""The databases of an empty register on SQLite: migrated once, copied from then on.

To migrate both takes a machine some twenty seconds, and a campaign begins a new register
with almost every step.
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAIN, VAULT = "db.sqlite3", "vault.sqlite3"
MIGRATE = """
import django; django.setup()
from django.core.management import call_command
for alias in ("default", "vault"):
    call_command("migrate", database=alias, verbosity=0)
"""


def put_databases(data: Path, *names: str) -> None:
    """Copies of these databases where a register with this DATA_DIR looks for them."""
    for name in names:
        shutil.copyfile(migrated() / name, data / name)


@cache
def migrated() -> Path:
    """The folder of the databases that nobody uses; gone with the process."""
    folder = Path(tempfile.mkdtemp(prefix="migrated-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", MIGRATE],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "SECRET_KEY": "only-for-the-campaign",
            "DATA_DIR": str(folder),
        },
        check=True,
    )
    return folder
