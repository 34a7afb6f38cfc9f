"""The site on loopback, as somebody's browser gets it: one request after the other.

It shares the one connection of its process to the database, so that whatever a batch
writes can be undone. Answers that were given to a form are kept and can be opened too.
"""

import mimetypes
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock, Thread
from typing import Any
from wsgiref.types import StartResponse

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections

from tests.access_world.cast import TOKEN
from tests.injection.asking import Answer

HIT, ANSWER = "/hit/", "/answer/"
# By this header a browser says whose it is: cookies would end by its own clock.
WHO = "X-Who"


class Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        pass


class Server(ThreadedWSGIServer):
    def _close_connections(self) -> None:
        """The connection is not the thread's own."""


class Site:
    """`hits` are the requests that only a payload makes, `broken` errors of the site."""

    def __init__(self, sessions: dict[str, str]) -> None:
        self.sessions, self.app = sessions, get_wsgi_application()
        self.answers: list[Answer] = []
        self.hits: list[str] = []
        self.broken: list[str] = []
        self.turn = RLock()
        shared = {alias: connections[alias] for alias in connections}
        for connection in shared.values():
            connection.inc_thread_sharing()
        self.server = Server(("127.0.0.1", 0), Quiet, connections_override=shared)
        self.server.daemon_threads = True
        self.server.set_app(self.answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    @contextmanager
    def serving(self) -> Iterator[None]:
        thread = Thread(target=self.server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            self.server.shutdown()
            thread.join()
            self.server.server_close()

    def keep(self, answer: Answer) -> str:
        """Where the answer can be opened."""
        self.answers.append(answer)
        return f"{ANSWER}{len(self.answers) - 1}"

    def answer(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith(HIT):
            self.hits.append(path)
            return told(start, 404, {}, b"")
        if path.startswith(ANSWER):
            kept = self.answers[int(path.removeprefix(ANSWER))]
            return told(start, kept.status, kept.headers, kept.body)
        if path.startswith(settings.STATIC_URL):
            return static(path, start)
        who = environ.pop(f"HTTP_{WHO.upper().replace('-', '_')}", "")
        # With the secret that the answers which are kept were given under.
        cookies = {
            settings.SESSION_COOKIE_NAME: self.sessions.get(who, ""),
            settings.CSRF_COOKIE_NAME: TOKEN,
        }
        environ["HTTP_COOKIE"] = "; ".join(f"{one}={text}" for one, text in cookies.items())
        with self.turn:
            # The client of Django connects them again after each of its own requests.
            for signal in (request_started, request_finished):
                signal.disconnect(close_old_connections)
            answer = self.app(environ, start)
            if answer.status_code >= 500:
                self.broken.append(f"{answer.status_code} for {path}")
            try:
                return [b"".join(answer)]
            finally:
                answer.close()


def static(path: str, start: StartResponse) -> Iterable[bytes]:
    found = finders.find(path.removeprefix(settings.STATIC_URL))
    if not found:
        return told(start, 404, {}, b"")
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    headers = {"Content-Type": kind, "Cache-Control": "max-age=3600"}
    # How a page looks is not what is looked at, and drawing takes the time.
    body = b"" if path.endswith(".css") else Path(found).read_bytes()
    return told(start, 200, headers, body)


def told(
    start: StartResponse, status: int, headers: dict[str, str], body: bytes
) -> list[bytes]:
    whole = headers | {"Content-Length": str(len(body))}
    start(f"{status} Told", list(whole.items()))
    return [body]
