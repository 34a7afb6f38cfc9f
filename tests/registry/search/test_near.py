"""One slip, or another way to write the same sound; and numbers with one symbol wrong."""

import pytest

from registry.models import Entity
from registry.search import Why, index, search
from tests.factories import make_entity, make_identifier, make_uscc, region

pytestmark = pytest.mark.django_db
NAME = "四川澄川国际贸易有限公司"


@pytest.fixture
def entity() -> Entity:
    entity = make_entity(NAME, region=region())
    make_identifier(entity)
    make_entity("广州蓝椽国际物流有限公司", region=region("440100"))
    make_entity("四川岚谷食品有限公司", region=region())
    index.rebuild()
    return entity


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("四川澄州国际贸易有限公司", id="a wrong character"),
        pytest.param("四川成川国际贸易有限公司", id="a homophone"),
        pytest.param("四川橙船国际贸易有限公司", id="a brand as it sounds"),
        pytest.param("四川澄国际贸易有限公司", id="a missing character"),
        pytest.param("四澄川国际贸易有限公司", id="missing in the region"),
        pytest.param("四川澄川川国际贸易有限公司", id="one too many"),
        pytest.param("四川川澄国际贸易有限公司", id="swapped"),
        pytest.param("四川澄州国际贸易", id="wrong and without legal form"),
        pytest.param("澄州国际贸易", id="wrong and without region"),
        pytest.param("成穿国际", id="only the start, as it sounds"),
        pytest.param("四川澄川國際貿易有限公司厂", id="traditional, and one too many"),
    ],
)
def test_a_slip_is_forgiven_and_said(entity: Entity, text: str) -> None:
    results = search(text)

    assert [hit.entity for hit in results.hits] == [entity]
    assert results.hits[0].why is Why.NEAR
    assert (results.total, results.after) == (0, "")


def test_what_was_typed_right_is_marked(entity: Entity) -> None:
    (hit,) = search("四川澄州国际贸易有限公司").hits

    assert [NAME[start:end] for start, end in hit.spans] == ["四川澄", "国际贸易有限公司"]


@pytest.mark.parametrize("text", ["岚山食坊", "九天揽月", "澄州", "魑魅魍魉有限公司"])
def test_two_slips_in_a_short_name_are_another_name(entity: Entity, text: str) -> None:
    assert search(text).hits == []


def test_who_is_written_so_hides_who_is_only_near(entity: Entity) -> None:
    make_entity("四川澄州国际贸易有限公司")
    index.rebuild()

    hits = search("四川澄州国际贸易有限公司").hits

    assert [(hit.entity.name, hit.why) for hit in hits] == [
        ("四川澄州国际贸易有限公司", Why.EXACT)
    ]


# --- Numbers ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("91990000000000O192", "919900000000000192", id="the letter O"),
        pytest.param("9I9900000000000192", "919900000000000192", id="the letter I"),
        pytest.param("919900000000000129", "919900000000000192", id="two exchanged"),
        pytest.param("919900000000000132", "919900000000000192", id="one wrong"),
    ],
)
def test_a_wrong_number_offers_the_one_that_was_meant(
    entity: Entity, typed: str, meant: str
) -> None:
    assert make_uscc() == meant

    results = search(typed)

    assert results.hits == []
    assert results.advice
    assert results.advice.reading == meant


def test_a_number_near_to_none_offers_none(entity: Entity) -> None:
    advice = search("919900000000099999").advice

    assert advice
    assert advice.reading == ""
