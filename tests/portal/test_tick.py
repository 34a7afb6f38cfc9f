import logging
from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from portal.models import Heartbeat
from portal.tasks import run_tick
from portal.tick import STEPS, tick
from registry.models import Instance


@pytest.mark.django_db
def test_it_leaves_a_heartbeat(now: datetime) -> None:
    assert tick(now) == []

    assert Heartbeat.objects.get(name="tick").at == now


@pytest.mark.django_db
def test_it_may_run_twice(now: datetime) -> None:
    tick(now)
    tick(now + timedelta(minutes=1))

    assert Heartbeat.objects.get().at == now + timedelta(minutes=1)


def fails(at: datetime) -> None:
    raise ValueError("not today")


@pytest.mark.django_db
def test_a_step_that_fails_stops_no_other(
    now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        failed = tick(now, (("broken", fails), *STEPS))

    assert failed == ["broken"]
    assert Heartbeat.objects.exists()
    # With the traceback, or nobody finds the cause.
    assert "ValueError: not today" in caplog.text


@pytest.mark.django_db
def test_the_task_takes_the_time_of_the_portal(now: datetime) -> None:
    Instance.objects.mark(Instance.Purpose.TEST, clock_offset=60)

    run_tick()

    assert Heartbeat.objects.get().at == now + timedelta(minutes=1)
    assert run_tick.name == "portal.tick"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "meant"),
    [
        pytest.param("2026-03-01T00:00:00Z", "2026-03-01T00:00:00+00:00", id="UTC"),
        pytest.param("2026-03-01", "2026-02-28T16:00:00+00:00", id="a day in Shanghai"),
        pytest.param("2028-03-01T09:00", "2028-03-01T01:00:00+00:00", id="the future"),
    ],
)
def test_by_hand_it_takes_a_time(said: str, meant: str) -> None:
    call_command("tick", at=said)

    assert Heartbeat.objects.get().at == datetime.fromisoformat(meant)


@pytest.mark.django_db
def test_a_malformed_time_is_refused_with_an_example() -> None:
    with pytest.raises(CommandError, match="--at tomorrow is not a time; write it as 2026"):
        call_command("tick", at="tomorrow")


@pytest.mark.django_db(transaction=True)
def test_production_does_not_run_ahead_of_time(now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {Instance._meta.db_table}")
    Instance.objects.forget()

    with pytest.raises(CommandError, match=r"lies in the future.*leave out --at"):
        call_command("tick", at=(now + timedelta(seconds=1)).isoformat())
    call_command("tick", at=now.isoformat())
    assert Heartbeat.objects.get().at == now
