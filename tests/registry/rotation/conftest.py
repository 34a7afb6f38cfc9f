from pathlib import Path

import pytest
from django.conf import LazySettings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    """Keys of its own for every test, none yet."""
    settings.KEYS_DIR = tmp_path / "keys"
    return tmp_path / "keys"
