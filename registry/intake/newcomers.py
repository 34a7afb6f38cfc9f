"""Parties that the register does not know yet: made when they are listed, not before."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from registry import codes
from registry.intake.drafts import party_in
from registry.intake.reading import Party
from registry.intake.register import RegisterChunk
from registry.intake.registration import Facts, Row
from registry.models import Authority, Entity, Identifier, Region, Source
from registry.search import index

Draft = Mapping[str, Any]


def source_of(authority: Authority) -> Source:
    """The authority as where a party is known from."""
    found, _created = Source.objects.get_or_create(
        code=f"AUTHORITY_{authority.uscc}",
        defaults={
            "name": authority.name,
            "name_en": authority.name_en or authority.name,
        },
    )
    return found


def settle(drafts: Sequence[Draft], *, authority: Authority, at: datetime) -> list[Entity]:
    """The organisation of each draft, made where there is none: status unknown.

    In the transaction of whoever lists them, under the lock of the import. What the
    register knows of an organisation stays as it is: an official file does not rename.
    """
    known = known_by_key([draft["entity"] for draft in drafts if draft["entity"]])
    parties = [None if draft["entity"] else party_in(draft) for draft in drafts]
    unknown = Newcomers([party for party in parties if party])
    unknown.write(source_of(authority), at=at) if unknown.parties else None
    return [
        known[draft["entity"]] if party is None else unknown.entity(party)
        for draft, party in zip(drafts, parties, strict=True)
    ]


def known_by_key(keys: Sequence[int]) -> dict[int, Entity]:
    """By the key that was noted; what was merged since leads to the one that stays."""
    rows = Entity.objects.filter(pk__among=keys).select_related("merged_into")
    return {row.pk: row.merged_into or row for row in rows.defer("scope")}


class Newcomers:
    """Looked up once more, because days have passed; then made."""

    def __init__(self, parties: Sequence[Party]) -> None:
        self.parties = parties
        self.numbered: dict[str, Entity] = {}
        self.named: dict[str, list[Entity]] = defaultdict(list)
        values = [party.code.value for party in parties if party.code]
        held = Identifier.objects.filter(value__among=values)
        for one in held.select_related("entity__merged_into"):
            self.numbered[one.value] = one.entity.merged_into or one.entity
        keys = [party.key for party in parties if not party.code]
        for entity in Entity.objects.filter(name_key__among=keys, merged_into=None):
            self.named[entity.name_key].append(entity)

    def entity(self, party: Party) -> Entity:
        if party.code:
            return self.numbered[party.code.value]
        return self.named[party.key][0]

    def is_known(self, party: Party) -> bool:
        if party.code:
            return party.code.value in self.numbered
        return bool(self.named[party.key])

    def write(self, source: Source, *, at: datetime) -> None:
        missing = {
            party.code.value if party.code else party.key: party
            for party in self.parties
            if not self.is_known(party)
        }
        regions = set(Region.objects.values_list("pk", flat=True))
        rows = [row_of(party, regions) for party in missing.values()]
        chunk = RegisterChunk(rows, source=source, as_of=at, at=at)
        for row in rows:
            chunk.create(row)
        chunk.write()
        made = Entity.objects.in_bulk([chunk.known[chunk.key(row)].id for row in rows])
        for row, party in zip(rows, missing.values(), strict=True):
            entity = made[chunk.known[chunk.key(row)].id]
            if party.code:
                self.numbered[party.code.value] = entity
            else:
                self.named[party.key].append(entity)


def row_of(party: Party, regions: set[str]) -> Row:
    issued = codes.division(party.code)
    facts = Facts(
        name=party.name,
        name_key=party.key,
        kind=party.kind,
        region_id=issued if issued in regions else None,
        status=Entity.Status.UNKNOWN.value,
        registered_on=None,
        company_type="",
        capital="",
        scope="",
        address="",
    )
    return Row(0, party.code, facts, index.keys(party.key), [])
