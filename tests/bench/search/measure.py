"""A job: ask a register everything, and tell how well and how fast it answered.

Once to warm up, when the answers are judged; then three rounds by the clock, a bare
indexed look-up right before each question, so that both meet the same machine.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby, starmap
from operator import attrgetter
from pathlib import Path
from typing import Any

from django.db import connection
from tqdm import tqdm

from registry import clock
from registry.models import Identifier
from registry.search import Filters, Hit, QueryError, search
from tests.bench.search import figures, peers, queries
from tests.bench.search.figures import milliseconds
from tests.bench.search.oracle import Found, fits, is_judged
from tests.bench.search.queries import Query

ROUNDS = 3
BARE = "SELECT entity_id FROM registry_identifier WHERE kind = 'uscc' AND value = %s"
Ask = Callable[[], object]


def job(file: str) -> dict[str, Any]:
    asked = sorted(queries.load(Path(file)), key=attrgetter("group"))
    here = [query for query in asked if is_here(query)]
    by_group = [
        (group, [*members]) for group, members in groupby(here, attrgetter("group"))
    ]
    at = clock.now()
    groups = [
        measured(group, members, at) for group, members in tqdm(by_group, disable=None)
    ]
    return {"n_absent": len(asked) - len(here), "groups": groups, **peers.measured(here)}


def is_here(query: Query) -> bool:
    """A target that no file of this run holds says nothing about the search."""
    return (
        not query.target or Identifier.objects.filter(value=query.target.upper()).exists()
    )


def measured(group: str, members: Sequence[Query], at: datetime) -> dict[str, Any]:
    answers = [answer_of(query, at) for query in members]
    asks = [partial(answer_of, query, at, after(query, at)) for query in members]
    rounds = [timed(asks) for _ in range(ROUNDS)]
    judgements = starmap(judged, zip(members, answers, strict=True))
    return {
        "group": group,
        "n": len(members),
        "n_refused": answers.count(None),
        **figures.speed([ours for ours, _ in rounds], [bare for _, bare in rounds]),
        **(figures.quality(judgements) if is_judged(members[0]) else {}),
    }


# --- Asking -------------------------------------------------------------------------------


def answer_of(query: Query, at: datetime, after: str = "") -> list[Hit] | None:
    """The hits; None where the text was refused."""
    narrow = filters_of(query, at)
    try:
        return search(
            query.text,
            filters=narrow,
            after=after,
            limit=query.limit,
            at=at if query.facets else None,
            divide=query.facets,
        ).hits
    except QueryError:
        return None


def after(query: Query, at: datetime) -> str:
    """What leads to the page that is asked for; empty on the first."""
    place = ""
    for _ in range(query.page - 1):
        page = search(query.text, filters=filters_of(query, at), after=place)
        place = page.after
    return place


def filters_of(query: Query, at: datetime) -> Filters:
    listed_at = at if query.listed else None
    return Filters(query.kind, query.region, listed_at, query.section)


def timed(asks: Sequence[Ask]) -> tuple[list[float], list[float]]:
    """Milliseconds of each question, and of the bare look-up before each."""
    look_up = partial(bare_look_up, Identifier.objects.earliest("pk").value)
    pairs = [(milliseconds(look_up), milliseconds(ask)) for ask in asks]
    return [ours for _, ours in pairs], [bare for bare, _ in pairs]


def bare_look_up(number: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE, [number])
        cursor.fetchall()


# --- Judging ------------------------------------------------------------------------------


def judged(query: Query, hits: list[Hit] | None) -> figures.Judgement:
    found = [found_of(hit) for hit in hits or []]
    return figures.Judgement(
        places=[
            place for place, one in enumerate(found) if query.target.upper() in one.numbers
        ],
        fitting=[fits(query, one) for one in found],
        asks_one=bool(query.target),
    )


def found_of(hit: Hit) -> Found:
    entity = hit.entity
    divisions, region = {}, entity.region
    while region is not None:
        divisions[region.code] = region.name
        region = region.parent
    numbers = tuple(number.value for number in entity.identifiers.all())
    return Found(hit.matched_name or entity.name, numbers, entity.kind, divisions)
