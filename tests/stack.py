"""The portal as it runs in production, private to one owner: servers, web, worker, beat.

Ordinary child processes on free loopback ports, in one temporary folder. They
end with the `with` block, or with the process that owns them.
"""

import os
import secrets
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import psycopg
from celery import Celery
from psycopg import sql

from tests.processes import Part, Workspace, free_port
from tests.servers import CARELESS, Server, said, start_postgresql, start_redis

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
WORKER = "worker@stack"
# In one process, because starting Django takes longer than any of the three.
PREPARE = """
from django.core.management import call_command
from registry.models import Instance
call_command("migrate", verbosity=0)
call_command("migrate", database="vault", verbosity=0)
Instance.objects.mark(Instance.Purpose.TEST)
call_command("compile_catalogs", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
"""


class Stack:
    """PostgreSQL, Redis, gunicorn, a Celery worker and the beat, each startable by itself.

    The database is migrated, marked as test and holds the reference rows only.
    `durable` makes the servers keep what they confirmed, for tests that cut the
    power. MissingError says what the machine lacks; then nothing is left running.
    """

    def __init__(self, *, durable: bool = False, n_web: int = 2) -> None:
        self._endings = ExitStack()
        self.workspace = Workspace()
        self._endings.callback(self.workspace.close)
        with self._closed_on_error():
            self._start_servers(durable)
            self._make_portal(n_web)

    def _start_servers(self, durable: bool) -> None:
        self.postgresql = start_postgresql(self.workspace, () if durable else CARELESS)
        self.redis = start_redis(self.workspace, durable=durable)
        self.redis_url = self.redis.url
        self.database_url = create_database(self.postgresql)
        self._endings.callback(drop_database, self.postgresql, self.database_url)
        # A database is dropped when its clients have left.
        self._endings.callback(self.workspace.stop)
        self._sender = Celery(broker=self.redis_url, set_as_current=False)
        self._endings.callback(self._sender.close)

    def _make_portal(self, n_web: int) -> None:
        port = free_port()
        self.web_url = f"http://127.0.0.1:{port}"
        self.data_dir = self.workspace.path / "data"
        self.data_dir.mkdir()
        self.env = self._environment()
        celery = [str(BIN / "celery"), "-A", "portal"]
        gunicorn = [str(BIN / "gunicorn"), "portal.wsgi:application", "--no-control-socket"]
        gunicorn += [
            "--bind",
            f"127.0.0.1:{port}",
            "--workers",
            f"{n_web}",
            "--threads",
            "4",
        ]
        worker = [*celery, "worker", "--concurrency", "1", "--hostname", WORKER]
        beat = [*celery, "beat", "--schedule", str(self.data_dir / "schedule")]
        beat += ["--pidfile=", "--loglevel=INFO"]
        self.web = self._part("web", gunicorn, lambda: status(self.live_url) == 200)
        self.worker = self._part("worker", worker, self.worker_answers)
        self.beat = self._part("beat", beat, lambda: "beat: Starting..." in self.beat.log())

    def _environment(self) -> dict[str, str]:
        """What a service file would set; of ours only what a shell needs."""
        inherited = {
            name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ
        }
        return inherited | {
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "CACHE_URL": self.redis_url,
            "DATA_DIR": str(self.data_dir),
            "SITE_URL": self.web_url,
        }

    def _part(
        self, name: str, command: Sequence[str], healthy: Callable[[], object]
    ) -> Part:
        return Part(self.workspace, name, command, healthy, self.env)

    @property
    def live_url(self) -> str:
        return f"{self.web_url}/healthz/live"

    @property
    def ready_url(self) -> str:
        return f"{self.web_url}/healthz/ready"

    @property
    def parts(self) -> list[Part]:
        """Every process of ours, servers first; those given from outside are not."""
        return self.workspace.parts

    def start(self) -> Self:
        """Migrate, then start what is not yet running; returns when all of it serves."""
        self.manage("shell", "--verbosity=0", "--command", PREPARE)
        starting = [part for part in self.parts if not part.running]
        for part in starting:
            part.launch()
        for part in starting:
            part.wait()
        return self

    def manage(self, *arguments: str, within: float = 120) -> str:
        """What a management command says; CalledProcessError carries its `stderr`."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            check=False,
            capture_output=True,
            text=True,
            timeout=within,
        )
        return said(done)

    def query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows straight from the database, on a connection of its own."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            return connection.execute(statement, values).fetchall()

    def send_task(self, name: str, *arguments: object) -> None:
        """Put a task in the queue, as another host would."""
        self._sender.send_task(name, arguments)

    def worker_answers(self) -> bool:
        return bool(self._sender.control.ping([WORKER], timeout=0.5))

    def close(self) -> None:
        """Stop everything and leave nothing behind. Safe to call twice."""
        self._endings.close()

    @contextmanager
    def _closed_on_error(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        with self._closed_on_error():
            return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def status(url: str) -> int:
    """The status code of a page; 0 where nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            code: int = answer.status
            return code
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code
    except OSError:
        return 0


def create_database(server: Server) -> str:
    """A database of its own on the server; returns its address."""
    name = f"portal_{secrets.token_hex(4)}"
    # template0, so that it is UTF8 whatever the server's own template is.
    command = sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0")
    execute(server, command.format(sql.Identifier(name)))
    return urlsplit(server.url)._replace(path=f"/{name}").geturl()


def drop_database(server: Server, url: str) -> None:
    """Only on a server that stays; our own goes with its folder."""
    if server.part is None:
        command = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        execute(server, command.format(sql.Identifier(urlsplit(url).path[1:])))


def execute(server: Server, command: sql.Composed) -> None:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(command)
