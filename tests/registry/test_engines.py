"""What the two databases do differently, promised alike for both."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from registry.engines import BusyError, engine, postgresql
from registry.models import Entity, Identifier
from tests.factories import make_entity, make_identifier, make_uscc
from tests.processes import wait_until
from tests.samples.outside import holding, is_free

AWKWARD = [
    pytest.param("plain", id="plain"),
    pytest.param("", id="empty"),
    pytest.param("a\tb", id="tab"),
    pytest.param("a\nb\r\nc", id="newlines"),
    pytest.param("a\\b \\N \\. \\t", id="backslashes"),
    pytest.param("'a' \"b\" ''", id="quotes"),
    pytest.param("100% %s %(x)s {0}", id="placeholders"),
    pytest.param("澄川（测试）", id="Chinese"),
    pytest.param("𠮷😀", id="beyond the basic plane"),
    pytest.param("NULL", id="the word NULL"),
    pytest.param("x" * 50_000, id="long"),
]
MOMENT = datetime(2026, 3, 1, 23, 30, 15, 123456, tzinfo=UTC)
PUBLIC_ID = UUID("00000000-0000-4000-8000-000000000001")
FIELDS = (
    "id",
    "public_id",
    "kind",
    "name",
    "name_key",
    "region_id",
    "status",
    "registered_on",
    "company_type",
    "capital",
    "scope",
    "address",
    "source_id",
    "source_as_of",
    "created_at",
    "updated_at",
)


def entity_row(**values: object) -> list[Any]:
    usual = dict.fromkeys(FIELDS, "") | {
        "id": 1,
        "public_id": PUBLIC_ID,
        "kind": "enterprise",
        "name": "蜀州测试",
        "name_key": "蜀州测试",
        "region_id": None,
        "status": "unknown",
        "registered_on": None,
        "source_id": "REGISTRATION",
        **dict.fromkeys(("source_as_of", "created_at", "updated_at"), MOMENT),
    }
    return list((usual | values).values())


def stored(*fields: str) -> list[tuple[Any, ...]]:
    return list(Entity.objects.order_by("pk").values_list(*fields))


# --- Many rows ------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("text", AWKWARD)
def test_any_text_comes_back_as_it_went(text: str) -> None:
    engine().bulk_insert(Entity, FIELDS, [entity_row(scope=text)])
    assert stored("scope") == [(text,)]

    engine().bulk_update(Entity, ["scope"], [(f"{text}!", 1)])
    assert stored("scope") == [(f"{text}!",)]


@pytest.mark.django_db
def test_every_type_comes_back_as_it_went() -> None:
    rows = [
        entity_row(registered_on=date(2011, 3, 5), region_id="510100"),
        entity_row(id=2, public_id=UUID(int=2)),
    ]

    engine().bulk_insert(Entity, FIELDS, iter(rows))

    assert [list(row) for row in stored(*FIELDS)] == rows


@pytest.mark.django_db
def test_an_instant_keeps_its_instant() -> None:
    abroad = MOMENT.astimezone(timezone(timedelta(hours=8)))

    engine().bulk_insert(Entity, FIELDS, [entity_row(source_as_of=abroad)])

    assert stored("source_as_of") == [(MOMENT,)]


@pytest.mark.django_db
@pytest.mark.parametrize("valid", [True, False])
def test_a_yes_or_no_comes_back_as_it_went(*, valid: bool) -> None:
    row = (make_entity().pk, "uscc", make_uscc(), valid, "" if valid else "check_digit")

    fields = ("entity_id", "kind", "value", "valid", "flaw")
    engine().bulk_insert(Identifier, fields, [row])

    assert list(Identifier.objects.values_list(*fields)) == [row]


@pytest.mark.django_db
@pytest.mark.parametrize("write", ["bulk_insert", "bulk_update"])
def test_no_rows_are_no_trouble(write: str) -> None:
    getattr(engine(), write)(Entity, FIELDS, [])

    assert not Entity.objects.exists()


@pytest.mark.django_db
def test_constraints_hold() -> None:
    rows = [entity_row(), entity_row(id=2)]

    with pytest.raises(IntegrityError, match="public_id"), transaction.atomic():
        engine().bulk_insert(Entity, FIELDS, rows)

    assert not Entity.objects.exists()


@pytest.mark.django_db
def test_an_update_touches_only_its_rows_and_fields() -> None:
    rows = [entity_row(id=pk, public_id=UUID(int=pk)) for pk in (1, 2, 3)]
    engine().bulk_insert(Entity, FIELDS, rows)

    changes = [(date(2012, 1, 1), "510100", 1), (None, None, 3)]
    engine().bulk_update(Entity, ["registered_on", "region_id"], changes)

    assert stored("registered_on", "region_id", "scope") == [
        (date(2012, 1, 1), "510100", ""),
        (None, None, ""),
        (None, None, ""),
    ]


@pytest.mark.django_db
def test_an_update_takes_a_thousand_rows_twice_in_one_transaction() -> None:
    rows = [entity_row(id=pk, public_id=UUID(int=pk)) for pk in range(1, 1001)]
    engine().bulk_insert(Entity, FIELDS, rows)

    for scope in ("one", "two"):
        changes = ((f"{scope} {pk}", MOMENT, pk) for pk in range(1, 1001))
        engine().bulk_update(Entity, ["scope", "updated_at"], changes)

    assert stored("scope") == [(f"two {pk}",) for pk in range(1, 1001)]


@pytest.mark.django_db
def test_an_update_breaks_no_constraint() -> None:
    rows = [entity_row(id=pk, public_id=UUID(int=pk)) for pk in (1, 2)]
    engine().bulk_insert(Entity, FIELDS, rows)

    with pytest.raises(IntegrityError, match="public_id"), transaction.atomic():
        engine().bulk_update(Entity, ["public_id"], [(UUID(int=1), 2)])

    assert stored("public_id") == [(UUID(int=1),), (UUID(int=2),)]


# --- Keys -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_reserved_ids_are_new() -> None:
    taken = make_entity().pk

    with transaction.atomic():
        ids = list(engine().reserve_ids(Entity, 100))

    assert len(set(ids)) == 100
    assert taken not in ids


@pytest.mark.django_db
def test_no_ids_can_be_reserved() -> None:
    assert list(engine().reserve_ids(Entity, 0)) == []


def in_thread(job: Callable[[], None]) -> None:
    """Run on a connection of its own, which is closed at the end."""

    def run() -> None:
        try:
            job()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


@pytest.mark.django_db(transaction=True)
def test_two_connections_never_get_the_same_ids() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite: the second writer waits for the end of the first")
    others: list[int] = []

    with transaction.atomic():
        mine = list(engine().reserve_ids(Entity, 50))
        in_thread(lambda: others.extend(engine().reserve_ids(Entity, 50)))
        mine += engine().reserve_ids(Entity, 50)

    assert len({*mine, *others}) == 150


@pytest.mark.django_db(transaction=True)
def test_rows_written_after_a_reservation_do_not_collide() -> None:
    with transaction.atomic():
        (pk,) = engine().reserve_ids(Entity, 1)
        engine().bulk_insert(Entity, FIELDS, [entity_row(id=pk)])

    assert make_entity().pk != pk


# --- Locks ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_lock_keeps_another_process_out_until_it_dies() -> None:
    with holding("test") as holder:
        assert not is_free("test")
        assert is_free("another")

        holder.kill()
        holder.wait()

        wait_until(lambda: is_free("test"), "a free lock")


@pytest.mark.django_db
def test_a_lock_is_free_after_the_block_even_when_it_fails() -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="inside"), engine().exclusive("test"):
            raise ValueError("inside")

    # Taken by another process, for the same process might be let in twice.
    with holding("test") as other:
        assert other.poll() is None


@pytest.mark.django_db(transaction=True)
def test_a_turn_is_waited_for_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite: whoever writes has waited at the start of the transaction")
    monkeypatch.setattr(postgresql, "LONGEST_TURN", "50ms")
    refused: list[BusyError] = []

    def wait() -> None:
        with pytest.raises(BusyError) as busy, transaction.atomic():
            engine().take_turn("test")
        refused.append(busy.value)

    with transaction.atomic():
        engine().take_turn("test")
        in_thread(wait)

    assert [str(busy) for busy in refused] == ["test"]
    with transaction.atomic():
        engine().take_turn("test")


# --- Conditions -----------------------------------------------------------------------

KEYS = (
    "澄川",
    "澄川测试",
    "澄",
    "川澄",
    "100%",
    "100",
    "a_b",
    "axb",
    "a\\b",
    "a",
    "Ab",
    "ab",
)
PREFIXES = (
    "澄",
    "澄川",
    "澄川测",
    "100%",
    "1",
    "a_",
    "a%",
    "%",
    "_",
    "a\\",
    "\\",
    "A",
    "a",
    "",
)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param(["1", "3"], ["1", "3"], id="some"),
        pytest.param(["1", "1"], ["1"], id="twice"),
        pytest.param(["'", '"', "\\", "测"], ["测"], id="awkward"),
        pytest.param([str(n) for n in range(40_000)], ["1", "2", "3"], id="very many"),
    ],
)
def test_among_is_membership(asked: list[str], found: list[str]) -> None:
    entity = make_entity()
    for value in ("1", "2", "3", "测"):
        make_identifier(entity, value, kind="other")

    values = Identifier.objects.filter(value__among=asked).values_list("value", flat=True)

    assert sorted(values) == found


@pytest.mark.django_db
def test_among_takes_numbers() -> None:
    made = [make_entity() for _ in range(3)]

    asked = [made[0].pk, made[2].pk, *range(10**9, 10**9 + 40_000)]
    found = Entity.objects.filter(pk__among=asked).order_by("pk")

    assert list(found) == [made[0], made[2]]


@pytest.mark.django_db
def test_among_takes_a_generator_and_combines() -> None:
    entity = make_entity()
    make_identifier(entity, "1", kind="other")
    make_identifier(entity, "2", kind="other", valid=False, flaw="unknown_form")

    found = Identifier.objects.filter(value__among=iter(("1", "2")), valid=False)

    assert [number.value for number in found] == ["2"]


@pytest.mark.django_db(transaction=True)
def test_analyze_takes_several_tables() -> None:
    engine().analyze(Entity, Identifier)


@pytest.mark.django_db
def test_postgresql_does_not_weigh_every_order_of_many_joins() -> None:
    """Ten tables behind a row of a list took 25 ms to plan and less than one to read."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite: plans at once")
    with connection.cursor() as cursor:
        cursor.execute("SHOW join_collapse_limit")

        assert cursor.fetchone() == ("5",)
