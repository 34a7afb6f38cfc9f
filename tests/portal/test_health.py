from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from portal.tick import tick
from registry import actions
from registry.logbook import signing
from tests.factories import AT, make_listing, make_rule


def test_it_lives_without_a_database(client: Client) -> None:
    answer = client.get("/healthz/live")

    assert (answer.status_code, answer.json()) == (200, {"live": True})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_it_is_ready(client: Client) -> None:
    answer = client.get("/healthz/ready")

    assert (answer.status_code, answer.json()) == (200, {"ready": True, "reasons": []})


@pytest.mark.django_db
def test_it_is_not_ready_without_a_migration(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE name = '0002_articles'")

    answer = client.get("/healthz/ready")

    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "reasons": ["migrations"]}


@pytest.mark.django_db
def test_a_probe_may_not_write(client: Client) -> None:
    assert client.post("/healthz/ready").status_code == 405


# --- The public numbers -------------------------------------------------------------------

NOTHING = {
    "at": "2026-03-16T02:00:00Z",
    "on_display": 0,
    "overdue": 0,
    "unlogged": 0,
    "unswept": 0,
    "review_overdue": 0,
    "ledger_size": 0,
    "unsigned": 0,
    "signed_age_s": None,
    "heartbeat_age_s": None,
    "outbox_age_s": None,
    "witnesses": [],
}


@pytest.mark.django_db
def test_an_empty_register_has_nothing_to_answer_for(client: Client) -> None:
    answer = client.get("/healthz/trust")

    assert (answer.status_code, answer.json()) == (200, NOTHING)
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_anybody_sees_what_is_late(client: Client) -> None:
    minute_ago = AT - timedelta(minutes=1)
    listing = make_listing(make_rule(), at=minute_ago)
    actions.hold(listing, "法院裁定", by=listing.maker, at=AT)

    numbers = client.get("/healthz/trust").json()

    # A rule, a notice and a listing, and since then a hold.
    assert (numbers["ledger_size"], numbers["unsigned"]) == (4, 1)
    assert (numbers["signed_age_s"], numbers["outbox_age_s"]) == (60, 60)
    assert numbers["on_display"] == 0

    tick(AT)
    numbers = client.get("/healthz/trust").json()
    assert (numbers["unsigned"], numbers["outbox_age_s"]) == (0, None)
    assert numbers["heartbeat_age_s"] == 0


@pytest.mark.django_db
def test_what_is_over_and_not_swept_is_counted_and_hidden(client: Client) -> None:
    # Three years, of which yesterday was the last day.
    make_listing(
        make_rule(in_force=date(2023, 1, 1)),
        noticed_on=date(2023, 3, 1),
        decided_on=date(2023, 3, 15),
        at=datetime(2023, 3, 15, 2, tzinfo=UTC),
    )

    numbers = client.get("/healthz/trust").json()

    assert (numbers["unswept"], numbers["overdue"], numbers["on_display"]) == (1, 0, 0)


def test_a_signature_that_covers_nothing_is_not_made(db: None) -> None:
    assert signing.sign(AT) == 0
