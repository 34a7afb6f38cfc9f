"""The feed of a long ledger that is being written: nothing missed, nothing twice."""

from threading import Thread
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import DjangoAssertNumQueries

from tests.portal.api.paper import NOTICE, RULE, ended, listed, publish, sign, write
from tests.portal.api.reader import Reader, page, read_all

pytestmark = pytest.mark.django_db


@settings(
    max_examples=30,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    steps=st.lists(
        st.one_of(
            st.lists(st.sampled_from("lnn"), max_size=5),
            st.just("sign"),
            st.integers(1, 4),
        ),
        max_size=15,
    )
)
def test_reading_while_it_is_written_misses_and_repeats_nothing(
    client: Client, steps: list[Any]
) -> None:
    """Listings and notices are written, signed and read in any order."""
    cache.clear()
    publish(RULE)
    begins = position = page(client)["signed"] - 1
    seen: list[int] = []
    for step in [*steps, "sign", *[4] * 20]:
        if step == "sign":
            sign()
        elif isinstance(step, int):
            answer = page(client, after=position, limit=step)
            seen += [change["n"] for change in answer["changes"]]
            position = answer["next"]
        else:
            write(
                listed(n, rule=begins) if kind == "l" else NOTICE
                for n, kind in enumerate(step)
            )

    kinds = [kind for step in steps if isinstance(step, list) for kind in step]
    assert seen == [begins + 1 + n for n, kind in enumerate(kinds) if kind == "l"]


@pytest.mark.django_db(transaction=True)
def test_reading_beside_a_writer_misses_and_repeats_nothing(client: Client) -> None:
    publish(RULE)

    def work() -> None:
        try:
            for n in range(40):
                write([listed(10 * n), NOTICE, listed(10 * n + 1)])
                if n % 3 == 0:
                    sign()
            sign()
        finally:
            connections.close_all()

    writer = Thread(target=work)
    writer.start()
    position, seen = 0, []
    while writer.is_alive() or page(client, after=position)["changes"]:
        # It reads as often as it can, and on a busy machine the writer takes long.
        cache.clear()
        answer = page(client, after=position, limit=7)
        seen += [change["n"] for change in answer["changes"]]
        position = answer["next"]
    writer.join()

    assert seen == [n for n in range(1, 121) if n % 3 != 2]


def test_a_hundred_thousand_entries_page_through(client: Client) -> None:
    n_listed = 60_000

    def entries() -> Any:
        yield RULE
        yield from (listed(n) for n in range(n_listed))
        # Every third of them ends; the rest of the ledger is notices.
        yield from (ended(1 + n) for n in range(0, n_listed, 3))
        yield from (NOTICE for _ in range(100_000 - 1 - n_listed - 20_000))

    publish(*entries())

    changes = read_all(client, limit=1000)

    assert [change["n"] for change in changes] == list(range(80_001))
    active = Reader().take(changes).active("2026-03-16")
    assert active == {1 + n for n in range(n_listed) if n % 3}


@pytest.mark.parametrize("limit", [1, 10, 1000])
def test_the_number_of_queries_is_the_same_for_every_page(
    client: Client, limit: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    publish(RULE, *(listed(n) for n in range(600)), *(ended(1 + n) for n in range(600)))

    # The clock, whether the register is whole, how much is signed, the entries, the
    # listings they speak of and the rules of those.
    with django_assert_num_queries(6):
        page(client, limit=limit, after=300)
