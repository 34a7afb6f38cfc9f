from pathlib import Path

import pytest

from tests.ledger_world.life import Life


@pytest.fixture(scope="session")
def life() -> Life:
    """Five honest months; nobody changes it."""
    return Life(seed=3, days=150)


@pytest.fixture
def published(life: Life, tmp_path: Path) -> Path:
    return life.publish(tmp_path)
