"""The official columns, set by set, and which of them a file's header names.

The sets are rows of `registry/data/columns.csv`. A header may say the code, the Chinese
or the English name of a column or one of its other names, in any order, width and case.
"""

import csv
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache, cached_property
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data" / "columns.csv"
# What templates write behind a title for people.
FOR_PEOPLE = ("必填", "选填", "必填项", "选填项")
# The column that stands before rows that came back: not a part of the table.
RETURNED = {"退回原因", "Why it came back"}
# Two titles that mean the same differ in less; anything farther would mislead.
ALIKE = 0.6
# A row that names fewer columns is a title or data.
FEWEST_OF_A_HEADER = 2


@dataclass(frozen=True)
class Column:
    """One official column; `field` is what it means in every set that has it.

    `kept` is yes, no, or never: what may never be stored is not read either.
    """

    code: str
    name_zh: str
    name_en: str
    required: bool
    kind: str
    field: str
    kept: str
    choices: tuple[str, ...]
    example: str
    aliases: tuple[str, ...]
    note_zh: str
    note_en: str

    @classmethod
    def of(cls, row: dict[str, str]) -> "Column":
        known = {key: text for key, text in row.items() if key != "set"}
        required = known.pop("required") == "1"
        choices, aliases = (
            tuple(filter(None, known.pop(key).split("|"))) for key in ("choices", "aliases")
        )
        return cls(**known, required=required, choices=choices, aliases=aliases)

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_zh

    def note(self, language: str) -> str:
        return self.note_en if language == "en" else self.note_zh

    @property
    def spellings(self) -> set[str]:
        return set(map(fold, (self.code, self.name_zh, self.name_en, *self.aliases)))


@dataclass(frozen=True)
class Unknown:
    """A title that no column has; `meant` is the column that looks like it."""

    title: str
    meant: Column | None


@dataclass(frozen=True)
class Recognition:
    """What the titles of a header are."""

    # By the place in the header, from 0.
    columns: dict[int, Column]
    missing: tuple[Column, ...]
    unknown: tuple[Unknown, ...]
    # Columns that more than one title names; nobody can say which one counts.
    twice: tuple[Column, ...]

    @property
    def complete(self) -> bool:
        return not (self.missing or self.twice)

    @property
    def places(self) -> dict[str, int]:
        """By code, where the column stands."""
        return {column.code: place for place, column in self.columns.items()}


@dataclass(frozen=True)
class ColumnSet:
    name: str
    columns: tuple[Column, ...] = field(repr=False)

    @cached_property
    def known(self) -> dict[str, Column]:
        """By every folded spelling; the name of a column beats another's alias."""
        aliases = {key: column for column in self.columns for key in column.spellings}
        names = {
            fold(name): column
            for column in self.columns
            for name in (column.code, column.name_zh)
        }
        return aliases | names

    def column(self, code: str) -> Column | None:
        return next((column for column in self.columns if column.code == code), None)

    def recognise(
        self, header: Sequence[str], mapping: Mapping[str, str] | None = None
    ) -> Recognition:
        """What each title is; `mapping` says it of titles first, an empty code of none."""
        said = {fold(title): code for title, code in (mapping or {}).items()}
        columns: dict[int, Column] = {}
        unknown, twice = [], {}
        for place, title in enumerate(header):
            key = fold(title)
            if not key or title in RETURNED or said.get(key) == "":
                continue
            column = self.column(said[key]) if key in said else self.known.get(key)
            if column is None:
                unknown.append(Unknown(title, self.meant(key)))
            elif column in columns.values():
                twice[column.code] = column
            else:
                columns[place] = column
        missing = (c for c in self.columns if c.required and c not in columns.values())
        return Recognition(columns, tuple(missing), tuple(unknown), tuple(twice.values()))

    def meant(self, key: str) -> Column | None:
        close = get_close_matches(key, self.known, n=1, cutoff=ALIKE)
        return self.known[close[0]] if close else None


def fold(title: str) -> str:
    """A title without width, case, marks and what is said to people only."""
    text = unicodedata.normalize("NFKC", title).casefold()
    key = "".join(filter(str.isalnum, text))
    for ending in FOR_PEOPLE:
        key = key.removesuffix(ending)
    return key


@cache
def column_sets() -> dict[str, ColumnSet]:
    """Every set by its name, in the order of the table."""
    with DATA.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = dict.fromkeys(row["set"] for row in rows)
    return {
        name: ColumnSet(name, tuple(Column.of(row) for row in rows if row["set"] == name))
        for name in names
    }


def column_set(name: str) -> ColumnSet:
    return column_sets()[name]


def closest(header: Sequence[str], names: Iterable[str] = ()) -> ColumnSet:
    """The set, of those named or of all, that the header says most of."""
    sets = [column_set(name) for name in names] or list(column_sets().values())

    def likeness(candidate: ColumnSet) -> tuple[int, int]:
        found = candidate.recognise(header)
        return len(found.columns), -len(found.missing)

    return max(sets, key=likeness)


def is_header(cells: Sequence[str]) -> bool:
    """Whether the cells name columns of some set."""
    titles = set(map(fold, cells))
    return any(
        len({columns.known[title].code for title in titles & columns.known.keys()})
        >= FEWEST_OF_A_HEADER
        for columns in column_sets().values()
    )
