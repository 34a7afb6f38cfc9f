"""A penalty as its file tells it: kinds and fine, hence its class, hence its list."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from registry import terms
from registry.actions import Decision
from registry.intake.cells import Cells
from registry.intake.reading import (
    LONGEST_GROUND,
    LONGEST_NO,
    LONGEST_TEXT,
    Party,
    Reading,
    decision_days,
    is_revoked,
    kept_details,
)
from registry.models import PenaltyClass, Severity
from registry.models.delivery_codes import Reason
from registry.workdays import DAY

FAMILY = "REG_PENALTY"
FINE = "罚款"
# How the kinds of the template begin, and the class of `penalty_classes.csv` they are in.
KINDS = {
    "警告": "summary_or_warning",
    "通报批评": "summary_or_warning",
    "简易程序": "summary_or_warning",
    "没收": "fine_large",
    "暂扣": "permit",
    "降低资质": "permit",
    "吊销": "permit",
    "限制开展生产经营": "business",
    "责令停产": "business",
    "责令停业": "business",
    "责令关闭": "business",
    "限制从业": "ban",
}
DIVIDERS = re.compile(r"[、，,；;／/|\s]+")
# The gravest has the longest publication, and that is what governs several kinds.
GRAVITY = (Severity.MINOR, Severity.GENERAL, Severity.SERIOUS)


class Classes:
    """Which severity a penalty has, as the rows of the table say."""

    def __init__(self, rows: Iterable[PenaltyClass]) -> None:
        self.rows = list(rows)
        self.severities = {row.code: Severity(row.severity) for row in self.rows}

    def of_kind(self, kind: str) -> Severity | None:
        for begins, code in KINDS.items():
            if kind.startswith(begins):
                return self.severities.get(code)
        return None

    def of_fine(self, yuan: Decimal) -> Severity | None:
        for row in self.rows:
            is_reached = row.fine_from is not None and row.fine_from <= yuan
            if is_reached and (row.fine_below is None or yuan < row.fine_below):
                return Severity(row.severity)
        return None


def list_of(severity: Severity) -> str:
    return f"{FAMILY}_{severity.upper()}"


def severity_of(cells: Cells, fine: Decimal | None, classes: Classes) -> Severity | None:
    """The gravest class of everything imposed; None where a part of it has none."""
    named = f"{cells.needed('penalty_kind')} {cells.text('penalty_kind_2')}"
    kinds = [kind for kind in DIVIDERS.split(named) if kind]
    found = [classes.of_kind(kind) for kind in kinds if not kind.startswith(FINE)]
    if None in found:
        cells.doubt(Reason.UNKNOWN_KIND)
        return None
    if severity := of_fine(cells, kinds, fine, classes):
        found.append(severity)
    known = [severity for severity in found if severity is not None]
    return max(known, key=GRAVITY.index) if known else None


def of_fine(
    cells: Cells, kinds: Sequence[str], fine: Decimal | None, classes: Classes
) -> Severity | None:
    is_named = any(kind.startswith(FINE) for kind in kinds)
    if is_named and fine is None and not cells.doubts(Reason.BAD_AMOUNT):
        cells.doubt(Reason.NO_FINE)
    if fine is not None and kinds and not is_named:
        cells.doubt(Reason.FINE_NOT_NAMED)
    return classes.of_fine(fine) if fine is not None else None


def read(number: int, party: Party, cells: Cells, classes: Classes) -> Reading:
    """One record of the columns `CF_`; the party has been looked at before."""
    fine, confiscated = cells.yuan("fine"), cells.yuan("confiscated")
    severity = severity_of(cells, fine, classes)
    decided_on, noticed_on = decision_days(cells)
    details = kept_details(cells, "penalty_kind", "content")
    if confiscated is not None:
        details["confiscated"] = f"{confiscated:.2f}"
    return Reading(
        number,
        party,
        list_code=list_of(severity) if severity else "",
        decision=Decision(
            cells.needed("decision_no", most=LONGEST_NO), decided_on, noticed_on=noticed_on
        ),
        ground=cells.text("ground", most=LONGEST_GROUND),
        facts=facts_of(cells),
        details=details,
        amount=fine,
        printed_end=cells.day("display_until"),
        is_revoked=is_revoked(cells),
        reasons=cells.reasons,
    )


def facts_of(cells: Cells) -> str:
    """What was found, and the articles it rests on."""
    facts = cells.needed("facts", most=LONGEST_TEXT)
    basis = cells.text("basis", most=LONGEST_TEXT)
    return f"{facts}\n处罚依据：{basis}" if basis else facts


def shortened(
    printed: date | None, decided_on: date, usual: terms.Duration | None
) -> terms.Duration | None:
    """The term that a printed end asks for, where it is shorter than the usual one.

    ValueError where that end is not a whole number of months away: no term gives it.
    """
    if printed is None or usual is None or usual.unit != terms.Unit.MONTHS:
        return None
    if printed >= terms.add(decided_on, usual):
        return None
    months = terms.month_number(printed) - terms.month_number(decided_on)
    term = terms.Duration(months, terms.Unit.MONTHS)
    if months < 1 or printed not in ends_of(decided_on, term):
        raise ValueError(printed)
    return term


def ends_of(decided_on: date, term: terms.Duration) -> tuple[date, date]:
    """The last day of a term; some files name the day before as the last one."""
    last = terms.add(decided_on, term)
    return last, last - DAY
