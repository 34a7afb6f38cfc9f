"""The real script, at an address or in a folder: how it ends, and what it endures."""

import ast
import base64
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from threading import Thread

import pytest

from registry.ledger import verify
from tests.ledger_world.life import Life
from tests.ledger_world.outsider import ask

SCRIPT = Path(verify.__file__)


# --- The real script --------------------------------------------------------------------


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """In a place and an environment that know nothing of the project."""
    return subprocess.run(
        [sys.executable, "-I", "-W", "error", str(SCRIPT), *arguments],
        cwd="/",
        env={},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        """Nobody reads it."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    handler = partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_script_ends_with_0_1_or_2(life: Life, published: Path) -> None:
    at = ["--at", life.moment().isoformat()]
    with served(published) as address:
        clean = [run(str(published), *at), run(f"{address}/", *at)]
        (published / "ledger" / "entries" / "0").unlink()
        found = [run(str(published), *at), run(address, *at, "--once")]
        (published / "ledger" / "checkpoint").unlink()
        absent = [run(str(published), *at), run(address, *at)]
    absent += [run(address, *at), run("/nonexistent"), run("https://[", *at)]

    assert [done.returncode for done in clean] == [0, 0], clean
    assert [done.returncode for done in found] == [1, 1], found
    assert [done.returncode for done in absent] == [2] * 5, absent
    assert not any(done.stderr for done in (*clean, *found, *absent))
    assert all(done.stdout.startswith("unreachable: ") for done in absent)


def test_over_the_web_it_looks_again_before_it_accuses(
    life: Life, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An end shows at once and is signed a moment later."""
    active = published / "ledger" / "active"
    whole = active.read_text(encoding="utf-8")
    active.write_text(whole.rpartition("\n")[0].rpartition("\n")[0], encoding="utf-8")
    monkeypatch.setattr(verify, "PATIENCE", (0.0, 0.0))
    monkeypatch.setattr(time, "sleep", lambda _: active.write_text(whole, encoding="utf-8"))

    with served(published) as address:
        arguments = [address, "--at", life.moment().isoformat()]

        assert verify.main(arguments) == 0


def test_the_script_needs_nothing_of_the_project() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    names = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [node.module or "." * node.level]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }

    assert names - {"cryptography"} <= sys.stdlib_module_names


def test_it_explains_itself_to_a_stranger() -> None:
    told = run("--help").stdout

    assert all(file in told for file in ("checkpoint", "keys", "entries/N", "active"))
    assert all(f'"{kind}":' in SCRIPT.read_text("utf-8") for kind in verify.FIELDS)


# --- Whatever comes ---------------------------------------------------------------------

RUBBISH = [
    *(b"", b"\n", b"\n\n", b"\xff\xfe\x00", b"null", b"[]", b"{}", b"0", b"[" * 100_000),
    *(b"a\nb\nc\n\n", b"x\n1\n\xe2\x80\x94\n\n", b"1e9", b"-1", b"9" * 5000, b'{"i":0}'),
    *(b'{"i":0,"e":1}', b'{"i":0,"e":"%%"}', b'{"i":0,"h":"aa"}', b'{"i":true,"e":""}'),
    *(b'{"vkey":1}', b'{"vkey":"a+b"}', b'{"vkey":"a+b+AA==","from":"2026-01-01"}'),
    *(b'{"vkey":"a+b+","from":1}', b"NaN", b'{"i":0,"e":"bnVsbA=="}', b"\x1b[2J"),
    *(b"origin\n99999999999999999999\nAA==\n\n", b"origin\n5\nAA==\n\n\xe2\x80\x94 a b\n"),
]


@pytest.mark.parametrize("content", RUBBISH, ids=range(len(RUBBISH)))
@pytest.mark.parametrize("name", ["checkpoint", "keys", "active", "entries/0", "entries/1"])
def test_no_file_confuses_it(
    name: str, content: bytes, life: Life, published: Path
) -> None:
    (published / "ledger" / name).write_bytes(content)

    verdict = ask(published, life.moment())

    assert verdict.status in (1, 2)
    assert verdict.text.isprintable() or verdict.text.replace("\n", "").isprintable()


@pytest.mark.parametrize("option", ["--state", "--receipt"])
@pytest.mark.parametrize("content", RUBBISH, ids=range(len(RUBBISH)))
def test_no_file_of_the_visitor_confuses_it(
    option: str, content: bytes, life: Life, published: Path
) -> None:
    file = published / "mine"
    file.write_bytes(content)

    verdict = ask(published, life.moment(), option, str(file))

    assert verdict.status == 2
    assert verdict.text.startswith(f"unreachable: {file} is not a ")
    assert file.read_bytes() == content


@pytest.mark.parametrize("name", ["entry", "index", "salt", "proof", "checkpoint"])
@pytest.mark.parametrize("wrong", [None, 1, -1, "x", [], ["x"], {}, 1.5, "e30="])
def test_no_receipt_confuses_it(
    name: str, wrong: object, life: Life, published: Path
) -> None:
    entry = next(entry for entry in life.leaves if entry["t"] == "list")
    receipt = life.receipt(entry) | {name: wrong}
    (published / "mine").write_text(json.dumps(receipt), encoding="utf-8")

    verdict = ask(published, life.moment(), "--receipt", str(published / "mine"))

    assert verdict.status in (1, 2)


def test_a_receipt_without_content_proves_that_the_entry_is_there(
    life: Life, published: Path
) -> None:
    entry = next(entry for entry in life.leaves if entry["t"] == "end")
    receipt = life.receipt(entry) | {"salt": None, "core": None}
    (published / "mine").write_text(json.dumps(receipt), encoding="utf-8")

    verdict = ask(published, life.moment(), "--receipt", str(published / "mine"))

    assert verdict.status == 0


def test_no_bit_of_the_log_or_of_the_display_may_change(
    life: Life, published: Path
) -> None:
    random = Random(1)
    for _ in range(300):
        name = random.choice(["active", "entries/0", "entries/1"])
        file = published / "ledger" / name
        whole = file.read_bytes()
        turned = bytearray(whole)
        turned[random.randrange(len(whole) - 1)] ^= 1 << random.randrange(8)
        file.write_bytes(turned)

        verdict = ask(published, life.moment())

        file.write_bytes(whole)
        assert verdict.status in (1, 2) or same(whole, bytes(turned)), (name, turned)


def same(old: bytes, new: bytes) -> bool:
    """Another blank, or base64 with other bits where no byte ends."""
    return old.split() == new.split() or [*map(bytes_of, old.splitlines())] == [
        *map(bytes_of, new.splitlines())
    ]


def bytes_of(line: bytes) -> tuple[int, bytes]:
    row = json.loads(line)
    return row["i"], base64.b64decode(row.get("e") or row["h"])


def test_a_folder_without_entries_of_a_long_log_is_a_finding(
    life: Life, published: Path
) -> None:
    shutil.rmtree(published / "ledger" / "entries")

    assert "root-mismatch" in ask(published, life.moment()).codes()
