"""A stranger with the stand-alone verifier, over HTTP: nothing in an honest register,
and every betrayal of one.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from portal.tick import tick
from registry import actions
from registry.ledger import verify
from registry.logbook import signing
from registry.models import Listing
from tests.factories import make_staff
from tests.registry.lived import LATER, Lived, lived
from tests.registry.test_verify_ledger import (
    other_opening,
    past_its_end,
    secret,
    verdict,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def register() -> Lived:
    return lived()


def downloaded(live_server: LiveServer, client: Client, folder: Path) -> Path:
    """The verifier as the site hands it out."""
    script = folder / "verify.py"
    script.write_bytes(client.get("/ledger/verify.py").content)
    return script


def run(script: Path, *arguments: Any) -> subprocess.CompletedProcess[str]:
    """Where nothing of the project is known."""
    return subprocess.run(
        [sys.executable, "-I", "-W", "error", str(script), *map(str, arguments)],
        cwd="/",
        env={},
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks once: what it would wait for does not come."""
    monkeypatch.setattr(verify, "PATIENCE", ())


def test_an_honest_register_is_clean(
    register: Lived, client: Client, live_server: LiveServer, tmp_path: Path
) -> None:
    script = downloaded(live_server, client, tmp_path)
    kept = []
    for listing in (register.plain, register.amended, register.shortened):
        kept.append(tmp_path / f"{listing.pk}.json")
        kept[-1].write_bytes(client.get(f"/ledger/receipts/{listing.case}").content)
    proof = tmp_path / "proof.json"
    proof.write_bytes(client.get("/ledger/proof/0").content)

    with time_machine.travel(LATER, tick=False):
        done = run(
            script,
            live_server.url,
            *("--at", LATER.isoformat(), "--state", tmp_path / "state.json"),
            *("--receipt", *kept, proof),
        )

    assert done.returncode == 0, done.stdout
    assert done.stderr == ""
    assert done.stdout.startswith("clean: ")
    assert done.stdout.endswith(", 8 on display\n")


def test_it_stays_clean_from_day_to_day(
    register: Lived, client: Client, live_server: LiveServer, tmp_path: Path
) -> None:
    script = downloaded(live_server, client, tmp_path)
    state = tmp_path / "state.json"
    for day in ("2026-03-18", "2026-09-01", "2027-03-17"):
        moment = f"{day}T10:00:00+08:00"
        with time_machine.travel(moment, tick=False):
            at = LATER.fromisoformat(moment)
            actions.confirm_clock(at)
            assert tick(at) == []
            signing.sign(at)
            done = run(script, live_server.url, "--at", moment, "--state", state)

        assert done.returncode == 0, done.stdout


def test_a_listing_past_its_end_and_a_secret_one_are_found(
    register: Lived, live_server: LiveServer, impatient: None, capsys: Any
) -> None:
    past_its_end(register)
    secret(register)

    with time_machine.travel(LATER, tick=False):
        status = verify.main([live_server.url, "--at", LATER.isoformat()])
    said = capsys.readouterr().out

    assert status == 1
    assert said.count("overdue-or-secret") == 2
    assert f"leaf {register.expired.leaf_id:>8}" in said
    inside, lines = verdict()
    assert inside == 1
    assert sum(line.startswith("overdue-or-secret") for line in lines) == 2


def test_swapped_content_is_found_by_who_has_a_receipt(
    register: Lived, client: Client, live_server: LiveServer, tmp_path: Path, capsys: Any
) -> None:
    mine = tmp_path / "mine.json"
    mine.write_bytes(client.get(f"/ledger/receipts/{register.plain.case}").content)
    other_opening(register)
    theirs = tmp_path / "theirs.json"
    theirs.write_bytes(client.get(f"/ledger/receipts/{register.plain.case}").content)

    verdicts = {}
    for file in (mine, theirs):
        with time_machine.travel(LATER, tick=False):
            at = ["--at", LATER.isoformat(), "--receipt", str(file)]
            verdicts[file] = verify.main([live_server.url, *at])
    said = capsys.readouterr().out

    assert (verdicts[mine], verdicts[theirs]) == (0, 1)
    assert "content-mismatch" in said
    assert "content-mismatch" in "\n".join(verdict("--receipt", theirs)[1])


def test_an_end_that_is_not_signed_yet_is_waited_for(
    register: Lived,
    live_server: LiveServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    maker, _ = make_staff(register.plain.authority)
    actions.emergency_end(register.plain, "认错了人", by=maker, at=LATER)
    monkeypatch.setattr(verify, "PATIENCE", (0.0,))
    monkeypatch.setattr("registry.ledger.verify.time.sleep", sign_for(signing.sign))

    with time_machine.travel(LATER, tick=False):
        assert verify.main([live_server.url, "--at", LATER.isoformat()]) == 0
    assert not Listing.objects.on_display(LATER).filter(pk=register.plain.pk).exists()


def sign_for(sign: Callable[[Any], int]) -> Callable[[float], None]:
    def slept(_: float) -> None:
        sign(LATER)

    return slept
