"""A server that means harm: it cannot hang the verifier, fill it, or lead it elsewhere."""

import base64
import gzip
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO, TextIOWrapper
from pathlib import Path
from random import Random
from threading import Event, Thread

import pytest

from registry.ledger import verify
from tests.ledger_world import paper
from tests.ledger_world.life import Life
from tests.ledger_world.outsider import Verdict, ask, visit
from tests.ledger_world.register import NAME, Leaf

SCRIPT = Path(verify.__file__)
ALL = ["checkpoint", "keys", "active", "entries/0"]
each_file = pytest.mark.parametrize("name", ALL)

# What a server does when a file is asked for.
Trick = Callable[["Server"], None]


class Server(BaseHTTPRequestHandler):
    """The published files; under one name a trick."""

    def __init__(self, folder: Path, name: str, trick: Trick, *rest: object) -> None:
        self.folder, self.name, self.trick = folder, name, trick
        super().__init__(*rest)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        name = self.path.removeprefix("/ledger/")
        if name == self.name or (self.name == "entries" and name.startswith("entries/")):
            self.trick(self)
        else:
            self.answer((self.folder / "ledger" / name).read_bytes())

    def answer(self, content: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in ({"Content_Length": f"{len(content)}"} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        """Nobody reads it."""


@contextmanager
def served(folder: Path, name: str, trick: Trick) -> Iterator[str]:
    handler = partial(Server, folder, name, trick)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def look(life: Life, folder: Path, name: str, trick: Trick, *options: str) -> Verdict:
    with served(folder, name, trick) as address:
        return visit(address, life.moment(), "--once", *options)


# --- Time ---------------------------------------------------------------------------------


def dripping(stop: Event, start: bytes) -> Trick:
    def drip(server: Server) -> None:
        server.wfile.write(start)
        while not stop.wait(0.02):
            try:
                server.wfile.write(b"1")
            except OSError:
                return

    return drip


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n", id="body"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: ", id="header"),
        pytest.param(b"HTTP/1.1 200 ", id="status"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", id="chunk size"
        ),
    ],
)
@each_file
def test_a_server_that_drips_is_not_waited_for(
    name: str, start: bytes, life: Life, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "SLOWEST_FILE", 0.2)
    stop, began = Event(), time.monotonic()
    try:
        verdict = look(life, published, name, dripping(stop, start))
    finally:
        stop.set()

    assert (verdict.status, time.monotonic() - began < 20) == (2, True)
    assert "took too long" in verdict.text


def test_the_script_ends_while_a_server_still_drips(published: Path) -> None:
    stop = Event()
    start = b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n"
    with served(published, "checkpoint", dripping(stop, start)) as address:
        command = [sys.executable, str(SCRIPT), address, "--minutes", "0.01"]
        done = subprocess.run(command, capture_output=True, check=False, timeout=30)
        stop.set()

    assert (done.returncode, done.stderr) == (2, b"")


def endless_log(folder: Path, size: int) -> Trick:
    """Signed by the register itself, with as many hashes as anybody asks for."""
    signer = paper.Signer.make(Random(1), NAME, "2020-01-01")
    text = f"{NAME}\n{size}\n{paper.b64(bytes(32))}\n"
    (folder / "ledger").mkdir()
    (folder / "ledger" / "checkpoint").write_text(signer.note(text), encoding="utf-8")
    (folder / "ledger" / "keys").write_text(json.dumps(signer.row(None)), encoding="utf-8")
    (folder / "ledger" / "active").write_text(f"{size}\n", encoding="utf-8")

    def bundle(server: Server) -> None:
        first = int(server.path.rpartition("/")[2]) * 256
        rows = [{"i": first + n, "h": paper.b64(bytes(32))} for n in range(256)]
        server.answer("".join(f"{json.dumps(row)}\n" for row in rows).encode())

    return bundle


def test_a_log_without_end_ends_in_time(life: Life, tmp_path: Path) -> None:
    began = time.monotonic()
    trick = endless_log(tmp_path, 10**15)

    verdict = look(life, tmp_path, "entries", trick, "--minutes", "0.02")

    assert (verdict.status, time.monotonic() - began < 30) == (2, True)


def test_a_size_without_its_entries_is_a_finding(life: Life, tmp_path: Path) -> None:
    endless_log(tmp_path, 10**15)

    assert ask(tmp_path, life.moment()).codes() == {"root-mismatch"}


def test_a_pipe_in_a_copy_is_not_waited_for(
    life: Life, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "SLOWEST_FILE", 0.2)
    pipe = published / "ledger" / "active"
    pipe.unlink()
    os.mkfifo(pipe)

    verdict = ask(published, life.moment())

    # The thread that reads it goes on.
    pipe.write_bytes(b"")
    assert verdict.status == 2


# --- Room ---------------------------------------------------------------------------------


@each_file
def test_a_file_without_end_is_not_read_to_its_end(
    name: str, life: Life, published: Path
) -> None:
    def pour(server: Server) -> None:
        server.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            try:
                server.wfile.write(b"1\n" * 2**19)
            except OSError:
                return

    verdict = look(life, published, name, pour)

    assert verdict.status == 2
    assert "is larger than" in verdict.text


def in_kilobytes(folder: Path, at: str) -> int:
    """The most memory that a run needs; it prints no crash."""
    measured = (
        "import runpy, sys;"
        "main = runpy.run_path(sys.argv[1])['main'];"
        "main(sys.argv[2:]);"
        "status = open('/proc/self/status').read();"
        "print(status.partition('VmHWM:')[2].split()[0])"
    )
    command = [sys.executable, "-c", measured, str(SCRIPT), str(folder), "--at", at]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert "finding(s)" in done.stdout, done
    return int(done.stdout.split()[-1])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("active", b"1\n" * 30_000_000, id="small numbers"),
        pytest.param("active", b"\n" * 60_000_000, id="empty lines"),
        pytest.param("active", b"7" * 60_000_000, id="one number"),
        pytest.param("entries/0", b"\n" * 20_000_000, id="empty entries"),
        pytest.param(
            "entries/0", b'{"i":0,"x":[%s]}' % (b"[]," * 6_000_000), id="a long line"
        ),
        pytest.param("entries/0", b"[" * 20_000_000, id="a deep line"),
        pytest.param("keys", b"\n" * 65_000, id="empty keys"),
    ],
)
def test_no_file_takes_much_memory(
    name: str, content: bytes, life: Life, published: Path
) -> None:
    (published / "ledger" / name).write_bytes(content)

    assert in_kilobytes(published, life.moment().isoformat()) < 200_000


def test_of_a_flood_of_findings_the_first_are_told(life: Life, tmp_path: Path) -> None:
    for _ in range(1_500):
        life.leaves.append(Leaf({"t": "drop", "case": "x" * 5_000}))
    life.publish(tmp_path)
    del life.leaves[-1_500:]

    verdict = ask(tmp_path, life.moment())

    assert "1500 finding(s)" in verdict.text
    assert verdict.text.endswith("the first 1000 above\n")
    assert len(verdict.text.splitlines()) == 1_001
    assert max(map(len, verdict.text.splitlines())) < 400


def test_an_entry_is_no_longer_than_a_foreign_reader_can_read(life: Life) -> None:
    files = {f"{n:05}": "0f" * 32 for n in range(1_000)}
    entry = {"t": "manifest", "day": "2026-05-06", "counts": {}, "active": "0f" * 32}

    with pytest.raises(ValueError, match="bytes"):
        verify.read_entry(paper.write(entry | {"files": files}))


# --- Elsewhere ----------------------------------------------------------------------------


@each_file
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_it_follows_nobody(name: str, status: int, life: Life, published: Path) -> None:
    asked = []

    def secret(server: Server) -> None:
        asked.append(server.path)
        server.answer(b"")

    with served(published, "secret", secret) as elsewhere:
        for place in (f"{elsewhere}/ledger/secret", "file:///etc/hostname", "/ledger/keys"):
            verdict = look(
                life,
                published,
                name,
                lambda it, place=place: it.answer(b"", status, Location=place),  # type: ignore[misc]
            )

            assert verdict.status == 2
            assert f"answers {status} {place}" in verdict.text
    assert asked == []


# --- Half a file, another file ------------------------------------------------------------


@each_file
@pytest.mark.parametrize(
    ("trick", "told"),
    [
        pytest.param(lambda it: it.answer(b"1", Content_Length="9"), "missing", id="cut"),
        pytest.param(lambda it: it.answer(b"", Content_Length="9"), "missing", id="empty"),
        pytest.param(
            lambda it: it.wfile.write(
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"
            ),
            "could not be read",
            id="half a chunk",
        ),
        pytest.param(
            lambda it: it.answer(gzip.compress(b"1\n"), Content_Encoding="gzip"),
            "gzip, which nobody asked for",
            id="compressed",
        ),
        pytest.param(lambda it: it.answer(b"", 500), "answers 500", id="broken"),
        pytest.param(lambda it: it.answer(b"", 403), "answers 403", id="forbidden"),
        pytest.param(lambda it: it.answer(b"", 503), "answers 503", id="away"),
        pytest.param(lambda _: None, "could not be read", id="hung up"),
        pytest.param(
            lambda it: it.wfile.write(b"\x1b[2J\x1b[31mALL IS WELL\r\n\r\n"),
            "could not be read",
            id="no protocol",
        ),
        pytest.param(
            lambda it: it.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 9999),
            "could not be read",
            id="endless headers",
        ),
    ],
)
def test_what_could_not_be_read_is_never_clean(
    name: str, trick: Trick, told: str, life: Life, published: Path
) -> None:
    verdict = look(life, published, name, trick)

    assert verdict.status == 2
    assert verdict.text.startswith("unreachable: ")
    assert told in verdict.text
    assert verdict.text.removesuffix("\n").isprintable()


# --- What it prints -----------------------------------------------------------------------


def test_what_an_operator_wrote_does_not_move_the_cursor(
    life: Life, tmp_path: Path
) -> None:
    name = "evil\x1b[2J\u202eledger"
    signer = paper.Signer.make(Random(1), name, "2020-01-01")
    root = paper.b64(paper.root([]))
    (tmp_path / "ledger").mkdir()
    files = {
        "checkpoint": signer.note(f"{name}\n0\n{root}\n"),
        "keys": json.dumps(signer.row(None)),
        "active": "0\n",
    }
    for file, content in files.items():
        (tmp_path / "ledger" / file).write_text(content, encoding="utf-8")

    verdict = ask(tmp_path, life.moment())

    assert verdict.text == "clean: 0 entries of evil?[2J?ledger, 0 on display\n"


def test_a_terminal_without_the_letters_gets_others(
    life: Life, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    life.leaves.append(Leaf({"t": "drop", "case": "张三"}))
    life.publish(tmp_path)
    del life.leaves[-1:]
    said = TextIOWrapper(BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", said)
    monkeypatch.setattr(sys, "argv", ["verify.py", str(tmp_path), "--at", "2026-01-01"])

    status = verify.as_command()

    said.seek(0)
    assert status == 1
    assert "case = '\\u5f20\\u4e09'" in said.read()


def test_a_crash_is_no_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(verify, "main", lambda: 1 // 0)

    assert verify.as_command() == 2
    assert "ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.parametrize("moment", ["0001-01-01", "9999-12-31", "now", "2026-13-01"])
def test_a_moment_that_is_none_is_told(moment: str, published: Path) -> None:
    with pytest.raises(SystemExit) as refused:
        verify.main([str(published), "--at", moment])

    assert refused.value.code == 2


def test_findings_are_told_even_where_they_cannot_be_remembered(
    life: Life, published: Path
) -> None:
    active = published / "ledger" / "active"
    active.write_text(active.read_text("utf-8") + f"{10**9}\n", encoding="utf-8")

    verdict = ask(published, life.moment(), "--state", str(published / "no" / "state"))

    assert verdict.status == 2
    assert "overdue-or-secret" in verdict.text
    assert "not remembered: " in verdict.text


# --- Caches that keep files of different ages ---------------------------------------------


@pytest.mark.parametrize("name", ["checkpoint", "keys", "active", "entries/0"])
def test_it_looks_again_before_it_accuses(
    name: str, life: Life, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older copy of one file; the day was the last of a key's, so that `keys` is new."""
    young = Life(seed=3, days=60)
    old = young.publish(tmp_path / "old") / "ledger" / name
    before = old.read_bytes()
    young.add("drop", case="0f" * 16)
    young.rotate_key()
    state = ("--state", str(tmp_path / "state"))
    file = young.publish(tmp_path / "new") / "ledger" / name
    assert ask(tmp_path / "new", young.moment(), *state).status == 0
    now = file.read_bytes()
    file.write_bytes(before)
    monkeypatch.setattr(verify, "PATIENCE", (0.0,))
    monkeypatch.setattr(time, "sleep", lambda _: file.write_bytes(now))

    def never(server: Server) -> None:
        raise AssertionError

    with served(tmp_path / "new", "", never) as address:
        assert visit(address, young.moment(), "--once", *state).status == 1
        assert visit(address, young.moment(), *state).status == 0


def test_an_address_may_be_written_in_capitals(life: Life, published: Path) -> None:
    def asked(server: Server) -> None:
        server.answer((published / "ledger" / "keys").read_bytes())

    with served(published, "keys", asked) as address:
        verdict = visit(address.replace("http", "HTTP"), life.moment())

    assert verdict.status == 0


def test_lines_are_base64_and_hashes_of_32_bytes() -> None:
    for text in ("%%", "AA", "张", base64.b64encode(bytes(31)).decode(), "0f" * 31):
        with pytest.raises(ValueError):  # noqa: PT011 - of several kinds
            verify.read_hash(text)
