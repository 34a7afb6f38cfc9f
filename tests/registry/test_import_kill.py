"""An import that is killed ends, when run again, as if it had never been killed."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from registry.intake import apart
from registry.models import Batch, Entity, EntityName, Finding, Identifier, SearchEntry
from tests.database import reset_database
from tests.processes import alive, tree, wait_until
from tests.samples.outside import is_free, manage
from tests.samples.registrations import AS_OF, many_rows, write_csv

pytestmark = pytest.mark.django_db(transaction=True)
N_ROWS = apart.WORTH_A_PROCESS + apart.CHUNK + 1
# Keys, what is made of them, and moments are all that two runs may differ in.
MOVING = {"id", "public_id", "created_at", "updated_at", "batch", "entity", "shuffle"}
ENTITY_KEY = ("entity__name", "entity__registered_on")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "企业.csv", many_rows(N_ROWS))


@contextmanager
def started(file: Path) -> Iterator["subprocess.Popen[str]"]:
    """An import in a process of its own, stopped in the middle of its work."""
    with manage("import_entities", file, "--as-of", AS_OF.isoformat()) as process:
        try:
            wait_until(lambda: positions() or process.poll() is not None, "a first chunk")
            process.send_signal(signal.SIGSTOP)
            (position,) = positions()
            assert 0 < position < N_ROWS
            yield process
        finally:
            process.kill()


def positions() -> list[int]:
    return list(Batch.objects.filter(position__gt=0).values_list("position", flat=True))


def reading_child(process: "subprocess.Popen[str]") -> int:
    _, child = tree(process.pid)
    return child


def run_again(file: Path) -> None:
    wait_until(lambda: is_free("import_entities"), "the lock of the dead")
    call_command("import_entities", str(file), "--as-of", AS_OF.isoformat())


def outcome() -> dict[str, Any]:
    """Every column that matters, of every row, in an order of its own."""
    found: dict[str, Any] = {"batch": list(Batch.objects.values_list(*columns(Batch)))}
    for model in (Entity, Identifier, EntityName, SearchEntry, Finding):
        names = columns(model)
        if model not in (Entity, Finding):
            names += ENTITY_KEY
        rows = model._default_manager.values_list(*names)
        found[model.__name__] = sorted(rows, key=repr)
    return found


def columns(model: Any) -> tuple[str, ...]:
    moments = {"started_at", "finished_at"}
    return tuple(
        field.name
        for field in model._meta.concrete_fields
        if field.name not in MOVING | moments
    )


def test_killed_and_run_again_is_as_run_once(file: Path) -> None:
    with started(file) as process:
        child = reading_child(process)
        process.kill()
    wait_until(lambda: not alive(child), "the end of the reading child")

    run_again(file)

    after_the_kill = outcome()
    assert Batch.objects.get().state == "done"
    reset_database()
    run_again(file)
    once = outcome()
    assert len(once["Entity"]) > 0.99 * N_ROWS
    # Compared table by table, so that a failure does not print them all.
    assert [name for name in once if once[name] != after_the_kill[name]] == []


def test_a_lost_reading_child_is_one_sentence(file: Path) -> None:
    with started(file) as process:
        os.kill(reading_child(process), signal.SIGKILL)
        process.send_signal(signal.SIGCONT)
        _, said = process.communicate(timeout=60)

    assert process.returncode == 1
    sentence = "读取文件的进程中断。请再次运行同一命令，会从中断处继续。"
    assert said.strip() == f"CommandError: {sentence}"
    run_again(file)
    batch = Batch.objects.get()
    assert (batch.state, batch.position) == ("done", N_ROWS)
