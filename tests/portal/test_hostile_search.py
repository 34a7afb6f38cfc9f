"""E27: whatever is sent to the search and its suggestions, the server does not fail."""

from collections import Counter

import pytest
from django.db import connection
from django.test import Client

from registry.search import index
from tests.factories import make_entity, make_identifier, make_name, make_uscc, region
from tests.hostile import addresses

# Half of them for each database.
N = 2_000
SEED = 20260316
# A register in which many of the hostile texts also find something.
BRANDS = ("青禾", "旧禾", "西安", "王", "科技", "一二三", "ABC")


@pytest.mark.django_db
@pytest.mark.timeout(600)
def test_two_thousand_hostile_questions_bring_no_error_of_the_server() -> None:
    for serial, brand in enumerate(BRANDS * 8):
        entity = make_entity(
            f"蜀州{brand}测试{serial}商贸有限公司", region=region("510107")
        )
        make_identifier(entity, make_uscc(serial))
        make_name(entity, f"Shuzhou {brand} {serial} Ltd", kind="english")
    index.rebuild()
    client = Client(raise_request_exception=False)

    failed, statuses = [], Counter[int]()
    first = connection.vendor == "postgresql"
    for serial, address in enumerate([*addresses(SEED, N)][first::2]):
        path, _, query = address.partition("?")
        # Many addresses, because one has a limit of its own.
        asker = f"192.0.{serial // 250}.{serial % 250}"
        answer = client.get(path, QUERY_STRING=query, REMOTE_ADDR=asker)
        statuses[answer.status_code] += 1
        failed += [address[:300]] if answer.status_code >= 500 else []

    assert failed == []
    # Both kinds of answer are there in numbers, and no third one.
    assert set(statuses) == {200, 400}
    assert min(statuses.values()) > N / 10
