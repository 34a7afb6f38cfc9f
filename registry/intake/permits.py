"""A permit as its file tells it: on display for as long as it is valid."""

from datetime import date

from registry.actions import Decision
from registry.intake.cells import Cells, is_endless
from registry.intake.reading import (
    LONGEST_NO,
    Party,
    Reading,
    decision_days,
    is_revoked,
    kept_details,
)
from registry.workdays import DAY

LIST = "REG_PERMIT"
DETAILS = ("permit_name", "permit_kind", "certificate_no", "content")


def read(number: int, party: Party, cells: Cells) -> Reading:
    """One record of the columns `XK_`; the party has been looked at before."""
    decided_on, noticed_on = decision_days(cells)
    details = kept_details(cells, *DETAILS)
    if begins := cells.day("valid_from"):
        details["valid_from"] = begins.isoformat()
    until = printed_until(cells, details)
    return Reading(
        number,
        party,
        list_code=LIST,
        decision=Decision(
            cells.needed("decision_no", most=LONGEST_NO),
            decided_on,
            noticed_on=noticed_on,
            until=until,
        ),
        details=details,
        is_revoked=is_revoked(cells),
        reasons=cells.reasons,
    )


def printed_until(cells: Cells, details: dict[str, str]) -> date | None:
    """The first day it no longer holds, None for one without end; noted in the details."""
    if is_endless(text := cells.needed("valid_until")):
        details["valid_until"] = "长期"
        return None
    last = cells.day("valid_until") if text else None
    if last is None:
        return None
    details["valid_until"] = last.isoformat()
    return last + DAY
