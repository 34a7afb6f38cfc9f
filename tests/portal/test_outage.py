"""A database that is away: 503 and a page, and one line in the log."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, OperationalError

from portal.outage import is_away

ROOT = Path(__file__).resolve().parents[2]

ASK = """
import json, sys
import django
django.setup()
from django.test import Client
client = Client(raise_request_exception=False)
answers = {}
for path in sys.argv[1:]:
    answer = client.get(path, headers={"accept-language": "en"})
    told = {name: answer.headers.get(name, "") for name in ("Retry-After", "Content-Type")}
    answers[path] = [answer.status_code, told, answer.content.decode()]
print(json.dumps(answers))
"""
PATHS = ["/lists/", "/en/lists/", "/nowhere/", "/admin/", "/api/v1/lists", "/healthz/live"]


@pytest.fixture(params=["postgresql", "sqlite"])
def nowhere(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where no database answers: nothing listens on that port, and there is no folder."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/absent/db.sqlite3"
    return "postgresql://somebody@127.0.0.1:1/absent"


def test_every_page_says_so_and_each_is_logged_once(nowhere: str, tmp_path: Path) -> None:
    settings = {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "SECRET_KEY": "x",
        "DATABASE_URL": nowhere,
        "DATA_DIR": str(tmp_path),
        "ALLOWED_HOSTS": "testserver",
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK, *PATHS],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **settings},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )

    answers = json.loads(done.stdout)
    assert [answers[path][0] for path in PATHS] == [503, 503, 503, 503, 503, 200]
    assert all(answers[path][1]["Retry-After"] == "60" for path in PATHS[:5])
    assert "数据库暂时没有响应" in answers["/lists/"][2]
    assert "The database does not answer" in answers["/en/lists/"][2]
    assert answers["/api/v1/lists"][1]["Content-Type"] == "application/problem+json"
    lines = done.stderr.splitlines()
    assert len([line for line in lines if "the database does not answer:" in line]) == 5
    assert "Traceback" not in done.stderr
    assert not any(path in done.stderr for path in PATHS)


# --- What is an outage, and what is not ---------------------------------------------------


def raised(cause: Exception) -> OperationalError:
    fault = OperationalError(*cause.args)
    fault.__cause__ = cause
    return fault


def of_sqlite(place: str, statement: str) -> OperationalError:
    """What SQLite itself says."""
    try:
        sqlite3.connect(place).execute(statement)
    except sqlite3.OperationalError as said:
        return raised(said)
    pytest.fail("it answered")


@pytest.mark.parametrize(
    ("fault", "away"),
    [
        pytest.param(raised(psycopg.OperationalError("refused")), True, id="no server"),
        pytest.param(raised(psycopg.errors.AdminShutdown()), True, id="shuts down"),
        pytest.param(raised(psycopg.errors.CannotConnectNow()), True, id="starting"),
        pytest.param(raised(psycopg.errors.ConnectionFailure()), True, id="broke off"),
        pytest.param(raised(psycopg.errors.QueryCanceled()), False, id="took too long"),
        pytest.param(raised(psycopg.errors.DeadlockDetected()), False, id="deadlock"),
        pytest.param(of_sqlite("/absent/db", "SELECT 1"), True, id="no folder"),
        pytest.param(of_sqlite(":memory:", "SELECT 1 FROM x"), False, id="no table"),
        pytest.param(DatabaseError("x"), False, id="another fault"),
        pytest.param(ValueError("x"), False, id="no database"),
        pytest.param(None, False, id="no fault"),
    ],
)
def test_who_did_not_answer_is_away(fault: BaseException | None, away: bool) -> None:
    assert is_away(fault) is away
