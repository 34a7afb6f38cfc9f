"""The fictitious register written into a database that is marked as a demo."""

from datetime import date, datetime

from django.db import transaction

from portal.demo import fictitious
from portal.demo.fictitious import DIVISIONS, Office
from portal.demo.party import Party
from registry import clock, codes, names
from registry.models import (
    Authority,
    Competence,
    Entity,
    EntityChange,
    EntityName,
    Identifier,
    Region,
    Source,
)
from registry.rulebook.load import load_rules
from registry.search import index

SOURCE = "DEMO"
# Before every case of the demo: its offices may use every list.
FIRST_DAY = date(2000, 1, 1)


def seed(*, at: datetime) -> int:
    """Write the fictitious register as of `at`; the number of entities, 0 if it is there.

    All of it or nothing: a start that was interrupted leaves no half register.
    """
    if Source.objects.filter(pk=SOURCE).exists():
        return 0
    parties = fictitious.parties(clock.day_of(at))
    with transaction.atomic():
        source = Source.objects.create(
            code=SOURCE, name="虚构演示数据", name_en="Fictitious demo data"
        )
        load_rules(today=clock.day_of(at))
        write_divisions()
        write_offices(fictitious.offices())
        write_parties(parties, source=source, at=at)
        index.rebuild()
    return len(parties)


def write_divisions() -> None:
    Region.objects.bulk_create(
        Region(
            code=division.code,
            name=division.name,
            short_name=division.short_name,
            level=division.level,
            parent_id=division.parent,
        )
        for division in DIVISIONS.values()
    )


def write_offices(offices: list[Office]) -> None:
    """Those that are missing: a demo of an older release has fewer."""
    written = {one.name: one for one in Authority.objects.all()}
    for number, office in enumerate(offices, start=1):
        if office.name in written:
            continue
        written[office.name] = Authority.objects.create(
            uscc=office.number,
            name=office.name,
            name_en=office.english,
            level=office.level,
            region_id=office.division.code,
            superior=written.get(office.superior),
            office="信用监管科",
            address=f"{fictitious.full_name(office.division)}石渚路{number}号",
            # No area code is 0000, and .example is a domain nobody can own.
            phone=f"0000-5550{number:03}",
            hours="周一至周五 9:00–12:00，14:00–17:00",
            page=f"https://office-{number}.example/",
        )
        Competence.objects.create(authority=written[office.name], in_force=FIRST_DAY)


def write_parties(parties: list[Party], *, source: Source, at: datetime) -> None:
    entities = Entity.objects.bulk_create(entity_of(party, source, at) for party in parties)
    by_name = dict(zip((party.name for party in parties), entities, strict=True))
    pairs = list(zip(parties, entities, strict=True))
    for party, entity in pairs:
        if party.successor or party.merged_into:
            entity.successor = by_name.get(party.successor)
            entity.merged_into = by_name.get(party.merged_into)
            entity.save(update_fields=("successor", "merged_into"))
    Identifier.objects.bulk_create(
        number for party, entity in pairs for number in numbers_of(party, entity)
    )
    EntityName.objects.bulk_create(
        name for party, entity in pairs for name in names_of(party, entity, source)
    )
    EntityChange.objects.bulk_create(
        rename for party, entity in pairs for rename in renames_of(party, entity, source)
    )


def entity_of(party: Party, source: Source, at: datetime) -> Entity:
    known = party.status != Entity.Status.UNKNOWN
    return Entity(
        kind=party.kind,
        name=party.name,
        name_key=names.name_key(party.name),
        region_id=party.division.code,
        status=party.status,
        status_on=party.status_on if known else None,
        status_source=source if known else None,
        registered_on=party.registered_on,
        company_type=party.company_type,
        capital=party.capital,
        scope=party.scope,
        address=party.address,
        source=source,
        source_as_of=at,
        created_at=at,
        updated_at=at,
    )


def numbers_of(party: Party, entity: Entity) -> list[Identifier]:
    return [
        Identifier(
            entity=entity,
            kind=code.kind,
            value=code.value,
            valid=code.valid,
            flaw=code.flaw,
        )
        for number in (party.number, party.older_number)
        if (code := codes.read(number))
    ]


def names_of(party: Party, entity: Entity, source: Source) -> list[EntityName]:
    kinds = EntityName.Kind
    given = {
        kinds.FORMER: party.former,
        kinds.ENGLISH: party.english,
        kinds.SHORT: party.short,
    }
    return [
        EntityName(
            entity=entity,
            kind=kind,
            name=name,
            name_key=names.name_key(name),
            until=party.former_until if kind == kinds.FORMER else None,
            source=source,
        )
        for kind, name in given.items()
        if name
    ]


def renames_of(party: Party, entity: Entity, source: Source) -> list[EntityChange]:
    if not party.former_until:
        return []
    moment = datetime.combine(party.former_until, datetime.min.time(), clock.CIVIL_TIME)
    return [
        EntityChange(
            entity=entity,
            field="name",
            before=party.former,
            after=party.name,
            as_of=moment,
            source=source,
        )
    ]
