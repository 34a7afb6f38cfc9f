from registry.models.authority import Authority
from registry.models.batch import Batch, Finding
from registry.models.calendar_day import CalendarDay
from registry.models.entity import Entity, EntityChange, EntityName, Identifier
from registry.models.instance import Instance
from registry.models.legal_basis import LegalBasis
from registry.models.list_rule import ListRule
from registry.models.list_type import ListType
from registry.models.measure import Measure
from registry.models.region import Region
from registry.models.search_entry import SearchEntry
from registry.models.severity import PenaltyClass, Severity, SeverityClass
from registry.models.source import Source

__all__ = (
    "Authority",
    "Batch",
    "CalendarDay",
    "Entity",
    "EntityChange",
    "EntityName",
    "Finding",
    "Identifier",
    "Instance",
    "LegalBasis",
    "ListRule",
    "ListType",
    "Measure",
    "PenaltyClass",
    "Region",
    "SearchEntry",
    "Severity",
    "SeverityClass",
    "Source",
)
