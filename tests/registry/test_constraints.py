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
    CalendarDay,
    Entity,
    EntityChange,
    Finding,
    Instance,
    PenaltyClass,
    Region,
)
from tests.factories import (
    AS_OF,
    make_authority,
    make_basis,
    make_directory_item,
    make_entity,
    make_identifier,
    make_list_type,
    make_measure,
    make_name,
    make_objection_terms,
    make_rule,
    make_severity_class,
    make_source,
    make_uscc,
    region,
)
from tests.portal import article_attempts
from tests.registry import (
    account_attempts,
    delivery_attempts,
    desk_attempts,
    letter_attempts,
    listing_attempts,
    redlist_attempts,
    signed_letter_attempts,
)
from tests.repair import attempts as repair
from tests.repair import test_guards

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


def make_calendar_day(**fields: object) -> CalendarDay:
    usual: dict[str, Any] = {
        "day": date(2026, 5, 1),
        "kind": "holiday",
        "source_year": 2026,
        "name_zh": "劳动节",
        "name_en": "Labour Day",
    }
    return CalendarDay.objects.create(**usual | fields)


def make_penalty_class(**fields: object) -> PenaltyClass:
    usual: dict[str, Any] = {
        "code": "test",
        "name_zh": "罚款",
        "name_en": "Fine",
        "severity": "general",
        "confidence": "L",
    }
    return PenaltyClass.objects.create(**usual | fields)


def open_rule(**fields: object) -> object:
    """A rule without a fixed term, reviewed within the year unless told."""
    free = {"term_kind": "open", "term_default": None, "term_max": None, "term_unit": ""}
    return make_rule(**{**free, "review_months": 12, **fields})


# One attempt for each constraint, under the constraint's name.
ATTEMPTS: dict[str, Callable[[], object]] = {
    **account_attempts.CONSTRAINTS,
    **listing_attempts.CONSTRAINTS,
    **redlist_attempts.CONSTRAINTS,
    **delivery_attempts.CONSTRAINTS,
    **letter_attempts.CONSTRAINTS,
    **signed_letter_attempts.CONSTRAINTS,
    **desk_attempts.CONSTRAINTS,
    **article_attempts.CONSTRAINTS,
    **repair.ATTEMPTS,
    "authority_is_not_its_own_superior": superior_of_itself,
    "authority_level_is_known": lambda: make_authority(level="x"),
    "authority_uscc_has_18_characters": lambda: make_authority(uscc=make_uscc()[:17]),
    "batch_accounts_for_every_row": lambda: make_batch(position=3, n_created=2),
    "batch_done_means_every_row_read": lambda: make_batch(
        state=Batch.State.DONE, finished_at=AS_OF, position=9, n_created=9
    ),
    "batch_runs_once_at_a_time": same_batch_at_once,
    "calendar_day_has_a_name": lambda: make_calendar_day(name_en=""),
    "calendar_day_kind_is_known": lambda: make_calendar_day(kind="x"),
    "directory_item_category_is_known": lambda: make_directory_item(category="gossip"),
    "directory_item_confidence_is_known": lambda: make_directory_item(confidence="X"),
    "directory_item_has_a_name": lambda: make_directory_item(name_en=""),
    "directory_item_kept_has_a_category": lambda: make_directory_item(category=""),
    "directory_item_verdict_is_known": lambda: make_directory_item(verdict="maybe"),
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
    "legal_basis_has_a_title": lambda: make_basis(title_en=""),
    "legal_basis_level_is_known": lambda: make_basis(level="habit"),
    "legal_basis_runs_forward": lambda: make_basis(
        in_force=date(2026, 1, 1), until=date(2026, 1, 1)
    ),
    "list_rule_bars_are_stated": lambda: make_rule(relapse_months=60),
    "list_rule_confidence_is_known": lambda: make_rule(confidence="X"),
    "list_rule_early_exit_is_stated": lambda: make_rule(early=None),
    "list_rule_extension_fits_maximum": lambda: make_rule(extension_max=1),
    "list_rule_minimum_fits_term": lambda: make_rule(term_min=37),
    "list_rule_notice_from_is_known": lambda: make_rule(notice_from="x"),
    "list_rule_notice_has_a_unit": lambda: make_rule(notice_kind="prior", notice_unit=""),
    "list_rule_objection_has_a_window": lambda: make_rule(term_start="objection_end"),
    "list_rule_on_expiry_is_known": lambda: make_rule(on_expiry="x"),
    "list_rule_one_version_a_day": lambda: twice(make_rule),
    "list_rule_open_term_is_reviewed": lambda: open_rule(review_months=13),
    "list_rule_our_notice_has_a_window": lambda: make_rule(notice_n=0, notice_unit=""),
    "list_rule_publication_is_known": lambda: make_rule(publication="within_wd"),
    "list_rule_severity_is_known": lambda: make_rule(severity="x"),
    "list_rule_shows_persons_only_where_it_lists_them": lambda: make_rule(subjects="EB"),
    "list_rule_subjects_are_known": lambda: make_rule(subjects="ENX"),
    "list_rule_term_has_a_maximum": lambda: make_rule(term_max=None),
    "list_rule_term_has_a_unit": lambda: make_rule(term_unit=""),
    "list_rule_term_start_is_known": lambda: make_rule(term_start="x"),
    "list_type_has_a_name": lambda: make_list_type(name_zh=""),
    "list_type_kind_is_known": lambda: make_list_type(kind="x"),
    "list_type_section_is_known": lambda: make_list_type(section="x"),
    "measure_confidence_is_known": lambda: make_measure(confidence="X"),
    "measure_has_a_name": lambda: make_measure(name_en=""),
    "measure_hits_somebody": lambda: make_measure(hits_unit=False),
    "measure_kind_is_known": lambda: make_measure(kind="x"),
    "penalty_class_amounts_run_upward": lambda: make_penalty_class(
        fine_from=100_000, fine_below=100_000
    ),
    "penalty_class_confidence_is_known": lambda: make_penalty_class(confidence="X"),
    "penalty_class_severity_is_of_a_breach": lambda: make_penalty_class(severity="court"),
    "region_level_is_known": region_of_unknown_level,
    "region_only_a_province_has_no_parent": county_without_parent,
    "objection_terms_confidence_is_known": lambda: make_objection_terms(confidence="x"),
    "objection_terms_extend_forward": lambda: make_objection_terms(extended_n=15),
    "objection_terms_one_per_day": lambda: twice(make_objection_terms),
    "objection_terms_units_are_known": lambda: make_objection_terms(again_unit="m"),
    "severity_class_is_of_a_breach": lambda: make_severity_class(severity="court"),
    "severity_class_minimum_fits_maximum": lambda: make_severity_class(min_months=37),
    "severity_class_one_per_day": lambda: twice(make_severity_class),
}

# More ways to break a constraint that says several things.
MORE_ATTEMPTS: list[tuple[str, Callable[[], object]]] = [
    *account_attempts.MORE_CONSTRAINTS,
    *listing_attempts.MORE_CONSTRAINTS,
    *redlist_attempts.MORE_CONSTRAINTS,
    *repair.MORE_ATTEMPTS,
    *delivery_attempts.MORE_CONSTRAINTS,
    *letter_attempts.MORE_CONSTRAINTS,
    *signed_letter_attempts.MORE_CONSTRAINTS,
    *desk_attempts.MORE_CONSTRAINTS,
    *article_attempts.MORE_CONSTRAINTS,
    ("list_rule_bars_are_stated", lambda: make_rule(bars_confidence="M")),
    (
        "list_rule_bars_are_stated",
        lambda: make_rule(relapse_months=60, bars_confidence="X"),
    ),
    (
        "list_rule_bars_are_stated",
        lambda: make_rule(relapse_months=0, bars_confidence="M"),
    ),
    (
        "list_rule_bars_are_stated",
        lambda: make_rule(excluded_for=make_list_type(), bars_confidence="M"),
    ),
    (
        "list_rule_bars_are_stated",
        lambda: make_rule(
            relapse_months=60,
            bars_confidence="M",
            early_exit="never",
            early=None,
            early_unit="",
            early_from="",
        ),
    ),
    ("list_rule_early_exit_is_stated", lambda: make_rule(early_from="")),
    ("list_rule_early_exit_is_stated", lambda: make_rule(early_exit="never")),
    ("list_rule_early_exit_is_stated", lambda: make_rule(early_exit="x", early=None)),
    ("list_rule_extension_fits_maximum", lambda: make_rule(term_default=37)),
    ("list_rule_open_term_is_reviewed", lambda: open_rule(review_months=None)),
    ("list_rule_open_term_is_reviewed", lambda: open_rule(review_months=0)),
    ("list_rule_open_term_is_reviewed", lambda: make_rule(review_months=12)),
    ("list_rule_our_notice_has_a_window", lambda: make_rule(notice_kind="x")),
    ("list_rule_publication_is_known", lambda: make_rule(publication_n=7)),
    ("list_rule_publication_is_known", lambda: make_rule(publication="x")),
    (
        "list_rule_shows_persons_only_where_it_lists_them",
        lambda: make_rule(person_lookup="x"),
    ),
    (
        "list_rule_shows_persons_only_where_it_lists_them",
        lambda: make_rule(person_lookup="none", person_fields="name"),
    ),
    (
        "list_rule_subjects_are_known",
        lambda: make_rule(subjects="", person_lookup="none"),
    ),
    (
        "list_rule_term_has_a_maximum",
        lambda: make_rule(term_default=None, term_unit=""),
    ),
    (
        "list_rule_term_has_a_maximum",
        lambda: make_rule(term_kind="kept", term_default=None, term_unit=""),
    ),
    (
        "list_rule_objection_has_a_window",
        lambda: make_rule(term_start="objection_end", objection_wd=0),
    ),
    ("list_rule_term_has_a_maximum", lambda: make_rule(term_default=0)),
    ("list_rule_term_has_a_maximum", lambda: make_rule(term_kind="x")),
    ("list_rule_term_has_a_maximum", lambda: open_rule(term_max=36)),
    ("list_rule_term_has_a_unit", lambda: open_rule(term_unit="m")),
]


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
@pytest.mark.parametrize(("name", "attempt"), MORE_ATTEMPTS)
def test_it_holds_the_other_way_too(name: str, attempt: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        attempt()


TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT tgname FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgname NOT LIKE '%_append_only'"
    ),
}


# These refuse nothing: they keep the search index.
KEEPERS = {
    "sqlite": [
        *(
            f"{index}_{act}"
            for index in ("search_pieces", "listed_pieces")
            for act in "diu"
        ),
        *("search_relist_inserted", "search_relist_one", "search_relist_updated"),
    ],
    "postgresql": ["search_relist", "search_relist_inserted", "search_relist_updated"],
}


@pytest.mark.django_db
def test_every_guard_is_there_and_has_an_attempt() -> None:
    """A migration that remakes a table on SQLite would lose its triggers in silence."""
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS[connection.vendor])
        there = [name for (name,) in cursor.fetchall()]

    attempted = [
        *account_attempts.GUARDS,
        *listing_attempts.GUARDS,
        *redlist_attempts.GUARDS,
        *delivery_attempts.GUARDS,
        *letter_attempts.GUARDS,
        *signed_letter_attempts.GUARDS,
        *desk_attempts.GUARDS,
        *article_attempts.GUARDS,
        *test_guards.ATTEMPTS,
    ]
    assert sorted(there) == sorted([*attempted, *KEEPERS[connection.vendor]])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "attempt"),
    [
        *listing_attempts.GUARDS.items(),
        *redlist_attempts.GUARDS.items(),
        *listing_attempts.MORE_GUARDS,
        *redlist_attempts.MORE_GUARDS,
        *account_attempts.GUARDS.items(),
        *account_attempts.MORE_GUARDS,
        *delivery_attempts.GUARDS.items(),
        *letter_attempts.GUARDS.items(),
        *letter_attempts.MORE_GUARDS,
        *signed_letter_attempts.GUARDS.items(),
        *signed_letter_attempts.MORE_GUARDS,
        *desk_attempts.GUARDS.items(),
        *desk_attempts.MORE_GUARDS,
        *article_attempts.GUARDS.items(),
    ],
)
def test_a_guard_refuses(name: str, attempt: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        attempt()


@pytest.mark.django_db
def test_right_rules_pass() -> None:
    make_rule(extension_max=None, term_min=36)
    open_rule(in_force=date(2026, 1, 2), subjects="EBFGSNO")
    open_rule(in_force=date(2026, 1, 3), term_kind="printed", review_months=None)
    make_rule(in_force=date(2026, 1, 4), term_kind="kept", term_default=0)
    make_rule(in_force=date(2026, 1, 5), publication="within_wd", publication_n=7)
    make_rule(in_force=date(2026, 1, 6), person_lookup="none", subjects="E")
    make_rule(in_force=date(2026, 1, 7), term_default=24, extension_max=12)
    make_directory_item("gossip", verdict="never", category="")
    make_measure()
    make_severity_class()
    make_penalty_class(fine_from=0, fine_below=100_000)
    make_calendar_day()


@pytest.mark.django_db
def test_a_candidate_that_was_heard_passes() -> None:
    redlist_attempts.released_in_time()


@pytest.mark.django_db
def test_right_letters_pass() -> None:
    letter_attempts.right_ones()


@pytest.mark.django_db
def test_right_signed_letters_pass() -> None:
    signed_letter_attempts.right_ones()


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
