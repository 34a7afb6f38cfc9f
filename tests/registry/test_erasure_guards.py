"""What erasure may do and nothing else, tried in the database on both engines."""

import pytest
from django.db import IntegrityError, transaction

from tests.registry import erasure_attempts
from tests.registry.erasure_attempts import ATTEMPTS, Attempt

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("name", "attempt"), ATTEMPTS)
def test_it_is_refused(name: str, attempt: Attempt) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        attempt()


def test_what_is_right_passes() -> None:
    erasure_attempts.what_is_right()
