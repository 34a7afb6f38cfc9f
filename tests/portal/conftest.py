import pytest
from django.core.cache import cache

from portal.catalogs import compile_all
from portal.register_state import register_state
from tests.factories import AT


@pytest.fixture(scope="session", autouse=True)
def translations_ready() -> None:
    compile_all()


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    """Counts outlive a request, not a test."""
    cache.clear()


@pytest.fixture
def state_is_told(db: None) -> None:
    """By a page of a moment ago: what the foot says is counted for all pages at once."""
    register_state(AT)
