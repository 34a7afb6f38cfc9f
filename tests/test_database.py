"""The reset between transactional tests: what stays, what goes, what it copes with."""

from collections.abc import Iterator

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, transaction

from registry import clock
from registry.models import Entity, EntityChange, Instance, Region, Source
from tests.database import reset_database, shared
from tests.factories import AS_OF, make_entity, make_identifier, make_source

APPEND_ONLY = {
    "postgresql": (
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'append-only'; END $$;"
        "CREATE TRIGGER keeps BEFORE DELETE OR UPDATE ON registry_entitychange"
        " FOR EACH ROW EXECUTE FUNCTION refuse();"
        # Such a trigger fires in replication, too.
        "ALTER TABLE registry_entitychange ENABLE ALWAYS TRIGGER keeps"
    ),
    "sqlite": (
        "CREATE TRIGGER keeps BEFORE DELETE ON registry_entitychange"
        " BEGIN SELECT RAISE(ABORT, 'append-only'); END"
    ),
}
MUTABLE = {
    "postgresql": "DROP TRIGGER keeps ON registry_entitychange; DROP FUNCTION refuse()",
    "sqlite": "DROP TRIGGER keeps",
}


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def append_only(transactional_db: None) -> Iterator[None]:
    execute(APPEND_ONLY[connection.vendor])
    yield
    execute(MUTABLE[connection.vendor])


def make_change() -> EntityChange:
    entity = make_entity()
    return EntityChange.objects.create(
        entity=entity, field="name", as_of=AS_OF, source=entity.source
    )


@pytest.mark.django_db(transaction=True)
def test_it_empties_an_append_only_table_and_leaves_it_append_only(
    append_only: None,
) -> None:
    make_change()

    reset_database()

    assert not EntityChange.objects.exists()
    change = make_change()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change.delete()


@pytest.mark.django_db(transaction=True)
def test_reference_rows_stay_and_added_ones_go() -> None:
    n_regions, n_types = Region.objects.count(), ContentType.objects.count()
    make_identifier(make_entity())
    make_source()

    reset_database()

    assert (Region.objects.count(), ContentType.objects.count()) == (n_regions, n_types)
    assert n_regions > 3000
    assert [source.code for source in Source.objects.all()] == ["REGISTRATION"]
    assert not Entity.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_it_puts_the_clock_straight() -> None:
    before = clock.now()
    Instance.objects.mark(Instance.Purpose.DEMO, clock_offset=86400)

    reset_database()

    assert clock.now() == before
    assert Instance.objects.get().purpose == Instance.Purpose.TEST


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("order", ["first", "second"])
def test_a_transactional_test_leaves_nothing_to_the_next(order: str) -> None:
    assert not Entity.objects.exists()
    assert Region.objects.exists()

    make_entity()


# --- What tests of a module share ---------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_what_is_shared_outlives_a_test_and_not_the_block() -> None:
    with shared():
        entity = make_entity()
        with transaction.atomic():
            made_by_a_test = make_entity("蜀州另一测试有限公司")
            transaction.set_rollback(True)
        assert set(Entity.objects.all()) == {entity} != {made_by_a_test}

    assert not Entity.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_must_be_outermost_may_begin_within_what_is_shared() -> None:
    with shared(), transaction.atomic(durable=True):
        make_entity()

    assert not Entity.objects.exists()
