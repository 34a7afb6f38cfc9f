"""A PostgreSQL whose files stay: a million rows are loaded once, not for every run."""

import secrets
from pathlib import Path

from tests.processes import Workspace
from tests.servers import (
    CARELESS,
    Server,
    find_postgresql,
    init_cluster,
    make_owned,
    postgresql_folders,
    postgresql_version,
    serve_cluster,
)

# As on a machine that serves little else, but one core to a query: the clients of the
# bench share the machine with the server.
OPTIONS = (
    "jit=off",
    "shared_buffers=1GB",
    "effective_cache_size=3GB",
    "maintenance_work_mem=512MB",
    "max_wal_size=4GB",
    "max_parallel_workers_per_gather=0",
    "max_parallel_maintenance_workers=0",
)


def start_kept_postgresql(workspace: Workspace, folder: Path) -> Server:
    """The server of this folder, made where there is none; MissingError without binaries.

    It ends with the workspace, its files stay. One process at a time can have it.
    """
    binaries = find_postgresql(postgresql_folders())
    home = folder / f"postgresql-{postgresql_version(binaries)}"
    if not home.exists():
        folder.mkdir(parents=True, exist_ok=True)
        init_cluster(binaries, make_owned(home), secrets.token_urlsafe(16))
    password = (home / "password").read_text(encoding="ascii")
    return serve_cluster(workspace, binaries, home, password, (*CARELESS, *OPTIONS))
