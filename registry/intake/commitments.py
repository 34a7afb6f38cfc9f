"""A credit commitment as its file tells it: only where it is open to everybody."""

from registry.actions import Decision
from registry.intake.cells import Cells
from registry.intake.permits import printed_until
from registry.intake.reading import (
    LONGEST_GROUND,
    LONGEST_NO,
    Party,
    Reading,
    decision_days,
    kept_details,
    performance_of,
)
from registry.models.delivery_codes import Reason

LIST = "REG_COMMITMENT"
OPEN = "可向社会公开"


def read(number: int, party: Party, cells: Cells) -> Reading:
    if cells.needed("openness") not in ("", OPEN):
        cells.doubt(Reason.NOT_PUBLIC)
    decided_on, _noticed_on = decision_days(cells)
    details = kept_details(cells, "commitment_kind", "content")
    until = printed_until(cells, details)
    number_of_it = cells.needed("decision_no", most=LONGEST_NO)
    return Reading(
        number,
        party,
        list_code=LIST,
        decision=Decision(number_of_it, decided_on, until=until),
        ground=cells.text("ground", most=LONGEST_GROUND),
        details=details,
        performance=performance_of(cells),
        reasons=cells.reasons,
    )
