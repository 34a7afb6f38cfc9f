from repair.models.application import Application
from repair.models.commitment import Commitment
from repair.models.counted_calendar import CountedCalendar
from repair.models.evidence import Evidence
from repair.models.filing import Filing
from repair.models.finding import CommitmentFinding
from repair.models.step import Step

__all__ = (
    "Application",
    "Commitment",
    "CommitmentFinding",
    "CountedCalendar",
    "Evidence",
    "Filing",
    "Step",
)
