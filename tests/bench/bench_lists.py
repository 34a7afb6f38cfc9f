"""Every list of the workplace with a million cases, beside the same with ten thousand.

Both registers are on one PostgreSQL, filled once and kept; each question is put to them
in turns, and what counts is how much longer the larger one takes.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.frame import revision
from tests.bench.search.registers import KEPT, migrations, text_digest
from tests.bench.search.registrations import ROOT
from tests.bench.search.server import start_kept_postgresql
from tests.processes import Workspace
from tests.servers import Server

READS_FILE = False
SMALL, LARGE = 10_000, int(os.environ.get("BENCH_LISTS", "1000000"))
MOST = 1.5


@dataclass(frozen=True, slots=True)
class ListsReport:
    name: str
    sizes: tuple[int, int]
    rev: str
    answers: list[dict[str, Any]]

    def late(self) -> list[dict[str, Any]]:
        return [answer for answer in self.answers if answer["ratio"] > MOST]

    def met(self) -> bool:
        return not self.late()

    def text(self) -> str:
        """The questions themselves were told as they were asked."""
        n, late = len(self.answers), self.late()
        worst = [f"{one['reader']} {one['page']} {one['what']}" for one in late]
        return "\n".join(
            [
                f"{self.name}: {self.sizes[0]:,} and {self.sizes[1]:,} cases,"
                f" {n} questions in turns:"
                f" {n - len(late)} take at most {MOST} times as long",
                *(f"  late: {one}" for one in worst),
            ]
        )

    def as_json(self) -> str:
        found = {"bench": self.name, "revision": self.rev, "cases": self.sizes}
        return json.dumps(
            {**found, "met": self.met(), "questions": self.answers},
            ensure_ascii=False,
            indent=1,
        )


def bench(_: Path) -> ListsReport:
    return compared("lists", (SMALL, LARGE))


def compared(name: str, sizes: tuple[int, int]) -> ListsReport:
    """What the bench of that name asks of its two registers."""
    rev = revision()
    with Workspace() as workspace:
        server = start_kept_postgresql(workspace, KEPT)
        answer = workspace.path / "answer.json"
        registers = f"{name}_{filled_by(name)}"
        command = [sys.executable, "-m", "tests.bench.lists.job", str(answer), registers]
        subprocess.run(
            [*command, *map(str, sizes)],
            cwd=ROOT,
            env=environment(server, KEPT / registers),
            check=True,
        )
        told = json.loads(answer.read_text(encoding="utf-8"))
        return ListsReport(name, sizes, rev, told)


def filled_by(name: str) -> str:
    """Named after what fills them: another migration or filling makes others."""
    files = {ROOT / "tests" / "bench" / one / "filling.py" for one in ("lists", name)}
    texts = [file.read_text(encoding="utf-8") for file in sorted(files)]
    told = json.dumps([migrations(), *texts], sort_keys=True)
    return text_digest(told)[:8]


def environment(server: Server, folder: Path) -> dict[str, str]:
    folder.mkdir(parents=True, exist_ok=True)
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME")},
        "LANG": "C.UTF-8",
        "ALLOWED_HOSTS": "testserver",
        "DATABASE_URL": server.url,
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "SECRET_KEY": "only-for-the-bench",
    }
