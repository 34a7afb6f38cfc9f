"""JSON lines: one object a line, its keys the columns, its values text or numbers."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop as _

from registry.intake import files
from registry.intake.tables.errors import TableError
from registry.intake.tables.limits import MOST_COLUMNS, MOST_LINE
from registry.intake.tables.rows import MOST_OF_A_NAME, Record, Source, tidy

# What JSON has beside text, objects and numbers, which are read as text.
WORDS = {None: "", True: "true", False: "false"}
TOO_LONG = _("第 %(line)d 行太长。请检查是否缺少换行，再重新提交。")
TOO_DEEP = _("第 %(line)d 行嵌套太深。每行应当是一个对象，值只能是文字、数字或空。")
NO_OBJECT = _(
    "第 %(line)d 行不是完整的 JSON 对象。每行应当是一个对象，键是列名。"
    "请改正该行后重新提交。"
)
TWICE = _("第 %(line)d 行的“%(name)s”不止一个，分不清以哪一个为准。请只保留一个。")
NESTED = _("第 %(line)d 行的“%(name)s”里又有对象或数组。值只能是文字、数字或空。")
NO_NUMBER = _("第 %(line)d 行的 %(name)s 不是数字。请改成数字，或者留空。")


@contextmanager
def look(path: Path) -> Iterator[tuple[Source, Iterator[Record]]]:
    """The columns are the keys of all lines, in the order they first appear."""
    encoding = files.encoding_of(path)
    header: dict[str, str] = {}
    for _line, found in objects(path, encoding):
        header |= found
        if len(header) > MOST_COLUMNS:
            break
    if not header:
        raise TableError(files.EMPTY)
    source = Source(path, "jsonl", tuple(header), (encoding,))
    yield source, records(source)


def records(source: Source) -> Iterator[Record]:
    """A key that a line lacks is an empty cell."""
    (encoding,) = source.details
    for line, found in objects(source.path, str(encoding)):
        yield line, [found.get(name, "") for name in source.header]


def objects(path: Path, encoding: str) -> Iterator[tuple[int, dict[str, str]]]:
    with (
        files.open_binary(path) as binary,
        io.TextIOWrapper(binary, encoding, errors="replace", newline="\n") as text,
    ):
        number = 0
        while line := text.readline(MOST_LINE):
            number += 1
            if line.isspace():
                continue
            try:
                yield number, read(line)
            except WrongLineError as wrong:
                raise TableError(wrong.sentence, line=number, **wrong.about) from wrong


class WrongLineError(Exception):
    """Leaves the reading of a line, which does not know its number."""

    def __init__(self, sentence: str, **about: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.about = about


def read(line: str) -> dict[str, str]:
    """The object of a line, each value as the text that stands there."""
    if len(line) == MOST_LINE:
        raise WrongLineError(TOO_LONG)
    try:
        found = json.loads(
            line,
            object_pairs_hook=flat,
            # No number is rounded, and none is too long to be read.
            parse_int=str,
            parse_float=str,
            parse_constant=no_number,
        )
    except RecursionError as deep:
        raise WrongLineError(TOO_DEEP) from deep
    except ValueError as wrong:
        raise WrongLineError(NO_OBJECT) from wrong
    if not isinstance(found, dict):
        raise WrongLineError(NO_OBJECT)
    return found


def flat(pairs: list[tuple[str, Any]]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for key, value in pairs:
        name = tidy(key)
        if name in cells:
            raise WrongLineError(TWICE, name=name[:MOST_OF_A_NAME])
        if isinstance(value, (dict, list)):
            raise WrongLineError(NESTED, name=name[:MOST_OF_A_NAME])
        cells[name] = value if isinstance(value, str) else WORDS[value]
    return cells


def no_number(constant: str) -> str:
    raise WrongLineError(NO_NUMBER, name=constant)
