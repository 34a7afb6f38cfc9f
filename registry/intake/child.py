"""A process of its own for reading: a job goes in, chunks of plain tuples come out.

A thread would not do: reading is Python, and every block sent to the database
would wait its turn. The child gets its job on its standard input, opens no
database, and ends by itself when nobody reads its answer any more.
"""

import gc
import marshal
import os
import pickle
import subprocess
import sys
from collections.abc import Generator, Iterator, Mapping
from typing import IO, Any, Protocol

from registry.intake.errors import IntakeError

PROGRAM = "from registry.intake.child import main; main()"
# What the child ends with when its memory is used up and it is still there to say so.
OUT_OF_MEMORY = 12

Items = list[tuple[Any, ...]]


class Job(Protocol):
    """What is to be read. Can be pickled; yields no chunk that is empty."""

    def chunks(self) -> Iterator[Items]: ...


class DiedError(Exception):
    """The child ended before it was done; `code` as subprocess gives it."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def run(
    job: Job, *, prepare: str, env: Mapping[str, str] | None = None
) -> Generator[Items]:
    """The chunks of the job, read elsewhere; an IntakeError there is one here.

    `prepare` is what the child has to do before it can understand its job, `env` what
    it knows of the environment, all of it by default.
    """
    with subprocess.Popen(
        [sys.executable, "-c", prepare + PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=env,
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            with process.stdin as question:
                pickle.dump(job, question)
            # An empty chunk is the end; an end without it is a child that was killed.
            while answer := receive(process.stdout):
                if isinstance(answer, dict):
                    raise IntakeError(answer["sentence"], **answer["about"])
                yield answer
        except (EOFError, OSError, ValueError, TypeError) as broken:
            process.kill()
            raise DiedError(process.wait()) from broken
        finally:
            process.kill()


# Named tuples cost pickle as much as reading them did; plain ones cross almost free.
# A length goes before each chunk, because marshal asks a pipe for every item by itself.


def send(answer: Items | dict[str, Any]) -> None:
    chunk = marshal.dumps(answer)
    sys.stdout.buffer.write(len(chunk).to_bytes(8, "big") + chunk)
    sys.stdout.buffer.flush()


def receive(pipe: IO[bytes]) -> Items | dict[str, Any]:
    length = int.from_bytes(pipe.read(8), "big")
    answer: Items | dict[str, Any] = marshal.loads(pipe.read(length))  # noqa: S302  our child
    return answer


def main() -> None:
    """The other side: a job in, chunks out."""
    # Rows refer to nothing that refers back, so there is nothing to look for.
    gc.disable()
    job: Job = pickle.load(sys.stdin.buffer)  # noqa: S301  from our own parent
    try:
        for chunk in job.chunks():
            send(chunk)
        send([])
    except IntakeError as refused:
        send({"sentence": refused.sentence, "about": refused.about})
    except MemoryError:
        # Nothing more can be done in this process, not even its own clearing up.
        os._exit(OUT_OF_MEMORY)
    except BrokenPipeError:
        # The parent is gone. Nothing may be written at exit either.
        sys.stdout = None
