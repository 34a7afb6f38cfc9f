"""The settings file run by itself, as every process of an installation does."""

import runpy
from pathlib import Path
from typing import Any

import pytest
from environs import EnvError

SETTINGS = Path(__file__).resolve().parents[2] / "portal" / "settings.py"


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return monkeypatch


def load() -> dict[str, Any]:
    return runpy.run_path(str(SETTINGS))


def test_a_secret_has_no_default(environ: pytest.MonkeyPatch) -> None:
    environ.delenv("SECRET_KEY")

    with pytest.raises(
        EnvError, match=r"SECRET_KEY is not set\. Set it to a long random text"
    ):
        load()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("DEBUG", "perhaps", id="not a yes or no"),
        pytest.param("DATABASE_URL", "nonsense://here", id="an unknown database"),
        pytest.param("EMAIL_URL", "smtp+tls://mail.example:587", id="an unknown post"),
    ],
)
def test_a_malformed_value_is_named(
    environ: pytest.MonkeyPatch, name: str, value: str
) -> None:
    environ.setenv(name, value)

    with pytest.raises(EnvError, match=name):
        load()


def test_the_database_is_a_file_unless_told(environ: pytest.MonkeyPatch) -> None:
    settings = load()

    database = settings["DATABASES"]["default"]
    assert database["NAME"] == f"{settings['DATA_DIR']}/db.sqlite3"
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_another_database_gets_no_options_of_sqlite(environ: pytest.MonkeyPatch) -> None:
    environ.setenv("DATABASE_URL", "postgresql://portal:secret@db.example/portal")

    database = load()["DATABASES"]["default"]

    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert "transaction_mode" not in database.get("OPTIONS", {})
    # One that is kept without being looked at fails the first page after a restart.
    assert database["CONN_MAX_AGE"] > 0
    assert database["CONN_HEALTH_CHECKS"]


def test_mail_leaves_by_tls_and_does_not_wait_for_good(environ: pytest.MonkeyPatch) -> None:
    environ.setenv("EMAIL_URL", "submission://user:secret@mail.example:587")

    settings = load()

    assert settings["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert settings["EMAIL_USE_TLS"]
    assert settings["EMAIL_TIMEOUT"] == 30


def test_debug_is_off_unless_told(environ: pytest.MonkeyPatch) -> None:
    assert load()["DEBUG"] is False


@pytest.mark.parametrize(
    ("url", "safe"), [("https://credit.example", True), ("http://127.0.0.1:8000", False)]
)
def test_https_brings_its_protections(
    environ: pytest.MonkeyPatch, url: str, safe: bool
) -> None:
    environ.setenv("SITE_URL", url)

    settings = load()

    names = ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")
    assert [settings[name] for name in names] == [safe] * 3
    assert bool(settings["SECURE_HSTS_SECONDS"]) is safe


def test_hosts_may_be_listed_with_blanks(environ: pytest.MonkeyPatch) -> None:
    environ.setenv("ALLOWED_HOSTS", "credit.example, www.credit.example")

    assert load()["ALLOWED_HOSTS"] == ["credit.example", "www.credit.example"]


def test_the_queue_is_a_folder_until_there_is_redis(environ: pytest.MonkeyPatch) -> None:
    options = load()["CELERY_BROKER_TRANSPORT_OPTIONS"]
    assert options["data_folder_in"] == options["data_folder_out"]

    environ.setenv("REDIS_URL", "redis://127.0.0.1:6379/0")
    settings = load()

    # A task still running at the time-out would be given to a second worker.
    options = settings["CELERY_BROKER_TRANSPORT_OPTIONS"]
    assert options["visibility_timeout"] > 2 * settings["CELERY_TASK_TIME_LIMIT"]
