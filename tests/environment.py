"""What the suite needs in the environment before Django reads its settings.

Loaded as a plug-in (`-p tests.environment`), because settings are read before
any conftest.
"""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="portal-test-"))
Path(os.environ["DATA_DIR"]).mkdir(parents=True, exist_ok=True)
