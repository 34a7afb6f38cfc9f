"""The worker and the tick go on with official files, whoever comes first."""

from datetime import datetime

import pytest

from portal.tasks import run_intake, run_tick
from portal.tick import STEPS, tick
from registry.intake import delivering
from registry.models import Delivery, Listing
from tests.deliveries import as_csv, deliver, make_penalty_rules, penalty
from tests.factories import make_authority, make_staff

pytestmark = pytest.mark.django_db
INTAKE = [step for step in STEPS if step[0] == "intake"]


def test_the_task_checks_and_then_the_tick_releases(now: datetime) -> None:
    make_penalty_rules()
    maker, checker = make_staff(make_authority())
    delivery = deliver(as_csv([penalty(1), penalty(2)]), maker, at=now)

    run_intake()
    assert Delivery.objects.get().state == Delivery.State.CHECKED

    delivering.submit(delivery, by=maker, at=now)
    delivering.approve(delivery, by=checker, at=now)
    assert tick(now, INTAKE) == []
    assert Delivery.objects.get().state == Delivery.State.RELEASED
    assert Listing.objects.released().count() == 2


def test_the_tick_of_a_worker_leaves_a_release_to_the_task_that_has_the_time(
    now: datetime,
) -> None:
    make_penalty_rules()
    maker, checker = make_staff(make_authority())
    delivery = deliver(as_csv([penalty(1)]), maker, at=now)
    run_intake()
    delivering.submit(delivery, by=maker, at=now)
    delivering.approve(delivery, by=checker, at=now)

    run_tick()

    assert Delivery.objects.get().state == Delivery.State.RELEASING


def test_a_file_that_is_gone_is_given_up_and_stops_no_other(now: datetime) -> None:
    make_penalty_rules()
    maker, _ = make_staff(make_authority())
    gone = deliver(as_csv([penalty(1)]), maker, at=now)
    deliver(as_csv([penalty(2)]), maker, at=now)
    Delivery.objects.filter(pk=gone.pk).update(digest="ab" * 32)

    run_intake()

    first, second = Delivery.objects.order_by("pk")
    assert (first.state, second.state) == ("withdrawn", "checked")
    assert first.fault == "存放的文件已经变化，没有办理。请重新报送。"
    assert [step.act for step in first.steps.all()] == ["upload", "fail"]
