"""Every constraint is tried in the database itself, past forms and `clean`."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F

from portal.models import Heartbeat
from registry.models import (
    Authority,
    Batch,
    Entity,
    EntityChange,
    Finding,
    Instance,
    Region,
)
from tests.factories import (
    AS_OF,
    make_authority,
    make_entity,
    make_identifier,
    make_name,
    make_source,
    make_uscc,
    region,
)

OURS = ("registry", "repair", "portal")


def make_batch(**fields: object) -> Batch:
    usual: dict[str, Any] = {
        "source": make_source(code=f"TEST_{Batch.objects.count()}"),
        "filename": "企业.csv",
        "digest": "0" * 64,
        "as_of": AS_OF,
        "started_at": AS_OF,
        "n_records": 10,
    }
    return Batch.objects.create(**usual | fields)


def twice(make: Callable[[], object]) -> None:
    make()
    make()


def superior_of_itself() -> None:
    make_authority()
    Authority.objects.update(superior=F("id"))


def successor_of_itself() -> None:
    make_entity()
    Entity.objects.update(successor=F("id"))


def merged_into_itself() -> None:
    make_entity()
    Entity.objects.update(merged_into=F("id"))


def same_number_of_two() -> None:
    make_identifier(make_entity())
    make_identifier(make_entity("蜀州另一测试有限公司"))


def same_former_name_twice() -> None:
    entity = make_entity()
    twice(lambda: make_name(entity))


def same_change_twice() -> None:
    entity = make_entity()
    change = {"entity": entity, "field": "name", "as_of": AS_OF, "source": entity.source}
    twice(lambda: EntityChange.objects.create(**change))


def same_batch_at_once() -> None:
    source = make_source()
    twice(lambda: make_batch(source=source))


def same_finding_twice() -> None:
    finding = {"batch": make_batch(), "row": 1, "code": "no_name", "rejected": True}
    twice(lambda: Finding.objects.create(**finding))


def county_without_parent() -> None:
    Region.objects.create(code="990000", name="无", short_name="无", level="county")


def region_of_unknown_level() -> None:
    Region.objects.create(
        code="990000", name="无", short_name="无", level="x", parent=region()
    )


# One attempt for each constraint, under the constraint's name.
ATTEMPTS: dict[str, Callable[[], object]] = {
    "authority_is_not_its_own_superior": superior_of_itself,
    "authority_level_is_known": lambda: make_authority(level="x"),
    "authority_uscc_has_18_characters": lambda: make_authority(uscc=make_uscc()[:17]),
    "batch_accounts_for_every_row": lambda: make_batch(position=3, n_created=2),
    "batch_done_means_every_row_read": lambda: make_batch(
        state=Batch.State.DONE, finished_at=AS_OF, position=9, n_created=9
    ),
    "batch_runs_once_at_a_time": same_batch_at_once,
    "entity_change_is_kept_once": same_change_twice,
    "entity_does_not_succeed_itself": successor_of_itself,
    "entity_has_a_name": lambda: make_entity(name=""),
    "entity_is_not_merged_into_itself": merged_into_itself,
    "entity_kind_is_known": lambda: make_entity(kind="party"),
    "entity_known_status_has_a_source": lambda: make_entity(status="revoked"),
    "entity_name_is_kept_once": same_former_name_twice,
    "entity_name_is_not_empty": lambda: make_name(make_entity(), ""),
    "entity_name_kind_is_known": lambda: make_name(make_entity(), kind="x"),
    "entity_status_is_known": lambda: make_entity(status="x", status_source=make_source()),
    "finding_is_said_once": same_finding_twice,
    "heartbeat_one_per_name": lambda: twice(
        lambda: Heartbeat.objects.create(name="tick", at=AS_OF)
    ),
    "identifier_is_not_empty": lambda: make_identifier(make_entity(), "", kind="other"),
    "identifier_is_unique": same_number_of_two,
    "identifier_is_valid_or_says_why_not": lambda: make_identifier(
        make_entity(), valid=False
    ),
    "identifier_kind_is_known": lambda: make_identifier(make_entity(), kind="x"),
    "identifier_reg15_has_15_characters": lambda: make_identifier(
        make_entity(), "99000000000001", kind="reg15"
    ),
    "identifier_uscc_has_18_characters": lambda: make_identifier(make_entity(), "9" * 17),
    "instance_is_one_row": lambda: Instance.objects.create(id=2, purpose="test"),
    "instance_purpose_is_known": lambda: Instance.objects.update(purpose="x"),
    "region_level_is_known": region_of_unknown_level,
    "region_only_a_province_has_no_parent": county_without_parent,
}


def constraints() -> dict[str, tuple[type[models.Model], models.BaseConstraint]]:
    return {
        constraint.name: (model, constraint)
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
    }


def said_of(name: str) -> str:
    """What the database says; SQLite calls a unique constraint by its columns."""
    model, constraint = constraints()[name]
    if connection.vendor != "sqlite" or not isinstance(constraint, models.UniqueConstraint):
        return name
    table, fields = model._meta.db_table, map(model._meta.get_field, constraint.fields)
    return ", ".join(f"{table}.{getattr(field, 'column', '')}" for field in fields)


def test_every_constraint_has_an_attempt() -> None:
    assert sorted(ATTEMPTS) == sorted(constraints())


@pytest.mark.django_db
@pytest.mark.parametrize("name", ATTEMPTS)
def test_it_holds_in_the_database(name: str) -> None:
    with pytest.raises(IntegrityError, match=said_of(name)), transaction.atomic():
        ATTEMPTS[name]()


@pytest.mark.django_db
def test_what_is_right_passes() -> None:
    """The attempts above fail for the reason they name, not for being incomplete."""
    entity = make_entity(status="revoked", status_source=make_source(), status_on=date.max)
    make_identifier(entity)
    make_name(entity)
    make_authority(superior=make_authority("测试省市场监督管理局"))
    batch = make_batch(state="done", position=10, n_created=10, finished_at=AS_OF)
    again = make_batch(source=batch.source, as_of=AS_OF + timedelta(days=1))

    assert batch.source == again.source
