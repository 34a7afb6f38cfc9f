from registry.models.authority import Authority
from registry.models.batch import Batch, Finding
from registry.models.entity import Entity, EntityChange, EntityName, Identifier
from registry.models.instance import Instance
from registry.models.region import Region
from registry.models.search_entry import SearchEntry
from registry.models.source import Source

__all__ = (
    "Authority",
    "Batch",
    "Entity",
    "EntityChange",
    "EntityName",
    "Finding",
    "Identifier",
    "Instance",
    "Region",
    "SearchEntry",
    "Source",
)
