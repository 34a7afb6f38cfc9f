"""The public registration file beside the project, where it is there."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import models

from registry.intake.entities import import_entities
from registry.models import Batch, Entity, Finding, Identifier, SearchEntry, Source
from registry.search import index

FILE = Path(__file__).parents[3] / "shared" / "data" / "enterprises-100k.csv.gz"
AS_OF = datetime(2026, 1, 1, tzinfo=UTC)

pytestmark = [
    pytest.mark.bulk,
    pytest.mark.skipif(not FILE.exists(), reason=f"{FILE.name} is missing"),
]


def quietly(batch: Batch) -> None:
    """No bar."""


def run() -> Batch:
    source = Source.objects.get(code="REGISTRATION")
    return import_entities(FILE, source=source, as_of=AS_OF, progress=quietly)


def counts(batch: Batch) -> tuple[int, ...]:
    return (batch.n_created, batch.n_changed, batch.n_unchanged, batch.n_rejected)


def n_rows() -> list[int]:
    return [model._default_manager.count() for model in (Entity, Identifier, SearchEntry)]


@pytest.mark.django_db
def test_a_hundred_thousand_rows() -> None:
    """In one test, because the file is read once and looked at from many sides."""
    batch = run()
    first = counts(batch)
    assert sum(first) == batch.position == batch.n_records
    assert first[0] == Entity.objects.count() > 90_000
    for looked_at in (every_entity_is_found, shifted_rows_hold_no_person, indexes_stand):
        looked_at()

    before = n_rows()
    again = counts(run())

    assert again[:2] == (0, 0)
    assert again == (0, 0, first[0] + first[2], first[3])
    assert n_rows() == before


def every_entity_is_found() -> None:
    entries = SearchEntry.objects.filter(entity=models.OuterRef("pk"))
    assert not Entity.objects.exclude(models.Exists(entries)).exists()


def shifted_rows_hold_no_person() -> None:
    said = Finding.objects.filter(code=Finding.Code.SHIFTED, rejected=False)
    # The twelfth has lost a column and is refused.
    assert said.count() == 11
    assert Finding.objects.filter(code=Finding.Code.COLUMNS, rejected=True).count() == 1
    for entity in Entity.objects.filter(name__in=said.values("name")):
        assert (entity.company_type, entity.capital, entity.scope, entity.address) == (
            ("",) * 4
        )


def indexes_stand() -> None:
    assert {name for name, _ in index.lookups()} <= index.existing_indexes()
