"""What is typed, and what is found: by number, name, part, sound, former name."""

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from registry.models import Entity
from registry.search import Hit, QueryError, Results, Why, index, search
from tests.factories import make_entity, make_identifier, make_name, make_uscc, region

pytestmark = pytest.mark.django_db
NAME = "四川澄川贸易有限公司"
# Statements that set a time limit, of which a server ends its transactions.
TIME_LIMIT = {"postgresql": 3, "sqlite": 0}
# As an input method for Chinese writes digits.
FULL_WIDTH = "".join(chr(ord(digit) + 0xFEE0) for digit in "919900000000000192")


def register(*names: str) -> list[Entity]:
    entities = [make_entity(name) for name in names]
    index.rebuild()
    return entities


@pytest.fixture
def chengchuan() -> Entity:
    """A company with a number, a region, a former name, and others around it."""
    entity = make_entity(NAME, region=region())
    make_identifier(entity)
    make_name(entity, "蜀州霜桥测试有限公司")
    register("广州蓝椽物流有限公司", "成都ＡＢＣ测试有限公司", "重庆砚渡食品有限公司")
    return entity


def found(text: str) -> list[str]:
    return [hit.entity.name for hit in search(text).hits]


def marked(hit: Hit) -> str:
    name = hit.matched_name or hit.entity.name
    return " ".join(name[start:end] for start, end in hit.spans)


# --- Numbers ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("919900000000000192", id="as printed"),
        pytest.param(FULL_WIDTH, id="full width"),
        pytest.param(" 919900 00000000 0192 ", id="blanks"),
        pytest.param("91-990000-000000019-2", id="hyphens"),
    ],
)
def test_a_number_finds_its_entity(chengchuan: Entity, text: str) -> None:
    results = search(text)

    assert [(hit.entity, hit.why) for hit in results.hits] == [(chengchuan, Why.IDENTIFIER)]
    assert (results.total, results.is_exact, results.after) == (1, True, "")
    assert results.advice is None


def test_letters_of_a_number_in_any_case() -> None:
    (entity,) = register(NAME)
    make_identifier(entity, "91990000MA0TERT16K")

    assert found("91990000ma0tert16k") == found("91990000MA0tert16K") == [NAME]


def test_a_wrong_check_digit_is_said(chengchuan: Entity) -> None:
    results = search("919900000000000193")

    assert results.hits == []
    assert results.advice
    assert results.advice.text == (
        "919900000000000193 不是有效的编号（校验码不符）。请逐位核对。"
    )


def test_a_wrong_number_that_is_kept_is_found_and_said() -> None:
    (entity,) = register(NAME)
    wrong = f"{make_uscc()[:17]}3"
    make_identifier(entity, wrong, valid=False, flaw="check_digit")

    results = search(wrong)

    assert [hit.entity for hit in results.hits] == [entity]
    assert results.advice


# --- Names ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "why", "span"),
    [
        pytest.param(NAME, Why.EXACT, NAME, id="full name"),
        pytest.param("四川澄川貿易有限公司", Why.EXACT, NAME, id="traditional"),
        pytest.param(
            "四川 澄川（贸易）有限公司", Why.EXACT, NAME, id="blanks and brackets"
        ),
        pytest.param("澄川", Why.BRAND, "澄川", id="brand"),
        pytest.param("澄川貿易", Why.BRAND, "澄川贸易", id="brand and trade, traditional"),
        pytest.param(
            "澄川贸易有限公司", Why.BRAND, "澄川贸易有限公司", id="without region"
        ),
        pytest.param("四川澄川", Why.BRAND, "四川澄川", id="region and brand"),
        pytest.param("四川", Why.PREFIX, "四川", id="start"),
        pytest.param("川贸易有", Why.PART, "川贸易有", id="four characters inside"),
        pytest.param("贸易", Why.PART, "贸易", id="two characters inside"),
        pytest.param("chengchuan", Why.PINYIN, "澄川", id="pinyin"),
        pytest.param("Cheng Chuan", Why.PINYIN, "澄川", id="pinyin in two words"),
        pytest.param("cheng'chuan", Why.PINYIN, "澄川", id="pinyin with an apostrophe"),
        pytest.param("chengchuanmaoyi", Why.PINYIN, "澄川贸易", id="pinyin of all"),
        pytest.param("ccmy", Why.PINYIN, "澄川贸易", id="initials"),
        pytest.param("ccm", Why.PINYIN, "澄川贸", id="some initials"),
        pytest.param("sichuan chengchuan", Why.PINYIN, "四川澄川", id="region and pinyin"),
    ],
)
def test_a_name_is_found_and_marked(
    chengchuan: Entity, text: str, why: Why, span: str
) -> None:
    (hit,) = search(text).hits

    assert (hit.entity, hit.why, hit.matched_name) == (chengchuan, why, None)
    assert marked(hit) == span


def test_full_width_letters_are_marked_as_written(chengchuan: Entity) -> None:
    (hit,) = search("abc").hits

    assert marked(hit) == "ＡＢＣ"


@pytest.mark.parametrize(
    ("text", "why", "span"),
    [
        ("霜桥", Why.PART, "霜桥"),
        ("蜀州霜桥测试有限公司", Why.EXACT, "蜀州霜桥测试有限公司"),
        ("霜橋", Why.PART, "霜桥"),
        ("shuzhoushuang", Why.PINYIN, "蜀州霜"),
        ("szsq", Why.PINYIN, "蜀州霜桥"),
    ],
)
def test_a_former_name_leads_to_the_entity_and_is_named(
    chengchuan: Entity, text: str, why: Why, span: str
) -> None:
    (hit,) = search(text).hits

    assert (hit.entity, hit.why, marked(hit)) == (chengchuan, why, span)
    assert hit.matched_name == "蜀州霜桥测试有限公司"


@pytest.mark.parametrize("text", ["澄山", "九天", "chengshan", "zz", "1234567"])
def test_what_is_not_there_is_not_found(chengchuan: Entity, text: str) -> None:
    results = search(text)

    assert (results.hits, results.total, results.after) == ([], 0, "")


def test_the_best_reason_comes_first() -> None:
    ladder = [
        "长安",
        "四川长安机电有限公司",
        "长安区霜桥有限公司",
        "成都老长安饭店有限公司",
    ]
    register(*reversed(ladder))

    hits = search("长安").shown

    assert [hit.entity.name for hit in hits] == ladder
    assert [hit.why for hit in hits] == [Why.EXACT, Why.BRAND, Why.PREFIX, Why.PART]


def test_among_equals_the_shorter_name_comes_first() -> None:
    register("澄川贸易测试有限公司", "澄川贸易公司", "澄川贸易有限公司")

    assert found("澄川") == ["澄川贸易公司", "澄川贸易有限公司", "澄川贸易测试有限公司"]


def test_a_current_name_comes_before_a_former_one() -> None:
    (former,) = register("岚谷有限公司")
    make_name(former, "澄川有限公司")
    register("澄川有限公司")

    assert found("澄川有限公司") == ["澄川有限公司", "岚谷有限公司"]


def test_a_merged_record_is_not_found() -> None:
    stays, merged = register("岚谷测试有限公司", NAME)
    make_identifier(merged)
    Entity.objects.filter(pk=merged.pk).update(merged_into=stays)
    index.rebuild()

    assert found(NAME) == found(make_uscc()) == []


@pytest.mark.parametrize("text", ["a%b", "a_b", "a\\b", "a*b", "%ab", "ab%", "'a b"])
def test_signs_of_a_pattern_are_no_pattern(text: str) -> None:
    register("axb有限公司", "ab有限公司", "xab有限公司")

    assert "axb有限公司" not in found(text)
    assert found(text) == found("ab")


# --- What cannot be searched ------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("", "empty", id="nothing"),
        pytest.param(" \t\u3000\n", "empty", id="blanks"),
        pytest.param("澄", "too_short", id="one character"),
        pytest.param("a", "too_short", id="one letter"),
        *(
            pytest.param(text, "too_short", id=text)
            for text in ("%%", "__", "\\\\", "。。", "--", "a%")
        ),
        pytest.param("测" * 65, "too_long", id="65 characters"),
        pytest.param("测" * 10_000, "too_long", id="10,000 characters"),
        pytest.param("㌔" * 33, "too_long", id="more than 64 when folded"),
        pytest.param("澄川\0", "characters", id="NUL"),
        pytest.param("澄川\x1b[0m", "characters", id="escape"),
        pytest.param("\u202e川澄", "characters", id="right to left"),
        pytest.param("\ud800澄川", "characters", id="half a character"),
    ],
)
def test_what_cannot_be_searched_says_why(
    text: str, code: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0), pytest.raises(QueryError) as refused:
        search(text)

    assert refused.value.code == code
    assert str(refused.value).endswith("。")


def test_as_long_as_allowed_can_be_searched() -> None:
    register("测" * 64)

    assert found("测" * 64) == ["测" * 64]


# --- Pages and cost -----------------------------------------------------------------------


@pytest.fixture
def many() -> None:
    for n in range(25):
        entity = make_entity(f"澄川第{n:02d}测试有限公司", region=region())
        make_identifier(entity, make_uscc(n + 1))
        make_name(entity)
    index.rebuild()


@pytest.mark.usefixtures("many")
def test_a_page_leads_to_the_next_and_the_last_to_none() -> None:
    first = search("澄川")
    second = search("澄川", after=first.after)

    assert [len(first.hits), len(second.hits)] == [20, 5]
    assert [(one.total, one.is_exact) for one in (first, second)] == [(25, True)] * 2
    assert second.after == ""
    assert len({hit.entity.pk for one in (first, second) for hit in one.hits}) == 25


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(
    "after", ["2", "0s", "0s0", "9s1", "0z1", "0s" + "9" * 18, "' OR 1"]
)
def test_a_page_that_is_not_there_says_where_to_begin(after: str) -> None:
    with pytest.raises(QueryError, match="请从第一页重新查看。") as refused:
        search("澄川", after=after)

    assert refused.value.code == "after"


@pytest.mark.usefixtures("many")
def test_a_page_costs_six_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(6 + TIME_LIMIT[connection.vendor]):
        read_lines(search("澄川"))


def test_a_number_costs_three_queries(
    chengchuan: Entity, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3 + TIME_LIMIT[connection.vendor]):
        read_lines(search(make_uscc()))


def read_lines(results: Results) -> None:
    """What a line of a result shows."""
    for hit in results.hits:
        assert hit.entity.region
        assert hit.entity.region.full_name == "四川省成都市"
        assert hit.entity.main_identifier
