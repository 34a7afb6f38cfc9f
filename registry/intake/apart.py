"""Reading in a process of its own, so that reading and the database share two cores.

A thread would not do: reading is Python, and every block sent to the database
would wait its turn. The child gets its job on its standard input, opens no
database, and ends by itself when nobody reads its answer any more.
"""

import pickle
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from django.utils.translation import gettext as _

from registry.intake.errors import IntakeError
from registry.intake.files import TextFile
from registry.intake.registration import Refusal, RegistrationReader, Row

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

    def chunks(self) -> Iterator[Chunk]:
        records = islice(enumerate(self.file.records(), start=1), self.start, None)
        while chunk := list(islice(records, CHUNK)):
            yield [self.reader.read(number, values) for number, values in chunk]


def read(job: Job) -> Iterator[Chunk]:
    """The records understood, `CHUNK` at a time."""
    return read_apart(job) if job.n_records > WORTH_A_PROCESS else job.chunks()


def read_apart(job: Job) -> Iterator[Chunk]:
    with subprocess.Popen(
        [sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            with process.stdin as question:
                pickle.dump(job, question)
            # An empty chunk is the end; an end without it is a child that was killed.
            while chunk := pickle.load(process.stdout):  # noqa: S301  our own child
                yield chunk
        except (EOFError, OSError, pickle.UnpicklingError) as broken:
            raise IntakeError(
                _("读取文件的进程中断。请再次运行同一命令，会从中断处继续。")
            ) from broken
        finally:
            process.kill()


def child() -> None:
    """The other side: a job in, chunks out."""
    job: Job = pickle.load(sys.stdin.buffer)  # noqa: S301  from our own parent
    try:
        for chunk in job.chunks():
            pickle.dump(chunk, sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)
        pickle.dump([], sys.stdout.buffer)
    except BrokenPipeError:
        # The parent is gone. Nothing may be written at exit either.
        sys.stdout = None
