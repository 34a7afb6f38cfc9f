"""An entry of any other list as its file tells it."""

from collections.abc import Collection
from datetime import date

from registry.actions import Decision
from registry.intake.cells import Cells, is_endless
from registry.intake.penalties import facts_of
from registry.intake.reading import (
    LONGEST_GROUND,
    LONGEST_NO,
    Party,
    Reading,
    decision_days,
    kept_details,
    performance_of,
)
from registry.workdays import DAY


def read(
    number: int, party: Party, cells: Cells, list_code: str, details: Collection[str]
) -> Reading:
    """`details` are the matters that the rule of the list records."""
    decided_on, noticed_on = decision_days(cells)
    return Reading(
        number,
        party,
        list_code=list_code,
        decision=Decision(
            cells.needed("decision_no", most=LONGEST_NO),
            decided_on,
            noticed_on=noticed_on,
            until=until_of(cells),
        ),
        ground=cells.needed("ground", most=LONGEST_GROUND),
        facts=facts_of(cells),
        details=kept_details(cells, *details),
        amount=cells.yuan("amount"),
        performance=performance_of(cells),
        reasons=cells.reasons,
    )


def until_of(cells: Cells) -> date | None:
    """Where the record prints its own end; a rule that counts it bars the row."""
    if is_endless(cells.text("valid_until")):
        return None
    last = cells.day("valid_until")
    return last + DAY if last else None
