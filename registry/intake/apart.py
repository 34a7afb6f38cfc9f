"""Registrations read in a process of its own: reading and the database share two cores."""

from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from registry.codes import Code
from registry.intake import child
from registry.intake.errors import IntakeError
from registry.intake.files import TextFile
from registry.intake.registration import Facts, Refusal, RegistrationReader, Row

CHUNK = 5000
# Starting a process takes about as long as reading this many rows.
WORTH_A_PROCESS = 2 * CHUNK
# Models can only be imported, and so unpickled, once Django is set up.
PREPARE = "import django; django.setup(); "

Chunk = list[Row | Refusal]


class Job(NamedTuple):
    """Read `file` from the record after `start`."""

    reader: RegistrationReader
    file: TextFile
    start: int

    @property
    def n_records(self) -> int:
        return self.file.n_records - self.start

    def read(self) -> Generator[Chunk]:
        records = islice(enumerate(self.file.records(), start=1), self.start, None)
        while chunk := list(islice(records, CHUNK)):
            yield [self.reader.read(number, values) for number, values in chunk]

    def chunks(self) -> Iterator[child.Items]:
        for chunk in self.read():
            yield list(map(plain, chunk))


def read(job: Job) -> Generator[Chunk]:
    """The records understood, `CHUNK` at a time."""
    return read_apart(job) if job.n_records > WORTH_A_PROCESS else job.read()


def read_apart(job: Job) -> Generator[Chunk]:
    try:
        with closing(child.run(job, prepare=PREPARE)) as chunks:
            for chunk in chunks:
                yield list(map(typed, chunk))
    except child.DiedError as died:
        raise IntakeError(
            _("读取文件的进程中断。请再次运行同一命令，会从中断处继续。")
        ) from died


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
