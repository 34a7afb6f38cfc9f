"""What is owed is sent at least once, in order, and one bad message stops no other."""

from datetime import datetime, timedelta

import pytest

from portal import outbox
from registry.models import Outbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A receiver of kind `test.…`; it refuses the row called `bad`."""
    received: list[str] = []

    def receive(message: Outbox, at: datetime) -> None:
        if message.row == "bad":
            raise ConnectionError("secret words of the other side")
        received.append(message.row)

    monkeypatch.setitem(outbox.SENDERS, "test", receive)
    return received


def owe(row: str, at: datetime, kind: str = "test.message") -> Outbox:
    return Outbox.objects.create(
        kind=kind, row=row, dedupe=f"{kind}:{row}", made_at=at, next_try_at=at
    )


def test_it_sends_each_once_and_in_order(delivered: list[str], now: datetime) -> None:
    for row in ("a", "b", "c"):
        owe(row, now)

    assert outbox.relay(now) == 3
    assert outbox.relay(now) == 0

    assert delivered == ["a", "b", "c"]
    assert not Outbox.objects.filter(sent_at=None).exists()


def test_a_message_that_fails_waits_and_stops_no_other(
    delivered: list[str], now: datetime
) -> None:
    bad = owe("bad", now)
    owe("good", now)

    assert outbox.relay(now) == 1

    assert delivered == ["good"]
    bad.refresh_from_db()
    # The words of the failure may quote the message, so only its kind is kept.
    assert (bad.tries, bad.fault, bad.sent_at) == (1, "ConnectionError", None)
    assert bad.next_try_at == now + timedelta(minutes=1)


def test_waits_grow_and_then_stay(delivered: list[str], now: datetime) -> None:
    bad = owe("bad", now)
    waits = []

    for _ in range(7):
        outbox.relay(bad.next_try_at)
        before = bad.next_try_at
        bad.refresh_from_db()
        waits.append((bad.next_try_at - before) // timedelta(minutes=1))

    assert waits == [1, 5, 30, 120, 720, 720, 720]


def test_what_is_not_due_waits(delivered: list[str], now: datetime) -> None:
    owe("later", now + timedelta(seconds=1))

    assert outbox.relay(now) == 0
    assert delivered == []


def test_what_nobody_asked_for_is_closed(now: datetime) -> None:
    owe("x", now, "listing.ended")
    owe("y", now, "review.due")

    assert outbox.relay(now) == 2
    assert not Outbox.objects.filter(sent_at=None).exists()
