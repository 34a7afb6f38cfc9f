"""Which cells of an official file are which part of a record, and how it is read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.utils.translation import gettext_noop as _

from registry.intake import columns, commitments, penalties, permits, plain_lists
from registry.intake.cells import Cells
from registry.intake.columns import Recognition
from registry.intake.errors import IntakeError
from registry.intake.penalties import Classes
from registry.intake.reading import (
    Party,
    Reading,
    is_of_person,
    nothing_kept,
    party_of,
    refuse_other_authority,
)
from registry.models import Authority, ListRule, PenaltyClass
from registry.models.delivery_codes import Reason

Read = Callable[[int, Party, Cells], Reading]
# The sets of columns that a file of a list may have; of all others the plain set.
SETS = {
    penalties.FAMILY: ("penalty_2018", "penalty_2015"),
    permits.LIST: ("permit_2018", "permit_2015"),
    commitments.LIST: ("commitment",),
}
PLAIN = ("list",)
BROKEN = "\ufffd"


@dataclass(frozen=True)
class Layout:
    """Where in a row each part of a record stands, and under which column.

    What may never be stored is not read either.
    """

    places: dict[str, int]
    columns: dict[str, str]
    width: int

    @classmethod
    def of(cls, found: Recognition, width: int) -> "Layout":
        kept = {
            place: column for place, column in found.columns.items() if column.kept == "yes"
        }
        places = {column.field: place for place, column in kept.items()}
        codes = {column.field: column.code for column in kept.values()}
        return cls(places, codes, width)


def sets_of(list_code: str) -> tuple[str, ...]:
    return SETS.get(list_code, PLAIN)


def every_set() -> tuple[str, ...]:
    """The sets of columns that files of any list may have."""
    return (*(name for names in SETS.values() for name in names), *PLAIN)


def lists_of(list_code: str) -> tuple[str, ...]:
    """The lists of a family; any other code is a list by itself."""
    if list_code == penalties.FAMILY:
        return tuple(map(penalties.list_of, penalties.GRAVITY))
    return (list_code,)


def set_of(header: Sequence[str], list_code: str) -> str:
    """The set of columns that the header says most of."""
    return columns.closest(header, sets_of(list_code)).name


def recognised(
    header: Sequence[str], column_set: str, mapping: Mapping[str, str]
) -> Recognition:
    return columns.column_set(column_set).recognise(header, mapping)


def refuse_incomplete(found: Recognition) -> None:
    """IntakeError where a column is missing, or named by two titles."""
    if found.missing:
        named = "、".join(f"{one.name_zh}（{one.code}）" for one in found.missing)
        raise IntakeError(
            _("缺少必需的列：%(columns)s。请按模板补齐，或者说明哪一列是它。"),
            columns=named,
        )
    if found.twice:
        named = "、".join(f"{one.name_zh}（{one.code}）" for one in found.twice)
        raise IntakeError(
            _("不止一列是 %(columns)s，分不清以哪一列为准。请只保留一列。"), columns=named
        )


def how_to_read(list_code: str, day: date) -> Read:
    """The reader of one record, with the tables that it needs; two queries at most."""
    if list_code == penalties.FAMILY:
        return partial(penalties.read, classes=Classes(PenaltyClass.objects.all()))
    if list_code == permits.LIST:
        return permits.read
    if list_code == commitments.LIST:
        return commitments.read
    rule = ListRule.objects.in_force(day).get(list_type=list_code)
    return partial(
        plain_lists.read, list_code=list_code, details=tuple(rule.details.split())
    )


class Reader:
    """Reads the records of one file, each by itself."""

    def __init__(self, layout: Layout, authority: Authority, read: Read) -> None:
        self.layout, self.authority, self.how = layout, authority, read

    def read(self, number: int, values: Sequence[str]) -> Reading:
        layout = self.layout
        if len(values) != layout.width:
            detail = f"{len(values)}/{layout.width}"
            return nothing_kept(number, Reason.COLUMNS, detail)
        found = {name: values[place] for name, place in layout.places.items()}
        if any(BROKEN in text for text in found.values()):
            return nothing_kept(number, Reason.ENCODING)
        cells = Cells(found, layout.columns)
        if is_of_person(cells):
            return nothing_kept(number, Reason.NATURAL_PERSON)
        if cells.holds_personal_number():
            return nothing_kept(number, Reason.PERSONAL_NUMBER)
        refuse_other_authority(cells, self.authority.uscc, self.authority.name)
        return self.how(number, party_of(cells), cells)
