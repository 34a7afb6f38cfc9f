from registry.models.authority import Authority
from registry.models.batch import Batch, Finding
from registry.models.calendar_day import CalendarDay
from registry.models.candidacy import Candidacy, CandidateObjection
from registry.models.case_key import CaseKey
from registry.models.competence import Competence
from registry.models.delivery import (
    ColumnMapping,
    Delivery,
    DeliveryRow,
    DeliveryStep,
)
from registry.models.directory_item import DirectoryItem
from registry.models.entity import Entity, EntityChange, EntityName, Identifier
from registry.models.factor_reset import FactorReset
from registry.models.follow_up import Escalation, FollowUp
from registry.models.guess import Guess
from registry.models.head import Head
from registry.models.instance import Instance
from registry.models.kept_draft import KeptDraft
from registry.models.ledger import (
    Checkpoint,
    LedgerEntry,
    LedgerNode,
    LostListing,
    Opening,
)
from registry.models.legal_basis import LegalBasis
from registry.models.letter import CasePaper, Letter, Manner
from registry.models.list_rule import ListRule
from registry.models.list_type import ListType
from registry.models.listing import Listing
from registry.models.measure import Measure
from registry.models.objection_terms import ObjectionTerms
from registry.models.outbox import Outbox
from registry.models.person import Person
from registry.models.proposal import Proposal
from registry.models.recovery_code import RecoveryCode
from registry.models.region import Region
from registry.models.rule_proposal import RuleProposal
from registry.models.search_entry import (
    ListedEntry,
    SearchCheck,
    SearchEntry,
    SearchTerm,
)
from registry.models.severity import PenaltyClass, Severity, SeverityClass
from registry.models.signed_letter import SignedLetter
from registry.models.source import Source
from registry.models.staff_step import StaffAct, StaffStep
from registry.models.step import Act, Step
from registry.models.user import Role, User
from registry.models.viewing import Export, Purpose, Viewing, ViewingHead

__all__ = (
    "Act",
    "Authority",
    "Batch",
    "CalendarDay",
    "Candidacy",
    "CandidateObjection",
    "CaseKey",
    "CasePaper",
    "Checkpoint",
    "ColumnMapping",
    "Competence",
    "Delivery",
    "DeliveryRow",
    "DeliveryStep",
    "DirectoryItem",
    "Entity",
    "EntityChange",
    "EntityName",
    "Escalation",
    "Export",
    "FactorReset",
    "Finding",
    "FollowUp",
    "Guess",
    "Head",
    "Identifier",
    "Instance",
    "KeptDraft",
    "LedgerEntry",
    "LedgerNode",
    "LegalBasis",
    "Letter",
    "ListRule",
    "ListType",
    "ListedEntry",
    "Listing",
    "LostListing",
    "Manner",
    "Measure",
    "ObjectionTerms",
    "Opening",
    "Outbox",
    "PenaltyClass",
    "Person",
    "Proposal",
    "Purpose",
    "RecoveryCode",
    "Region",
    "Role",
    "RuleProposal",
    "SearchCheck",
    "SearchEntry",
    "SearchTerm",
    "Severity",
    "SeverityClass",
    "SignedLetter",
    "Source",
    "StaffAct",
    "StaffStep",
    "Step",
    "User",
    "Viewing",
    "ViewingHead",
)
