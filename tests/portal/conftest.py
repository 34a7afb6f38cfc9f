import pytest
from django.core.cache import cache

from portal.catalogs import compile_all


@pytest.fixture(scope="session", autouse=True)
def translations_ready() -> None:
    compile_all()


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    """Counts outlive a request, not a test."""
    cache.clear()
