from repair.models.application import Application
from repair.models.application_draft import ApplicationDraft, DraftPaper
from repair.models.commitment import Commitment
from repair.models.counted_calendar import CountedCalendar
from repair.models.evidence import Evidence
from repair.models.filing import Filing
from repair.models.finding import CommitmentFinding
from repair.models.objection import Objection
from repair.models.revocation import Revocation
from repair.models.step import Matter, Step

__all__ = (
    "Application",
    "ApplicationDraft",
    "Commitment",
    "CommitmentFinding",
    "CountedCalendar",
    "DraftPaper",
    "Evidence",
    "Filing",
    "Matter",
    "Objection",
    "Revocation",
    "Step",
)
