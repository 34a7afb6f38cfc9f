from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from registry import clock
from registry.models import Instance
from registry.models.instance import begin_request, end_request

DAY = 24 * 60 * 60


@pytest.mark.django_db
def test_it_is_the_time_of_the_machine(now: datetime) -> None:
    assert clock.now() == now


@pytest.mark.django_db
def test_the_offset_of_a_marked_database_moves_it(now: datetime, today: date) -> None:
    Instance.objects.mark(Instance.Purpose.TEST, clock_offset=3 * DAY)

    assert clock.now() == now + timedelta(days=3)
    assert clock.today() == date(2026, 3, 19)


@pytest.mark.django_db
def test_a_page_asks_once_and_the_next_one_anew(client: Client, now: datetime) -> None:
    with CaptureQueriesContext(connection) as first:
        client.get("/search/", {"q": "澄川"})
    Instance.objects.filter(pk=1).update(clock_offset=3 * DAY)
    with CaptureQueriesContext(connection) as second:
        client.get("/search/", {"q": "澄川"})

    assert [asks_for_the_mark(first), asks_for_the_mark(second)] == [1, 1]
    assert clock.now() == now + timedelta(days=3)


@pytest.mark.django_db
def test_within_a_request_the_clock_is_not_moved(now: datetime) -> None:
    begin_request()
    seen = [clock.now()]
    Instance.objects.filter(pk=1).update(clock_offset=3 * DAY)
    seen.append(clock.now())
    end_request()
    seen.append(clock.now())

    assert seen == [now, now, now + timedelta(days=3)]


def asks_for_the_mark(asked: CaptureQueriesContext) -> int:
    return sum(Instance._meta.db_table in one["sql"] for one in asked.captured_queries)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        pytest.param(
            datetime(2026, 3, 16, 15, 59, 59, tzinfo=UTC),
            date(2026, 3, 16),
            id="last second",
        ),
        pytest.param(
            datetime(2026, 3, 16, 16, tzinfo=UTC), date(2026, 3, 17), id="midnight"
        ),
        pytest.param(
            datetime(1988, 7, 1, 15, 30, tzinfo=UTC),
            date(1988, 7, 2),
            id="summer time of 1988",
        ),
    ],
)
def test_the_day_is_the_one_in_shanghai(moment: datetime, day: date) -> None:
    assert clock.day_of(moment) == day


@pytest.fixture
def production(transactional_db: None) -> Iterator[None]:
    """A database without a mark, as migrations alone make it."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {Instance._meta.db_table}")
    Instance.objects.forget()
    yield
    # The reset marks it again.
    Instance.objects.forget()


@pytest.mark.usefixtures("production")
def test_production_has_no_offset_and_pays_no_query(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert clock.now() == now
    with django_assert_num_queries(0):
        assert clock.now() == now


@pytest.mark.usefixtures("production")
def test_a_mark_makes_its_own_table(now: datetime) -> None:
    Instance.objects.mark(Instance.Purpose.DEMO, clock_offset=-60)

    assert Instance.objects.current() == Instance.objects.get(purpose="demo")
    assert clock.now() == now - timedelta(minutes=1)


@pytest.mark.django_db
def test_a_second_mark_replaces_the_first() -> None:
    Instance.objects.mark(Instance.Purpose.DEMO, clock_offset=5)
    Instance.objects.mark(Instance.Purpose.TEST)

    assert list(Instance.objects.values_list("purpose", "clock_offset")) == [("test", 0)]
