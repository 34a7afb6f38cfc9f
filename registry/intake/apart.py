"""Reading in a process of its own, so that reading and the database share two cores.

A thread would not do: reading is Python, and every block sent to the database
would wait its turn. The child gets its job on its standard input, opens no
database, and ends by itself when nobody reads its answer any more.
"""

import gc
import marshal
import pickle
import subprocess
import sys
from collections.abc import Generator
from datetime import date
from itertools import islice
from typing import IO, Any, NamedTuple

from django.utils.translation import gettext as _

from registry.codes import Code
from registry.intake.errors import IntakeError
from registry.intake.files import TextFile
from registry.intake.registration import Facts, Refusal, RegistrationReader, Row

CHUNK = 5000
# Starting a process takes about as long as reading this many rows.
WORTH_A_PROCESS = 2 * CHUNK
# Models can only be imported, and so unpickled, once Django is set up.
CHILD = "import django; django.setup(); from registry.intake.apart import child; child()"

Chunk = list[Row | Refusal]


class Job(NamedTuple):
    """Read `file` from the record after `start`."""

    reader: RegistrationReader
    file: TextFile
    start: int

    @property
    def n_records(self) -> int:
        return self.file.n_records - self.start

    def chunks(self) -> Generator[Chunk]:
        records = islice(enumerate(self.file.records(), start=1), self.start, None)
        while chunk := list(islice(records, CHUNK)):
            yield [self.reader.read(number, values) for number, values in chunk]


def read(job: Job) -> Generator[Chunk]:
    """The records understood, `CHUNK` at a time."""
    return read_apart(job) if job.n_records > WORTH_A_PROCESS else job.chunks()


def read_apart(job: Job) -> Generator[Chunk]:
    with subprocess.Popen(
        [sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            with process.stdin as question:
                pickle.dump(job, question)
            # An empty chunk is the end; an end without it is a child that was killed.
            while chunk := receive(process.stdout):
                yield list(map(typed, chunk))
        except (EOFError, OSError, ValueError, TypeError) as broken:
            raise IntakeError(
                _("读取文件的进程中断。请再次运行同一命令，会从中断处继续。")
            ) from broken
        finally:
            process.kill()


# Named tuples cost pickle as much as reading them did; plain ones cross almost free.
# A length goes before each chunk, because marshal asks a pipe for every item by itself.


def send(items: list[tuple[Any, ...]]) -> None:
    chunk = marshal.dumps(items)
    sys.stdout.buffer.write(len(chunk).to_bytes(8, "big") + chunk)
    sys.stdout.buffer.flush()


def receive(pipe: IO[bytes]) -> list[tuple[Any, ...]]:
    length = int.from_bytes(pipe.read(8), "big")
    items: list[tuple[Any, ...]] = marshal.loads(pipe.read(length))  # noqa: S302  our child
    return items


def plain(item: Row | Refusal) -> tuple[Any, ...]:
    if isinstance(item, Refusal):
        return tuple(item)
    number, code, facts, keys, findings = item
    day = facts.registered_on and facts.registered_on.isoformat()
    facts = facts._replace(registered_on=None)
    return (number, code and tuple(code), tuple(facts), day, keys, findings)


def typed(item: tuple[Any, ...]) -> Row | Refusal:
    if len(item) == len(Refusal._fields):
        return Refusal(*item)
    number, code, facts, day, keys, findings = item
    known = Facts(*facts)
    if day:
        known = known._replace(registered_on=date.fromisoformat(day))
    return Row(number, code and Code(*code), known, keys, findings)


def child() -> None:
    """The other side: a job in, chunks out."""
    # Rows refer to nothing that refers back, so there is nothing to look for.
    gc.disable()
    job: Job = pickle.load(sys.stdin.buffer)  # noqa: S301  from our own parent
    try:
        for chunk in job.chunks():
            send(list(map(plain, chunk)))
        send([])
    except BrokenPipeError:
        # The parent is gone. Nothing may be written at exit either.
        sys.stdout = None
