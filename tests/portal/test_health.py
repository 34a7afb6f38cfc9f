import pytest
from django.db import connection
from django.test import Client


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
        cursor.execute("DELETE FROM django_migrations WHERE name = '0001_heartbeat'")

    answer = client.get("/healthz/ready")

    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "reasons": ["migrations"]}


@pytest.mark.django_db
def test_a_probe_may_not_write(client: Client) -> None:
    assert client.post("/healthz/ready").status_code == 405
