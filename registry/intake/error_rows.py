"""The records that were not taken, with every reason: a workbook to be put right."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from registry.intake import check, layouts, store
from registry.intake.tables.writing import error_rows
from registry.models import Delivery, DeliveryRow
from registry.models.delivery_codes import Reason, Verdict

TAKEN = (Verdict.ACCEPTED, Verdict.UNCHANGED)
# Of these nothing comes back but where they stand.
OF_PERSONS = {
    Reason.NATURAL_PERSON.value,
    Reason.PERSONAL_NUMBER.value,
    Reason.PERHAPS_PERSON.value,
}


def is_there(delivery: Delivery) -> bool:
    """Whether the records can still be handed back: their file goes with the delivery."""
    return store.is_there(delivery.stored_as)


def write_errors(delivery: Delivery, path: Path) -> None:
    """IntakeError where the file cannot be read any more."""
    error_rows(path, delivery.header, handed_back(delivery))


def handed_back(delivery: Delivery) -> Iterator[tuple[Sequence[str], str]]:
    """Cells and reason, in the order of the file; never a number of a person."""
    rows = delivery.rows.exclude(verdict__in=TAKEN).order_by("number")
    waiting = rows.iterator(chunk_size=2_000)
    row = next(waiting, None)
    hidden = never_kept(delivery)
    with check.stored(delivery) as table:
        for number, values in table.records():
            if row is None:
                return
            if number == row.number:
                yield cells(row, values, hidden), reason_of(row)
                row = next(waiting, None)


def never_kept(delivery: Delivery) -> set[int]:
    """The places of columns that may never be stored."""
    found = layouts.recognised(delivery.header, delivery.column_set, delivery.mapping)
    return {place for place, column in found.columns.items() if column.kept == "never"}


def cells(row: DeliveryRow, values: Sequence[str], hidden: set[int]) -> Sequence[str]:
    if OF_PERSONS.intersection(code for code, _detail in row.reasons):
        return [""] * len(values)
    return ["" if place in hidden else text for place, text in enumerate(values)]


def reason_of(row: DeliveryRow) -> str:
    said = _("；").join(row.words)
    return _("第 %(row)d 行：%(said)s") % {"row": row.number, "said": said}
