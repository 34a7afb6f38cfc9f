"""What people press at the same moment, each in a transaction of their own: one effect."""

from collections.abc import Callable

import pytest
from django.db import connection

from registry.models import Authority, Listing, Outbox, Role, User
from repair import actions
from repair.models import Application, Step
from tests.factories import AT, make_user
from tests.registry.test_accounts_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
Act, Status = Step.Act, Application.Status
Task = Callable[[], object]


@pytest.fixture(autouse=True)
def rows_are_locked() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")


@pytest.fixture
def proposed(application: Application, clerk: User) -> Application:
    accepted = actions.accept_application(application, by=clerk, at=AT)
    return actions.propose_grant(accepted, "已核实。", by=clerk, at=AT)


@pytest.fixture
def second(authority: Authority) -> User:
    return make_user("second", authority, Role.REPAIR_CLERK, Role.REPAIR_DECIDER)


def n_done(results: list[object]) -> int:
    return sum(isinstance(result, Application) for result in results)


def test_two_deciders_decide_once(
    proposed: Application, decider: User, second: User, listing: Listing
) -> None:
    results = at_once(
        lambda: actions.grant_repair(proposed, "1号", by=decider, at=AT),
        lambda: actions.refuse_repair(proposed, "不同意。", by=second, at=AT),
    )

    assert n_done(results) == 1
    proposed.refresh_from_db()
    decided = Step.objects.filter(act__in=(Act.GRANT, Act.REFUSE))
    assert [step.after for step in decided] == [proposed.status]
    listing.refresh_from_db()
    granted = proposed.status == Status.GRANTED
    assert (listing.ended_at is not None) == granted
    assert Outbox.objects.filter(kind__in=("repair.granted", "repair.refused")).count() == 1


def test_a_double_click_grants_once(proposed: Application, decider: User) -> None:
    click: Task = lambda: actions.grant_repair(  # noqa: E731 -- the same four times
        proposed, "1号", by=decider, at=AT, key="k"
    )

    # Each click is told that it is done.
    assert n_done(at_once(*[click] * 4)) == 4
    assert Step.objects.filter(act=Act.GRANT).count() == 1


def test_two_clerks_accept_once(
    application: Application, clerk: User, second: User
) -> None:
    results = at_once(
        lambda: actions.accept_application(application, by=clerk, at=AT),
        lambda: actions.accept_application(application, by=second, at=AT),
    )

    assert n_done(results) == 1
    application.refresh_from_db()
    assert application.assignee == application.clerk


def test_two_lists_of_the_same_accept_each_once(
    application: Application, clerk: User, second: User
) -> None:
    results = at_once(
        lambda: actions.accept_many([application], by=clerk, at=AT, key="a"),
        lambda: actions.accept_many([application], by=second, at=AT, key="b"),
    )

    batches = [result for result in results if isinstance(result, actions.Batch)]
    assert sorted(len(batch.done) for batch in batches) == [0, 1]
    assert sorted(len(batch.refused) for batch in batches) == [0, 1]
    assert Step.objects.filter(act=Act.ACCEPT).count() == 1


def test_a_decision_is_put_off_once(
    application: Application, clerk: User, decider: User, second: User
) -> None:
    actions.accept_application(application, by=clerk, at=AT)

    results = at_once(
        lambda: actions.extend_decision(application, 3, "需要核查。", by=decider, at=AT),
        lambda: actions.extend_decision(application, 5, "需要核查。", by=second, at=AT),
    )

    assert n_done(results) == 1
    assert Step.objects.filter(act=Act.EXTEND).count() == 1


def test_two_ticks_count_once_and_remind_once(
    application: Application, clerk: User
) -> None:
    User.objects.filter(pk=clerk.pk).update(email="clerk@example.cn")
    Application.objects.update(accept_due_on="2026-03-17")

    at_once(*[lambda: actions.recount_open(AT)] * 3)
    Application.objects.update(accept_due_on="2026-03-17")
    at_once(*[lambda: actions.remind_due(AT)] * 3)

    assert Step.objects.filter(act=Act.RECOUNT).count() == 1
    assert Outbox.objects.filter(kind="desk.due_soon").count() == 1
