"""What a row changes of what is known: the rules as tables, then the register's rows."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from registry.codes import Code
from registry.intake.merge import Known, Outcome, Verdict, merge
from registry.intake.register import RegisterChunk
from registry.intake.registration import Facts, Row
from registry.models import Entity, EntityChange, EntityName, Finding, Identifier, Source
from registry.search import index
from tests.factories import AS_OF, make_entity, make_identifier, make_source, make_uscc

LATER = AS_OF + timedelta(days=10)
EARLIER = AS_OF - timedelta(days=10)
FACTS = Facts(
    name="蜀州澄川测试有限公司",
    name_key="蜀州澄川测试有限公司",
    kind="enterprise",
    region_id="510100",
    status="in_operation",
    registered_on=date(2011, 3, 5),
    company_type="有限责任公司",
    capital="100万",
    scope="测试",
    address="测试路1号",
)
RENAMED: dict[str, Any] = {
    "name": "蜀州岚谷测试有限公司",
    "name_key": "蜀州岚谷测试有限公司",
}
NOTHING: dict[str, Any] = {
    "kind": "other",
    "region_id": None,
    "status": "unknown",
    "registered_on": None,
    "company_type": "",
    "capital": "",
    "scope": "",
    "address": "",
}
VALID = Code("uscc", make_uscc())
WRONG = Code("uscc", "9" * 18, "check_digit")


def row(code: Code | None = VALID, **facts: Any) -> Row:
    said = FACTS._replace(**facts)
    return Row(1, code, said, index.keys(said.name_key), [])


def known(**facts: Any) -> Known:
    return Known(1, FACTS._replace(**facts), "REGISTRATION", AS_OF, None)


@pytest.mark.parametrize(
    ("as_of", "said", "code", "outcome"),
    [
        pytest.param(LATER, {}, VALID, Outcome(Verdict.UNCHANGED), id="newer, the same"),
        pytest.param(
            AS_OF, {}, VALID, Outcome(Verdict.UNCHANGED), id="equally old, the same"
        ),
        pytest.param(
            LATER, RENAMED, VALID, Outcome(Verdict.CHANGED, RENAMED), id="newer renames"
        ),
        *(
            pytest.param(
                as_of,
                RENAMED,
                VALID,
                Outcome(Verdict.UNCHANGED, {}, Finding.Code.OLDER_NAME),
                id=f"{age} never renames",
            )
            for age, as_of in (("equally old", AS_OF), ("older", EARLIER))
        ),
        *(
            pytest.param(
                as_of,
                RENAMED,
                WRONG,
                Outcome(Verdict.REJECTED, {}, Finding.Code.CODE_TAKEN),
                id=f"a wrong number never renames, {age}",
            )
            for age, as_of in (("newer", LATER), ("equally old", AS_OF))
        ),
        pytest.param(
            LATER,
            {"capital": "200万"},
            WRONG,
            Outcome(Verdict.CHANGED, {"capital": "200万"}),
            id="a wrong number with the same name changes",
        ),
        pytest.param(
            LATER,
            {"name": "蜀州 澄川测试（有限公司）"},
            VALID,
            Outcome(Verdict.CHANGED, {"name": "蜀州 澄川测试（有限公司）"}),
            id="newer respells",
        ),
        pytest.param(
            AS_OF,
            {"name": "蜀州 澄川测试（有限公司）"},
            VALID,
            Outcome(Verdict.UNCHANGED),
            id="equally old never respells",
        ),
    ],
)
def test_names(as_of: datetime, said: dict[str, str], code: Code, outcome: Outcome) -> None:
    assert merge(known(), row(code, **said), as_of=as_of) == outcome


OTHER: dict[str, Any] = {
    "kind": "cooperative",
    "region_id": "512000",
    "status": "revoked",
    "registered_on": date(2012, 1, 1),
    "company_type": "其他",
    "capital": "1万",
    "scope": "其他",
    "address": "其他",
}


@pytest.mark.parametrize("fact", OTHER)
def test_newer_overwrites(fact: str) -> None:
    said = {fact: OTHER[fact]}

    assert merge(known(), row(**said), as_of=LATER) == Outcome(Verdict.CHANGED, said)


@pytest.mark.parametrize("fact", OTHER)
@pytest.mark.parametrize("as_of", [AS_OF, EARLIER], ids=["equally old", "older"])
def test_not_newer_never_overwrites(fact: str, as_of: datetime) -> None:
    said = {fact: OTHER[fact]}

    assert merge(known(), row(**said), as_of=as_of) == Outcome(Verdict.UNCHANGED)


@pytest.mark.parametrize("fact", NOTHING)
@pytest.mark.parametrize(
    "as_of", [LATER, AS_OF, EARLIER], ids=["newer", "equally old", "older"]
)
def test_blank_never_overwrites(fact: str, as_of: datetime) -> None:
    said = {fact: NOTHING[fact]}

    assert merge(known(), row(**said), as_of=as_of) == Outcome(Verdict.UNCHANGED)


@pytest.mark.parametrize("fact", NOTHING)
@pytest.mark.parametrize(
    "as_of", [LATER, AS_OF, EARLIER], ids=["newer", "equally old", "older"]
)
def test_what_was_blank_is_filled_in(fact: str, as_of: datetime) -> None:
    before = known(**{fact: NOTHING[fact]})

    outcome = merge(before, row(), as_of=as_of)

    assert outcome == Outcome(Verdict.CHANGED, {fact: getattr(FACTS, fact)})


# --- The register -----------------------------------------------------------------------


def take(
    *rows: Row, as_of: datetime = LATER, source: Source | None = None
) -> list[Outcome]:
    source = source or Source.objects.get(code="REGISTRATION")
    with transaction.atomic():
        chunk = RegisterChunk(list(rows), source=source, as_of=as_of, at=LATER)
        outcomes = [chunk.take(row) for row in rows]
        chunk.write()
    return outcomes


def verdicts(outcomes: list[Outcome]) -> list[str]:
    return [outcome.verdict.value for outcome in outcomes]


def make_known(**fields: object) -> Entity:
    """An entity that holds `FACTS`, under the number `VALID`."""
    registration = Source.objects.get(code="REGISTRATION")
    entity = make_entity(**{**FACTS._asdict(), "status_source": registration, **fields})
    make_identifier(entity, VALID.value)
    return entity


def facts_of(entity: Entity) -> Facts:
    entity.refresh_from_db()
    return Facts(*(getattr(entity, name) for name in Facts._fields))


@pytest.mark.django_db
def test_a_new_number_makes_an_entity() -> None:
    assert verdicts(take(row())) == ["created"]

    entity = Entity.objects.get()
    assert facts_of(entity) == FACTS
    assert (entity.source_id, entity.source_as_of) == ("REGISTRATION", LATER)
    assert entity.status_source_id == "REGISTRATION"
    number = Identifier.objects.get(entity=entity)
    assert (number.kind, number.value, number.valid, number.flaw) == (*VALID[:2], True, "")


@pytest.mark.django_db
def test_an_unknown_status_has_no_source() -> None:
    take(row(status="unknown"))

    assert Entity.objects.get().status_source is None


@pytest.mark.django_db
def test_a_rename_keeps_the_former_name_with_its_day() -> None:
    entity = make_known()

    take(row(**RENAMED))

    assert facts_of(entity) == FACTS._replace(**RENAMED)
    former = EntityName.objects.get(entity=entity)
    assert (former.kind, former.name, former.until) == (
        "former",
        FACTS.name,
        date(2026, 3, 11),
    )
    change = EntityChange.objects.get(entity=entity)
    assert (change.field, change.before, change.after, change.as_of) == (
        "name",
        FACTS.name,
        RENAMED["name"],
        LATER,
    )


@pytest.mark.django_db
def test_a_rename_is_found_under_both_names() -> None:
    entity = make_known()

    take(row(**RENAMED))

    entries = entity.search_entries.order_by("-current").values_list("current", "name_key")
    assert list(entries) == [(True, RENAMED["name_key"]), (False, FACTS.name_key)]


@pytest.mark.django_db
def test_the_way_back_to_a_former_name_is_kept_too() -> None:
    entity = make_known()

    take(row(**RENAMED))
    take(row(), as_of=LATER + timedelta(days=1))

    assert facts_of(entity) == FACTS
    names = entity.other_names.order_by("pk").values_list("name", flat=True)
    assert list(names) == [FACTS.name, RENAMED["name"]]


@pytest.mark.django_db
def test_changes_are_recorded_and_filling_in_is_none() -> None:
    entity = make_known(address="", region_id="510000")

    take(row(capital="200万"))

    changes = entity.changes.order_by("field").values_list("field", "before", "after")
    assert list(changes) == [("capital", "100万", "200万"), ("region", "510000", "510100")]
    assert facts_of(entity) == FACTS._replace(capital="200万")


@pytest.mark.django_db
def test_an_equally_old_source_fills_in_and_stays_second() -> None:
    entity = make_known(address="", status="unknown", status_source=None)
    other = make_source()

    assert verdicts(take(row(), as_of=AS_OF, source=other)) == ["changed"]

    assert facts_of(entity) == FACTS
    assert (entity.source_id, entity.source_as_of) == ("REGISTRATION", AS_OF)
    assert entity.status_source == other


@pytest.mark.django_db
def test_a_newer_file_that_says_the_same_only_confirms() -> None:
    entity = make_known()
    before = entity.updated_at

    assert verdicts(take(row())) == ["unchanged"]

    entity.refresh_from_db()
    assert (entity.source_as_of, entity.updated_at) == (LATER, before)
    assert not EntityChange.objects.exists()


@pytest.mark.django_db
def test_an_older_file_confirms_nothing() -> None:
    entity = make_known()

    take(row(), as_of=EARLIER)

    entity.refresh_from_db()
    assert entity.source_as_of == AS_OF


@pytest.mark.django_db
def test_a_wrong_number_that_is_taken_changes_nothing() -> None:
    entity = make_entity(**FACTS._replace(status="unknown")._asdict())
    make_identifier(entity, WRONG.value, valid=False, flaw=WRONG.flaw)

    assert verdicts(take(row(WRONG, **RENAMED))) == ["rejected"]

    assert facts_of(entity).name == FACTS.name
    assert (entity.source_as_of, Entity.objects.count()) == (AS_OF, 1)


@pytest.mark.django_db
def test_a_number_of_a_merged_record_leads_to_the_one_that_stays() -> None:
    stays = make_entity()
    middle = make_entity("蜀州中间测试有限公司", merged_into=stays)
    merged = make_known(merged_into=middle)

    assert verdicts(take(row(name=stays.name, name_key=stays.name_key))) == ["changed"]

    assert facts_of(stays) == FACTS._replace(name=stays.name, name_key=stays.name_key)
    assert facts_of(merged) == FACTS
    assert facts_of(middle).address == ""


@pytest.mark.django_db
def test_without_a_number_source_name_and_region_identify() -> None:
    (created,) = take(row(None))
    assert created.verdict == Verdict.CREATED

    again = take(row(None), row(None, region_id="512000"), row(None, **RENAMED))
    other_source = take(row(None), source=make_source())

    assert verdicts(again) == ["unchanged", "created", "created"]
    assert verdicts(other_source) == ["created"]
    assert not Identifier.objects.exists()


@pytest.mark.django_db
def test_a_row_without_number_never_meets_a_numbered_entity() -> None:
    make_known()

    assert verdicts(take(row(None))) == ["created"]


@pytest.mark.django_db
def test_rows_of_one_chunk_see_each_other() -> None:
    outcomes = take(row(), row(), row(address="", capital=""), row(**RENAMED))

    assert verdicts(outcomes) == ["created", "unchanged", "unchanged", "unchanged"]
    assert outcomes[-1].finding == Finding.Code.OLDER_NAME
    assert facts_of(Entity.objects.get()) == FACTS


@pytest.mark.django_db
def test_a_later_row_fills_in_what_the_first_left_out() -> None:
    assert verdicts(take(row(address=""), row())) == ["created", "changed"]

    assert facts_of(Entity.objects.get()) == FACTS


@pytest.mark.django_db
def test_the_first_of_two_changes_in_one_file_wins() -> None:
    entity = make_known()

    outcomes = take(row(**RENAMED), row(name="蜀州三", name_key="蜀州三"))

    assert [outcome.finding for outcome in outcomes] == [None, Finding.Code.OLDER_NAME]
    assert facts_of(entity).name == RENAMED["name"]


@pytest.mark.django_db
def test_the_same_digits_of_another_kind_are_another_number() -> None:
    make_identifier(
        make_entity(), VALID.value[:15], kind="other", valid=False, flaw="unknown_form"
    )

    outcome = take(row(Code("reg15", VALID.value[:15], "check_digit")))

    assert verdicts(outcome) == ["created"]
