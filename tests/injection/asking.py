"""Asking the site as somebody, with a body of any bytes, and what it answered."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from repair.applying import BROWSER
from tests.access_world.cast import ANONYMOUS, TOKEN, Caller
from tests.access_world.world import World

# Somebody without an account who has begun to apply.
APPLICANT = "applicant"
BOUNDARY = "part-of-a-form"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    @property
    def is_html(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("text/html")

    @property
    def is_refusal(self) -> bool:
        """Whoever is refused sees the form again, or is told so."""
        return not 300 <= self.status < 400


class Person(Caller):
    """A caller of the table of access, or an applicant, who may send anything."""

    def __init__(self, name: str, world: World) -> None:
        super().__init__(ANONYMOUS if name == APPLICANT else name, world)
        if name == APPLICANT:
            session = self.client.session
            session[BROWSER] = world.home.word
            session.save()
            self.session = str(session.session_key)

    def put(
        self,
        method: str,
        path: str,
        sent: bytes = b"",
        kind: str = "",
        *,
        accept: str = "text/html",
    ) -> Answer:
        self.client.cookies.clear()
        self.client.cookies[settings.CSRF_COOKIE_NAME] = TOKEN
        if self.session:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = self.session
        headers = {"X-CSRFToken": TOKEN, "Accept": accept}
        answer = self.client.generic(method, path, sent, content_type=kind, headers=headers)
        body = b"".join(answer) if answer.streaming else answer.content
        return Answer(answer.status_code, dict(answer.headers), body)


def in_parts(
    texts: Mapping[str, bytes], files: Mapping[str, tuple[bytes, bytes]]
) -> tuple[bytes, str]:
    """As a browser sends a form with files, each by its own name and its content."""
    parts = [part(name, text) for name, text in texts.items()]
    parts += [part(name, content, called) for name, (called, content) in files.items()]
    end = f"--{BOUNDARY}--\r\n".encode()
    return b"".join(parts) + end, f"multipart/form-data; boundary={BOUNDARY}"


def part(name: str, content: bytes, called: bytes | None = None) -> bytes:
    head = b'Content-Disposition: form-data; name="%b"' % escaped(name.encode())
    if called is not None:
        head += b'; filename="%b"\r\nContent-Type: application/octet-stream' % escaped(
            called
        )
    return b"--%b\r\n%b\r\n\r\n%b\r\n" % (BOUNDARY.encode(), head, content)


def escaped(name: bytes) -> bytes:
    """What would end the name is spelt as browsers do."""
    return re.sub(rb'["\r\n]', lambda found: b"%%%02X" % found[0][0], name)
