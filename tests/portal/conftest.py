import pytest

from portal.catalogs import compile_all


@pytest.fixture(scope="session", autouse=True)
def translations_ready() -> None:
    compile_all()
