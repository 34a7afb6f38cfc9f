"""What people search for is in no log, whatever comes of it."""

import io
import logging
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from django.test import Client

from portal.logs import WithoutQuery
from tests.stack import Stack, status

# A name as somebody may type it, and its bytes as an address carries them.
CANARY = "甲乙丙丁戊"
TRACES = (CANARY, quote(CANARY), quote(CANARY).lower())
ADDRESSES = [
    pytest.param(path, id=path.partition("?")[2][:20] or path)
    for path in (
        f"/search/?q={quote(CANARY)}",
        f"/search/?kind={quote(CANARY)}&q=x",
        f"/search/?q=x&after={quote(CANARY)}",
        f"/search/?q={quote(CANARY)}%00",
        f"/search/suggest/?q={quote(CANARY)}",
        f"/en/search/suggest/?q={quote(CANARY)}%00",
        f"/search/nowhere/?q={quote(CANARY)}",
    )
]


def traces_in(text: str) -> list[str]:
    return [trace for trace in TRACES if trace in text]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_django_logs_none(
    client: Client, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    caplog.set_level(logging.DEBUG)

    client.get(address)
    client.post(address)
    client.get(address, headers={"host": "elsewhere.example"})

    # The statements of the database are logged under DEBUG only, on a developer's machine.
    said = [one.getMessage() for one in caplog.records if one.name != "django.db.backends"]
    assert traces_in("\n".join(said)) == []


def test_the_access_log_of_the_development_server_has_paths_only() -> None:
    logger, text = logging.getLogger("django.server"), io.StringIO()
    listener = logging.StreamHandler(text)
    logger.addHandler(listener)
    try:
        for code in ("200", "404", "500"):
            line = f"GET /search/?q={quote(CANARY)} HTTP/1.1"
            # As `WSGIRequestHandler.log_message` does.
            logger.info('"%s" %s %s', line, code, "123")
    finally:
        logger.removeHandler(listener)

    assert traces_in(text.getvalue()) == []
    assert text.getvalue().count('"GET /search/? HTTP/1.1"') == 3


def test_everything_after_the_path_is_cut() -> None:
    record = logging.LogRecord(
        "x", 20, "", 0, "%s %d", ("GET /a?b=1&c=2 HTTP/1.1", 200), None
    )

    WithoutQuery().filter(record)

    assert record.getMessage() == "GET /a? HTTP/1.1 200"


@pytest.mark.stack
def test_no_process_of_the_stack_logs_one(stack: Stack) -> None:
    for address in ADDRESSES:
        (path,) = address.values
        assert status(f"{stack.web_url}{path}") in {200, 400, 404}
    # Whoever goes on from a result tells where it was found.
    referrer = f"{stack.web_url}/search/?q={quote(CANARY)}"
    with urlopen(Request(stack.web_url, headers={"Referer": referrer})) as answer:
        assert answer.status == 200

    for part in stack.parts:
        assert traces_in(part.log()) == [], part.name
