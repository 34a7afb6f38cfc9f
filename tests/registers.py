"""A large register of fictitious organisations, the same for the same seed."""

from itertools import islice
from random import Random

from django.db import transaction

from portal.demo.vocabulary import BRAND_FIRST, BRAND_SECOND, TRADES
from registry.models import Entity, Identifier, Region
from registry.names import name_key
from registry.search import index
from tests.factories import AS_OF, make_source, make_uscc

CHUNK = 5_000
FORMS = ("有限公司", "股份有限公司", "有限责任公司", "合作社", "商行")


def fill(n: int, seed: int) -> None:
    """So many enterprises with numbers of nobody, in the search index too."""
    dice = Random(seed)
    make_source("TEST_FILL")
    regions = list(Region.objects.filter(level=Region.Level.COUNTY).order_by("code"))
    serials = iter(range(1, n + 1))
    while chunk := list(islice(serials, CHUNK)):
        with transaction.atomic():
            add([(serial, dice.choice(regions), name(dice)) for serial in chunk])
    index.rebuild()


def name(dice: Random) -> str:
    brand = dice.choice(BRAND_FIRST) + dice.choice(BRAND_SECOND) + dice.choice(BRAND_SECOND)
    return f"蜀州{brand}{dice.choice(TRADES).name}{dice.choice(FORMS)}"


def add(rows: list[tuple[int, Region, str]]) -> None:
    entities = Entity.objects.bulk_create(
        Entity(
            kind=Entity.Kind.ENTERPRISE,
            name=text,
            name_key=name_key(text),
            region=region,
            source_id="TEST_FILL",
            source_as_of=AS_OF,
            created_at=AS_OF,
            updated_at=AS_OF,
        )
        for _, region, text in rows
    )
    Identifier.objects.bulk_create(
        Identifier(
            entity=entity, kind=Identifier.Kind.USCC, value=make_uscc(serial), valid=True
        )
        for entity, (serial, _, _) in zip(entities, rows, strict=True)
    )
