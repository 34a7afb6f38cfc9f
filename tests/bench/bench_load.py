"""The registers that the bench of the search asks: filled and kept for it.

Fills only what is not there; remove `var/bench/registers` to measure a load again.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.frame import revision
from tests.bench.search.page import told_register
from tests.bench.search.setting import Setting
from tests.processes import Workspace

READS_FILE = True


@dataclass(frozen=True, slots=True)
class LoadReport:
    registers: list[dict[str, Any]]

    def met(self) -> bool:
        """Nothing is promised here: `import` compares a load with others."""
        return True

    def text(self) -> str:
        return "\n".join(map(told_register, self.registers))

    def as_json(self) -> str:
        found = {"bench": "load", "revision": revision(), "registers": self.registers}
        return json.dumps(found, ensure_ascii=False, indent=1)


def bench(_: Path) -> LoadReport:
    with Workspace() as workspace:
        return LoadReport([one.summary() for one in Setting(workspace).registers()])
