"""The same questions put to what one would use otherwise, side by side with ours.

A few questions of each group suffice: what takes a thousand times longer need not be
measured to the percent.
"""

import shutil
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby, pairwise
from operator import attrgetter
from pathlib import Path
from typing import Any

import tantivy
from django.conf import settings
from django.db import connection, transaction

from registry.models import Entity
from registry.names import name_key
from registry.search import search
from tests.bench.search.figures import milliseconds
from tests.bench.search.queries import Query

GROUPS = ("brand2", "common", "full_name", "mid", "no_hit", "substring", "two_common")
# Questions of a group, and how often each is put to whoever is quick.
N, TIMES = 6, 5
PAGE = 20


@dataclass(frozen=True, slots=True)
class Peer:
    """Somebody who tells how many it shows of what it found; `facts` tell what it took
    to make it ready.
    """

    name: str
    ask: Callable[[str], int]
    facts: dict[str, Any]


def measured(asked: Sequence[Query]) -> dict[str, Any]:
    peers = [make() for make in MAKERS[connection.vendor]]
    rows = [
        row
        for group, members in groupby(asked, key=attrgetter("group"))
        if group in GROUPS
        for row in compared(group, spread(list(members)), peers)
    ]
    return {"peers": rows, "peer_facts": {peer.name: peer.facts for peer in peers}}


def spread(members: Sequence[Query]) -> list[str]:
    """`N` of them, from the first to the last."""
    return [query.text for query in members[:: max(len(members) // N, 1)][:N]]


def compared(
    group: str, texts: Sequence[str], peers: Sequence[Peer]
) -> Iterator[dict[str, Any]]:
    ours = statistics.median(quickest(partial(search, text)) for text in texts)
    for peer in peers:
        theirs = statistics.median(quickest(partial(peer.ask, text)) for text in texts)
        yield {
            "group": group,
            "peer": peer.name,
            "ours_ms": round(ours, 3),
            "theirs_ms": round(theirs, 3),
            "ratio": round(theirs / ours, 2),
            "n": len(texts),
            "n_found": sum(peer.ask(text) > 0 for text in texts),
        }


def quickest(ask: Callable[[], object]) -> float:
    """The median of some, warm; of what is slow one is enough."""
    first = milliseconds(ask)
    if first > 200:
        return first
    return statistics.median(milliseconds(ask) for _ in range(TIMES))


# --- Django's own -------------------------------------------------------------------------


def icontains() -> Peer:
    """A list page as one would write it: the rows of a page, and how many there are."""

    def ask(text: str) -> int:
        found = Entity.objects.filter(name__icontains=text)
        found.count()
        return len(list(found.order_by("pk")[:PAGE]))

    return Peer("icontains", ask, {})


# --- Trigrams -----------------------------------------------------------------------------

TRIGRAMS = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    # Beside the register, so that no plan of ours is changed by it.
    "CREATE TABLE bench_trigram AS SELECT id, name_key FROM registry_entity",
    "CREATE INDEX bench_trigram_key ON bench_trigram USING gin (name_key gin_trgm_ops)",
)


def trigrams() -> Peer:
    """`pg_trgm` on the folded names, shortest first, without a count."""
    with connection.cursor() as cursor:
        start = time.perf_counter()
        if made := "bench_trigram" not in connection.introspection.table_names(cursor):
            # Whole or not at all, whenever we are killed.
            with transaction.atomic():
                for statement in TRIGRAMS:
                    cursor.execute(statement)
            cursor.execute("VACUUM (ANALYZE) bench_trigram")
        seconds = time.perf_counter() - start if made else 0.0
        cursor.execute("SELECT pg_relation_size('bench_trigram_key')")
        (size,) = cursor.fetchone()
    return Peer("pg_trgm", like, {"bytes": size, "build_s": round(seconds, 1)})


def like(text: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM bench_trigram WHERE name_key LIKE %s"
            " ORDER BY length(name_key), id LIMIT %s",
            [f"%{name_key(text)}%", PAGE],
        )
        return len(cursor.fetchall())


# --- Tantivy ------------------------------------------------------------------------------


def tantivy_bigrams() -> Peer:
    """Pairs of characters as words, all of them wanted: top twenty and a count."""
    folder = Path(settings.DATA_DIR) / "tantivy"
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("entity", stored=True)
    builder.add_text_field("pairs", tokenizer_name="whitespace", index_option="basic")
    schema = builder.build()
    seconds = 0.0 if folder.exists() else fill(schema, folder)
    index = tantivy.Index.open(str(folder))
    searcher = index.searcher()
    size = sum(file.stat().st_size for file in folder.iterdir())

    def ask(text: str) -> int:
        words = [
            (tantivy.Occur.Must, tantivy.Query.term_query(schema, "pairs", pair))
            for pair in pairs(name_key(text))
        ]
        found = searcher.search(tantivy.Query.boolean_query(words), PAGE)
        return len([searcher.doc(address) for _score, address in found.hits])

    return Peer("tantivy", ask, {"bytes": size, "build_s": round(seconds, 1)})


def fill(schema: tantivy.Schema, folder: Path) -> float:
    """The seconds it took. Under its name it stands only whole, whenever we are killed."""
    start = time.perf_counter()
    fresh = folder.with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    writer = tantivy.Index(schema, str(fresh)).writer(num_threads=1)
    for pk, key in Entity.objects.values_list("pk", "name_key").iterator(10_000):
        document = tantivy.Document()
        document.add_integer("entity", pk)
        document.add_text("pairs", " ".join(pairs(key)))
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    fresh.rename(folder)
    return time.perf_counter() - start


def pairs(key: str) -> list[str]:
    return list(map("".join, pairwise(key)))


MAKERS: dict[str, tuple[Callable[[], Peer], ...]] = {
    "postgresql": (icontains, trigrams, tantivy_bigrams),
    "sqlite": (icontains, tantivy_bigrams),
}
