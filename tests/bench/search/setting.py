"""What a run is about: the queries, and the registers they are put to.

BENCH_ROWS takes a part of that many rows only, BENCH_ENGINE one engine only,
BENCH_QUERIES another file of queries.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.bench.search import registrations
from tests.bench.search.contents import contents
from tests.bench.search.queries import Query, make_queries, read_queries
from tests.bench.search.registers import ENGINES, KEPT, Content, Register, open_register
from tests.bench.search.server import start_kept_postgresql
from tests.processes import Workspace
from tests.servers import MissingError

QUERIES = registrations.FOLDER / "search-queries.tsv"


@dataclass(frozen=True)
class Setting:
    """Servers end with the workspace; what was loaded stays."""

    workspace: Workspace

    @cached_property
    def given(self) -> list[Query]:
        path = Path(os.environ.get("BENCH_QUERIES", QUERIES))
        return read_queries(path) if path.exists() else []

    @cached_property
    def contents(self) -> list[Content]:
        targets = {query.target for query in self.given}
        return contents(registrations.files(), targets)

    @cached_property
    def queries(self) -> list[Query]:
        """All of them about the part, which every register holds."""
        rows = list(registrations.read(self.contents[0].files))
        return self.given + make_queries(rows)

    def registers(self) -> Iterator[Register]:
        """On each engine the part first; filled where they are not yet."""
        for engine in os.environ.get("BENCH_ENGINE", " ".join(ENGINES)).split():
            try:
                server = (
                    start_kept_postgresql(self.workspace, KEPT)
                    if engine == "postgresql"
                    else None
                )
            except MissingError as missing:
                say(f"bench skipped (search on {engine}): {missing}")
                continue
            for content in self.contents:
                say(f"register of {content.label} on {engine}")
                yield open_register(engine, content, server)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
