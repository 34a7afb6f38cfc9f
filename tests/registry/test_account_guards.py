"""What stays of accounts and of who opened a person, whatever is tried."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from tests.registry.account_attempts import confirmed, step, viewing

pytestmark = pytest.mark.django_db


def test_an_account_with_a_trail_stays() -> None:
    user = step().account

    with pytest.raises(ProtectedError):
        user.delete()


@pytest.mark.parametrize(
    "table",
    ["staffstep", "viewing", "viewinghead", "factorreset", "deliverystep", "delivery"],
)
def test_nothing_empties_a_trail(table: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    name = f"registry_{table}"

    with (
        pytest.raises(IntegrityError, match=f"{name}_is_append_only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE {name} CASCADE")


def test_what_is_right_passes() -> None:
    step()
    viewing()
    confirmed()
