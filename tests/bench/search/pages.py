"""The search page over HTTP beside a bare Django page of the same size, in turns.

Each is served by gunicorn with two workers and asked by four clients at once, who
share the machine with it.
"""

import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from random import Random
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.bench.search.figures import over_rounds
from tests.bench.search.queries import SEED, Query
from tests.bench.search.registers import Register
from tests.processes import Part, Workspace, free_port
from tests.stack import BIN, status

CLIENTS, WORKERS, ROUNDS = 4, 2, 3
# Of each client in a round.
REQUESTS = 150
OURS, BARE = "portal.wsgi:application", "tests.bench.search.bare:application"


@dataclass(frozen=True, slots=True)
class Answer:
    ms: float
    code: int
    n_bytes: int


@dataclass(frozen=True, slots=True)
class Site:
    url: str
    texts: Sequence[str]

    def ask(self, client: int) -> list[Answer]:
        """One client's round: one connection, one request after the other."""
        texts = self.texts[client::CLIENTS]
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=60)
        answers = [asked(connection, texts[i % len(texts)]) for i in range(REQUESTS)]
        connection.close()
        return answers


def asked(connection: HTTPConnection, text: str) -> Answer:
    start = time.perf_counter()
    connection.request("GET", f"/search/?{urlencode({'q': text})}")
    answer = connection.getresponse()
    body = answer.read()
    return Answer((time.perf_counter() - start) * 1000, answer.status, len(body))


def measured(register: Register, queries: Sequence[Query]) -> dict[str, Any]:
    register.run("assets")
    numbers = [query.target for query in queries if query.target]
    with Workspace() as workspace:
        ours = Site(serve(workspace, register, OURS), texts_of(queries))
        _, warm = round_of(ours)
        size = int(statistics.median(answer.n_bytes for answer in warm))
        address = serve(workspace, register, BARE, BENCH_PAGE_BYTES=f"{size}")
        bare = Site(address, numbers)
        round_of(bare)
        rounds = [(round_of(ours), round_of(bare)) for _ in range(ROUNDS)]
    return {
        "n_bytes": size,
        "n_entities": register.facts()["loaded"]["n_entities"],
        "ours": figures([one for one, _ in rounds]),
        "bare": figures([other for _, other in rounds]),
    }


def texts_of(queries: Sequence[Query]) -> list[str]:
    """All groups mixed, as visitors would be; only first pages of plain searches."""
    plain = [
        query.text
        for query in queries
        if not (query.facets or query.page > 1 or query.group.startswith("filter"))
    ]
    Random(SEED).shuffle(plain)
    return plain


def serve(workspace: Workspace, register: Register, site: str, **env: str) -> str:
    """Start it and wait until it answers; it ends with the workspace."""
    url = f"http://127.0.0.1:{free_port()}"
    gunicorn = [str(BIN / "gunicorn"), site, "--no-control-socket"]
    gunicorn += ["--bind", urlsplit(url).netloc, "--threads", "4"]
    gunicorn += ["--workers", f"{WORKERS}"]
    wait = partial(status, f"{url}/")
    environment = register.environment(**env)
    Part(workspace, site.partition(":")[0], gunicorn, wait, environment).start()
    return url


def round_of(site: Site) -> tuple[float, list[Answer]]:
    """Seconds, and every answer; each was a page or this is no measurement."""
    start = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        answers = [one for some in clients.map(site.ask, range(CLIENTS)) for one in some]
    seconds = time.perf_counter() - start
    codes = {answer.code for answer in answers}
    assert codes == {200}, f"{site.url} answered {sorted(codes)}"
    return seconds, answers


def figures(rounds: Sequence[tuple[float, Sequence[Answer]]]) -> dict[str, float]:
    """Medians over the rounds."""
    times = [[answer.ms for answer in answers] for _, answers in rounds]
    rates = [len(answers) / seconds for seconds, answers in rounds]
    return {
        "p50_ms": round(over_rounds(times, 0.5), 1),
        "p95_ms": round(over_rounds(times, 0.95), 1),
        "per_s": round(statistics.median(rates), 1),
    }
