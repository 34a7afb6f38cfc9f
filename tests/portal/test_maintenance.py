"""The operator's switch: what the command says, and what everybody meets meanwhile."""

from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from registry.models import User
from tests.factories import make_user, sign_in

# The machine says 2026-03-16 10:00 in Shanghai.
UNTIL = "2026-03-16 12:00"


@pytest.fixture(autouse=True)
def data_dir(settings: LazySettings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def maintenance(*words: str) -> str:
    out = StringIO()
    call_command("maintenance", *words, stdout=out)
    return out.getvalue().strip()


# --- The command --------------------------------------------------------------------------


def test_it_goes_on_and_off_without_a_database(data_dir: Path) -> None:
    assert maintenance("status") == "Off: pages are served."
    said = "On, announced until 2026-03-16 12:00 in Shanghai: every page answers 503."
    assert maintenance("on", "--until", UNTIL) == said
    assert maintenance("status") == said
    endless = "On, and no end is announced: every page answers 503."
    assert maintenance("on") == endless
    assert maintenance("off") == "Off: pages are served."
    assert maintenance("off") == "Off: pages are served."
    assert list(data_dir.iterdir()) == []


def test_a_moment_may_have_an_offset() -> None:
    assert "until 2026-03-16 20:00 in" in maintenance(
        "on", "--until", "2026-03-16T12:00+00:00"
    )


def test_work_that_takes_longer_stays_on() -> None:
    maintenance("on", "--until", UNTIL)

    with time_machine.travel("2026-03-16T12:00:00+08:00", tick=False):
        assert maintenance("status").endswith(
            "every page answers 503, though that is over."
        )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "It was not said what to do; write on, off or status."),
        (("stop",), '"stop" is none of its words; write on, off or status.'),
        (
            ("on", "--until", "soon"),
            '--until soon is not a time; write it as "2026-12-01 06:00".',
        ),
        (
            ("on", "--until", "2026-03-16 10:00"),
            "--until 2026-03-16 10:00 is over already; name a moment to come, or leave it"
            " out.",
        ),
        (("off", "--until", UNTIL), "--until goes with on; off takes nothing."),
        (("status", "--until", UNTIL), "--until goes with on; status takes nothing."),
    ],
)
def test_wrong_words_get_a_sentence_and_change_nothing(
    data_dir: Path, words: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(CommandError) as refused:
        maintenance(*words)

    assert str(refused.value) == sentence
    assert list(data_dir.iterdir()) == []


def test_a_folder_that_is_not_there_gets_one_too(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path / "absent"

    with pytest.raises(
        CommandError, match=r"cannot be changed: No such file .*DATA_DIR\.$"
    ):
        maintenance("on")


# --- Meanwhile ----------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/", "/lists/", "/persons/check/", "/admin/", "/nowhere/", "/ledger/keys"]
)
def test_every_page_says_until_when_and_asks_no_database(
    client: Client, path: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    maintenance("on", "--until", UNTIL)

    with django_assert_num_queries(0):
        answer = client.get(path)

    assert answer.status_code == 503
    # Two hours, and a second so that nobody comes too early.
    assert answer.headers["Retry-After"] == "7201"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    page = answer.content.decode()
    assert '<html lang="zh-Hans">' in page
    assert "网站正在维护" in page
    assert ">2026-03-16 12:00</time>（北京时间）为止" in page


@pytest.mark.django_db
def test_english_is_spoken_under_en(client: Client) -> None:
    maintenance("on")

    answer = client.get("/en/lists/")

    page = answer.content.decode()
    assert '<html lang="en">' in page
    assert "This site is being maintained" in page
    assert "Please reload this page in a few minutes." in page
    assert answer.headers["Content-Language"] == "en"
    assert answer.headers["Retry-After"] == "300"


@pytest.mark.django_db
def test_nothing_is_taken_in(client: Client) -> None:
    maintenance("on")

    assert client.post("/repair/track/", {"number": "x", "secret": "y"}).status_code == 503


@pytest.mark.django_db
def test_staff_who_are_signed_in_wait_as_well(client: Client) -> None:
    user: User = sign_in(client, make_user("clerk", None))
    assert user
    maintenance("on")
    assert client.get("/admin/").status_code == 503

    maintenance("off")

    assert client.get("/admin/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/v1/lists", "/api/reconcile", "/healthz/trust"])
def test_machines_get_a_problem_in_their_language(client: Client, path: str) -> None:
    maintenance("on", "--until", UNTIL)

    answer = client.get(path, headers={"accept-language": "en"})

    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Retry-After"] == "7201"
    problem = answer.json()
    assert problem["status"] == 503
    assert problem["type"].endswith("/api/v1/docs#unavailable")


@pytest.mark.django_db
def test_the_process_lives_and_is_not_ready(client: Client) -> None:
    maintenance("on", "--until", UNTIL)

    live, ready = client.get("/healthz/live"), client.get("/healthz/ready")

    assert live.status_code == 200
    assert ready.status_code == 503
    assert ready.json() == {"ready": False, "reasons": ["maintenance"]}


@pytest.mark.django_db
def test_after_the_announced_end_one_may_look_again_soon(client: Client) -> None:
    maintenance("on", "--until", UNTIL)

    with time_machine.travel("2026-03-16T12:00:00+08:00", tick=False):
        answer = client.get("/")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "300"


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", b"soon", b"2026-03-16 12:00", b"\xff\x00"])
def test_a_file_that_says_nothing_is_a_switch_that_is_on(
    client: Client, data_dir: Path, content: bytes
) -> None:
    """Made by hand, or by half: in doubt nothing is served."""
    (data_dir / "maintenance").write_bytes(content)

    answer = client.get("/")

    assert answer.status_code == 503
    assert "预计到" not in answer.content.decode()
    assert maintenance("status") == "On, and no end is announced: every page answers 503."
