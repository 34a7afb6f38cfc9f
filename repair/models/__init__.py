from repair.models.application import Application
from repair.models.commitment import Commitment
from repair.models.evidence import Evidence
from repair.models.filing import Filing
from repair.models.revocation import Revocation
from repair.models.step import Step

__all__ = ("Application", "Commitment", "Evidence", "Filing", "Revocation", "Step")
