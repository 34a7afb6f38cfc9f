"""Pages to the end by both routes: sorted where few match, walked where many do."""

from collections.abc import Iterator
from random import Random

import pytest

from registry.models import Entity
from registry.names import name_key
from registry.search import Filters, Hit, Why, index, search, terms
from registry.search.find import ALL
from tests.factories import make_entity, make_name, region

pytestmark = pytest.mark.django_db
PLACES = {"510100": "成都", "440100": "广州", "110000": "北京"}
WORDS = ("澄川", "岚谷", "霜桥", "砚渡", "蓝椽", "澄", "川")
TRADES = ("贸易", "科技", "物流", "食品")
FORMS = ("有限公司", "合作社", "厂")
N = 300


@pytest.fixture(scope="module")
def names() -> list[tuple[str, str]]:
    """Codes of regions and names, none twice."""
    dice = Random(7)
    found: dict[str, str] = {}
    while len(found) < N:
        code, place = dice.choice(list(PLACES.items()))
        parts = (place, dice.choice(WORDS), dice.choice(WORDS), dice.choice(TRADES))
        found["".join((*parts, dice.choice(FORMS)))] = code
    return [(code, name) for name, code in found.items()]


@pytest.fixture
def register(names: list[tuple[str, str]]) -> list[Entity]:
    entities = [make_entity(name, region=region(code)) for code, name in names]
    for entity in entities[::10]:
        make_name(entity, entity.name.replace("川", "山") + "旧")
    index.rebuild()
    return entities


@pytest.fixture(params=["sorted", "walked"])
def route(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A register of millions in small: what a few names hold is common already."""
    if request.param == "walked":
        monkeypatch.setattr(terms, "SELECTIVE", 0)
        monkeypatch.setattr(terms, "LEAST_SELECTIVE", 0)
    return str(request.param)


def pages(text: str, filters: Filters = ALL) -> Iterator[list[Hit]]:
    after = ""
    while True:
        results = search(text, filters=filters, after=after, limit=7)
        yield results.shown
        if not (after := results.after):
            return


def all_hits(text: str, filters: Filters = ALL) -> list[Hit]:
    return [hit for page in pages(text, filters) for hit in page]


@pytest.mark.parametrize("text", ["澄川", "贸易", "有限公司", "川贸"])
def test_every_name_that_holds_the_text_comes_once(
    register: list[Entity], route: str, text: str
) -> None:
    hits = all_hits(text)

    holding = {entity.name for entity in register if text in entity.name}
    holding |= {
        entity.name for entity in register[::10] if text in entity.name.replace("川", "山")
    }
    assert len(holding) > 7
    assert sorted(hit.entity.name for hit in hits) == sorted(holding)


@pytest.mark.parametrize(
    ("text", "brand", "place", "code"),
    [
        ("成都澄川", "澄川", "成都", "5101"),
        ("澄川 成都", "澄川", "成都", "5101"),
        ("成都 澄川", "澄川", "成都", "5101"),
        ("澄川成都", "澄川", "成都", "5101"),
        ("北京岚谷", "岚谷", "北京", "11"),
    ],
)
def test_brand_and_place_in_any_order(
    register: list[Entity], route: str, text: str, brand: str, place: str, code: str
) -> None:
    hits = all_hits(text)

    meant = {e.name for e in register if brand in e.name and place in e.name}
    assert len(meant) > 3
    assert {hit.entity.name for hit in hits} == meant
    assert name_key(hits[0].entity.name).startswith(place + brand)


@pytest.mark.parametrize("text", ["贸易", "澄川"])
def test_filters_leave_what_they_say(register: list[Entity], route: str, text: str) -> None:
    hits = all_hits(text, Filters(region="510000", kind="enterprise"))

    meant = {e.name for e in register if text in e.name and e.name.startswith("成都")}
    assert meant
    assert {hit.entity.name for hit in hits} == meant
    assert all_hits(text, Filters(kind="public_body")) == []


def test_better_reasons_come_first(register: list[Entity], route: str) -> None:
    order = [Why.EXACT, Why.BRAND, Why.PREFIX, Why.PART, Why.WORDS]
    for text in ("澄川", "成都澄川", "贸易"):
        reasons = [order.index(hit.why) for hit in all_hits(text)]
        assert reasons == sorted(reasons)


def test_a_brand_of_two_characters_is_parted_from_what_only_has_them() -> None:
    brands = ["北京耀安贸易有限公司", "耀安商行"]
    others = ["天津万耀安全技术有限公司", "北京新耀安物业有限公司"]
    for name in brands + others:
        make_entity(name)
    index.rebuild()

    results = search("耀安")

    assert {hit.entity.name for hit in results.hits} == set(brands)
    assert {hit.entity.name for hit in results.others} == set(others)
    assert (results.total, results.is_exact, results.after) == (4, True, "")


def test_what_is_parted_is_so_from_page_to_page() -> None:
    for n in range(4):
        make_entity(f"耀安{n}厂")
        make_entity(f"新耀安{n}厂")
    index.rebuild()

    after, found = "", []
    for _ in range(3):
        results = search("耀安", after=after, limit=3)
        after = results.after
        found.append((len(results.hits), len(results.others)))

    assert found == [(3, 0), (1, 2), (2, 0)]


@pytest.mark.parametrize("text", ["耀安", "耀安贸", "贸易"])
def test_nothing_is_parted_where_all_match_alike(text: str) -> None:
    for name in ("北京耀安贸易有限公司", "耀安贸易行"):
        make_entity(name)
    index.rebuild()

    results = search(text)

    assert (len(results.hits), results.others) == (2, [])


def test_counts_are_exact_or_a_lower_bound(register: list[Entity], route: str) -> None:
    n_meant = len(all_hits("贸易"))

    results = search("贸易", limit=7)

    assert results.is_exact is (route == "sorted")
    assert results.total == n_meant if results.is_exact else results.total <= n_meant


@pytest.mark.parametrize("text", ["chengchuan", "cc", "lgshuangqiao", "beijing langu"])
def test_letters_page_to_the_end_too(register: list[Entity], text: str) -> None:
    hits = all_hits(text)

    ids = [hit.entity.pk for hit in hits]
    assert len(ids) == len(set(ids))
    assert search(text).total == min(len(ids), 1000)
