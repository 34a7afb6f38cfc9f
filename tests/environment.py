"""What the suite needs before Django reads its settings: an environment and a database.

Loaded as a plug-in (`-p tests.environment`), because settings are read before
any conftest.
"""

import os
from collections.abc import Generator
from urllib.parse import urlsplit

import pytest

from tests.processes import Workspace
from tests.servers import (
    UNCOUNTED,
    MissingError,
    services_required,
    start_postgresql,
)

# A developer's shell may set them for the demo; a test starts from the defaults.
FROM_OUTSIDE = (
    "ALLOWED_HOSTS",
    "CACHE_URL",
    "DEBUG",
    "REDIS_URL",
    "SITE_NAME",
    "SITE_URL",
)
engine_missing = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        choices=("sqlite", "postgresql"),
        help="the database to run on: a file of its own, or a private server; without it"
        " DATABASE_URL decides, and sqlite where that is not set",
    )


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Runs around, and so before, the hook in which pytest-django loads the settings."""
    workspace = Workspace()
    # Called however the run ends, Ctrl-C included; a kill is the janitor's.
    early_config.add_cleanup(workspace.close)
    prepare(workspace)
    engine = early_config.known_args_namespace.engine
    if engine == "postgresql":
        use_postgresql(early_config, workspace)
    elif engine == "sqlite":
        os.environ.pop("DATABASE_URL", None)
    yield


def prepare(workspace: Workspace) -> None:
    for name in FROM_OUTSIDE:
        os.environ.pop(name, None)
    data = workspace.path / "data"
    # WhiteNoise warns, and so fails, where the folder it serves is missing.
    (data / "static").mkdir(parents=True)
    os.environ |= {"DATA_DIR": str(data), "SECRET_KEY": "only-for-tests-" + "x" * 40}


def use_postgresql(config: pytest.Config, workspace: Workspace) -> None:
    try:
        server = start_postgresql(workspace, UNCOUNTED)
    except MissingError as missing:
        if services_required():
            raise pytest.UsageError(f"{missing} (REQUIRE_SERVICES is set)") from missing
        os.environ.pop("DATABASE_URL", None)
        config.stash[engine_missing] = str(missing)
        return
    os.environ["DATABASE_URL"] = (
        urlsplit(server.url)._replace(path="/portal").geturl()
        if server.part
        else server.url
    )


def pytest_report_header(config: pytest.Config) -> str:
    if reason := config.stash.get(engine_missing, ""):
        return f"engine: everything is skipped, {reason}"
    return f"engine: {urlsplit(os.environ.get('DATABASE_URL', 'sqlite:')).scheme}"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    # Raised from one place, so that the summary folds all of them into one line.
    if reason := item.config.stash.get(engine_missing, ""):
        pytest.skip(reason)
