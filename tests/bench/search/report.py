"""What a run found, as the frame of the benches wants it."""

import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.bench.search.bars import verdicts
from tests.bench.search.page import page


@dataclass(frozen=True, slots=True)
class SearchReport:
    results: Mapping[str, Any]

    def met(self) -> bool:
        return all(one["met"] for one in self.results["verdicts"])

    def text(self) -> str:
        return page(self.results)

    def as_json(self) -> str:
        return json.dumps(self.results, ensure_ascii=False, indent=1)


def report(rev: str, registers: list[dict[str, Any]], pages: object) -> SearchReport:
    found: dict[str, Any] = {
        "bench": "search",
        "revision": rev,
        "python": platform.python_version(),
        "registers": registers,
        "pages": pages,
    }
    return SearchReport(found | {"verdicts": verdicts(found)})
