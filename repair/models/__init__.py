from repair.models.application import Application
from repair.models.application_draft import ApplicationDraft, DraftPaper
from repair.models.commitment import Commitment
from repair.models.evidence import Evidence
from repair.models.filing import Filing
from repair.models.step import Step

__all__ = (
    "Application",
    "ApplicationDraft",
    "Commitment",
    "DraftPaper",
    "Evidence",
    "Filing",
    "Step",
)
