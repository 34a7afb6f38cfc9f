"""The whole portal in real processes: it starts, survives losses, and leaves nothing."""

from datetime import datetime
from typing import Any

import psycopg
import pytest

from tests.conftest import needed
from tests.processes import alive, tree, wait_until
from tests.stack import Stack, status

pytestmark = pytest.mark.stack


def heartbeats(stack: Stack) -> list[tuple[Any, ...]]:
    return stack.query("SELECT at FROM portal_heartbeat WHERE name = 'tick'")


def tick_arrives(stack: Stack) -> datetime:
    """Send a tick through the queue, wait for its mark, and say when it was made."""
    before = heartbeats(stack)
    stack.send_task("portal.tick")
    wait_until(lambda: heartbeats(stack) != before, "a heartbeat")
    ((at,),) = heartbeats(stack)
    assert isinstance(at, datetime)
    return at


def test_every_part_serves(stack: Stack) -> None:
    assert {part.name for part in stack.parts if part.running} >= {"web", "worker", "beat"}
    assert status(stack.ready_url) == 200
    assert status(stack.web_url) == 200


def test_the_database_is_what_the_portal_asks_for(stack: Stack) -> None:
    assert stack.query("SHOW server_encoding") == [("UTF8",)]
    stack.manage("check", "--database", "default")


def test_a_tick_goes_through_the_queue(stack: Stack) -> None:
    assert tick_arrives(stack) < tick_arrives(stack)


def test_a_lost_worker_is_replaced(stack: Stack) -> None:
    family = tree(stack.worker.pid)
    stack.worker.kill()
    assert not any(map(alive, family))
    stack.send_task("portal.tick")
    before = heartbeats(stack)

    stack.worker.start()

    # What was sent meanwhile has waited in the queue.
    wait_until(lambda: heartbeats(stack) != before, "the heartbeat owed")
    tick_arrives(stack)


def test_a_lost_database_is_reported_and_found_again(stack: Stack) -> None:
    server = stack.postgresql.part
    if server is None:
        pytest.skip("PostgreSQL: the server of TEST_DATABASE_URL is not ours to stop")
    server.kill()
    assert (status(stack.live_url), status(stack.ready_url)) == (200, 503)

    server.start()

    wait_until(lambda: status(stack.ready_url) == 200, "ready again")
    tick_arrives(stack)


def test_no_page_fails_on_a_connection_that_was_lost(stack: Stack) -> None:
    server = stack.postgresql.part
    if server is None:
        pytest.skip("PostgreSQL: the server of TEST_DATABASE_URL is not ours to stop")
    # More than there are threads to keep one.
    pages = [stack.web_url] * 20
    assert {*map(status, pages)} == {200}
    server.kill()
    server.start()

    assert {*map(status, pages)} == {200}


def test_it_leaves_nothing_behind() -> None:
    with needed(Stack) as stack:
        pids = [pid for part in stack.parts for pid in tree(part.pid)]
        path, url = stack.workspace.path, stack.database_url
        assert all(map(alive, pids))

    assert not any(map(alive, pids))
    assert not path.exists()
    # Each came to its end in order; none had to be killed.
    assert {part.name: part.exit_code for part in stack.parts if part.exit_code} == {}
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
