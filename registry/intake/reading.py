"""What one record of an official file says, in the words of a case and a decision."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from registry import codes
from registry.actions import Decision
from registry.intake.cells import Cells
from registry.models import Entity, Listing
from registry.models.delivery_codes import Reason
from registry.names import name_key

LONGEST_NAME, LONGEST_NO, LONGEST_GROUND, LONGEST_TEXT = 200, 100, 300, 4000
NATURAL = ("自然人", "公民", "个人")
INDIVIDUAL_BUSINESS = "个体"
# What the status of a record says, by how it begins; the old set has numbers.
IN_FORCE = ("", "0", "正常", "有效", "现行")
REVOKED = ("1", "撤销", "撤回", "注销", "作废", "无效", "失效")
DISPUTED = ("2", "异议")
PERFORMANCE = {
    "": "",
    "全部履行": Listing.Performance.FULL.value,
    "部分履行": Listing.Performance.PART.value,
    "全部未履行": Listing.Performance.NONE.value,
}


@dataclass(frozen=True, slots=True)
class Party:
    """As the file names it. `kind` where the file says one that the number may not tell."""

    name: str = ""
    code: codes.Code | None = None
    kind: str = ""

    @property
    def key(self) -> str:
        return name_key(self.name)


@dataclass(slots=True)
class Reading:
    """One record, understood as far as it can be without the register."""

    number: int
    party: Party
    list_code: str = ""
    decision: Decision = field(default_factory=lambda: Decision("", None))
    ground: str = ""
    facts: str = ""
    details: dict[str, str] = field(default_factory=dict)
    amount: Decimal | None = None
    performance: str = ""
    # The last day on display that the record itself prints.
    printed_end: date | None = None
    is_revoked: bool = False
    reasons: list[tuple[str, str]] = field(default_factory=list)


def nothing_kept(number: int, reason: Reason, detail: str = "") -> Reading:
    """A record of which the report holds the reason only."""
    return Reading(number, Party(), reasons=[(reason.value, detail)])


def is_of_person(cells: Cells) -> bool:
    return cells.text("subject_class").startswith(NATURAL)


def party_of(cells: Cells) -> Party:
    name = cells.text("name", most=LONGEST_NAME)
    code = codes.read(cells.text("code")) or codes.read(cells.text("reg15"))
    if not name:
        cells.doubt(Reason.NO_PARTY)
    if len(name_key(name)) > LONGEST_NAME:
        # One character can fold to eighteen; the register keeps the folded name, too.
        cells.doubt(Reason.LONG_FIELD, cells.columns.get("name", "name"))
        return Party()
    if code and codes.is_personal(code, name_key(name)):
        cells.doubt(Reason.PERSONAL_NUMBER)
        return Party()
    is_business = cells.text("subject_class").startswith(INDIVIDUAL_BUSINESS)
    kind = Entity.Kind.INDIVIDUAL_BUSINESS.value if is_business else ""
    if not code and len(name_key(name)) <= codes.LONGEST_PERSONAL_NAME and name:
        # Neither a firm nor a person for sure: then nobody may read the name.
        cells.doubt(Reason.PERHAPS_PERSON)
        return Party()
    return Party(name, code, kind)


def refuse_other_authority(cells: Cells, uscc: str, name: str) -> None:
    """The record has to be one of the authority that delivers it."""
    code, called = codes.fold(cells.text("authority_code")), cells.text("authority")
    is_ours = code == uscc if code else name_key(called or name) == name_key(name)
    if not is_ours:
        cells.doubt(Reason.OTHER_AUTHORITY)


def is_revoked(cells: Cells) -> bool:
    """Whether the authority has taken its decision back; other states are doubts."""
    status = cells.text("state")
    if status.startswith(DISPUTED):
        cells.doubt(Reason.DISPUTED)
    elif not status.startswith(REVOKED) and status not in IN_FORCE:
        cells.doubt(Reason.UNKNOWN_STATUS, cells.columns.get("state", ""))
    return status.startswith(REVOKED)


def decision_days(cells: Cells) -> tuple[date | None, date | None]:
    """The day of the decision, and of the notice where the file tells it."""
    decided_on = cells.day("decided_on", is_needed=True)
    noticed_on = cells.day("noticed_on")
    if decided_on and noticed_on and noticed_on > decided_on:
        cells.doubt(Reason.NOTICE_LATE)
    return decided_on, noticed_on


def kept_details(cells: Cells, *names: str) -> dict[str, str]:
    found = {name: cells.text(name, most=LONGEST_TEXT) for name in names}
    return {name: text for name, text in found.items() if text}


def performance_of(cells: Cells) -> str:
    if (text := cells.text("performance")) not in PERFORMANCE:
        cells.doubt(Reason.NO_VALUE, cells.columns.get("performance", ""))
    return PERFORMANCE.get(text, "")
