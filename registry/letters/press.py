"""A sheet becomes a PDF, in a process of its own that is bound in time and memory.

The bytes depend on nothing but the sheet, so that the same letter can be made again and
compared. The PDF is tagged, says its language and title, and holds its fonts:
the compiler refuses a letter with a character it cannot show (PDF/A-2a, PDF/UA-1).
"""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext as _

from registry.days import start_of
from registry.errors import RegistryError
from registry.intake import child
from registry.intake.tables import bounds
from registry.letters import glyphs, sheet
from registry.letters.sheet import Sheet

TEMPLATE = Path(__file__).with_name("letter.typ")
STANDARDS: Any = ["a-2a", "ua-1"]
# By the clock; a page takes milliseconds, the fonts a tenth of a second.
SECONDS = 30
# Of all texts together; some fifty pages.
MOST_CHARACTERS = 60_000
# Every thread would reserve memory that counts against the bound.
ONE_THREAD = {"RAYON_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}


class PressError(RegistryError):
    """No letter came out of it."""

    def __init__(self) -> None:
        text = _("内容太长或者无法排版，文书没有生成。请精简认定事实之后再办。")
        super().__init__(text)


def printed(letter: Sheet) -> bytes:
    """The letter as PDF, dated the day that it bears."""
    values = json.dumps(settable(letter), ensure_ascii=False)
    if len(values) > MOST_CHARACTERS:
        raise PressError
    job = Job(values, int(start_of(letter.dated_on).timestamp()))
    env = bounds.environment() | ONE_THREAD
    try:
        with closing(child.run(job, prepare=bounds.PREPARE, env=env)) as chunks:
            content: bytes = next(chunks)[0][0]
    except (child.DiedError, StopIteration) as failed:
        raise PressError from failed
    return content


def settable(letter: Sheet) -> dict[str, Any]:
    """The values with what cannot be set made visible, and a note that says so."""
    values: dict[str, Any] = cleaned(letter.values)
    if glyphs.MISSING in json.dumps(values, ensure_ascii=False):
        text = _("〓 表示字库没有的字，括号内是它的统一码。请对照证件用手写补正。")
        values["blocks"].append(sheet.note(text))
    return values


def cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return glyphs.printable(value)
    if isinstance(value, dict):
        return {name: cleaned(one) for name, one in value.items()}
    return [cleaned(one) for one in value] if isinstance(value, list | tuple) else value


@dataclass(frozen=True, slots=True)
class Job:
    """What the other process does; it knows no setting, no key and no database."""

    values: str
    stamp: int

    def chunks(self) -> Iterator[child.Items]:
        bounds.confine()
        signal.alarm(SECONDS)
        if content := self.compiled():
            yield [(content,)]

    def compiled(self) -> bytes:
        """Empty where it cannot be set; why would quote the letter, and is not told."""
        try:
            content, warnings = compiler(self.values).compile_with_warnings(
                format="pdf", pdf_standards=STANDARDS, timestamp=self.stamp
            )
        except typst.TypstError:
            return b""
        return content if isinstance(content, bytes) and not warnings else b""


def compiler(values: str) -> typst.Compiler:
    """Sees the template and its two faces, and nothing of the machine."""
    faces = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[glyphs.FOLDER],
    )
    return typst.Compiler(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        font_paths=faces,
        ignore_system_fonts=True,
        sys_inputs={"sheet": values},
        package_path=os.devnull,
        package_cache_path=os.devnull,
    )
