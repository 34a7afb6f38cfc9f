"""What the oracle takes for an answer."""

import pytest

from tests.bench.search import names
from tests.bench.search.oracle import Found, fits
from tests.bench.search.queries import Query

NAME = "成都市武侯区澄禾测试商贸有限公司"
SOMEWHERE = {"510107": "武侯区", "510100": "成都市", "510000": "四川省"}


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("（澄禾）Ａ１ a", "澄禾a1a", id="width, case and marks"),
        pytest.param("測試貿易", "测试贸易", id="script"),
        pytest.param("澄禾　测试", "澄禾测试", id="blanks"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert names.fold(text) == folded


@pytest.mark.parametrize(
    ("name", "core"),
    [
        pytest.param(NAME, "澄禾测试商贸", id="two regions and a legal form"),
        pytest.param("澄禾合作社", "澄禾", id="no region"),
        pytest.param("成都公司", "成都", id="nothing would be left"),
    ],
)
def test_core(name: str, core: str) -> None:
    assert names.core(name) == core


def test_a_name_of_two_readings_keeps_both() -> None:
    assert {"武侯区澄禾测试商贸", "澄禾测试商贸"} <= names.cores(NAME)


@pytest.mark.parametrize(
    ("query", "found", "answers"),
    [
        pytest.param(Query("brand2", "澄禾"), NAME, True, id="brand"),
        pytest.param(Query("brand2", "测试"), NAME, False, id="inside, not a brand"),
        pytest.param(Query("brand2", "武侯"), NAME, True, id="region as a brand"),
        pytest.param(Query("brand_city", "澄禾 四川"), NAME, True, id="place of the row"),
        pytest.param(Query("brand_city", "澄禾 成都"), NAME, True, id="place of the name"),
        pytest.param(Query("brand_city", "澄禾 广州"), NAME, False, id="another place"),
        pytest.param(Query("pinyin_brand", "chenghe"), NAME, True, id="pinyin"),
        pytest.param(Query("pinyin_initials", "chcs"), NAME, True, id="initials"),
        pytest.param(Query("pinyin_brand", "chenghua"), NAME, False, id="another sound"),
        pytest.param(Query("typeahead", "chengh"), NAME, True, id="half a syllable"),
        pytest.param(
            Query("no_suffix", "澄禾测试"),
            "澄禾测试有限责任公司",
            True,
            id="any legal form",
        ),
        pytest.param(
            Query("no_suffix", "澄禾测试"), "澄禾测试二厂", False, id="more than a form"
        ),
        pytest.param(
            Query("full_name", "x", name=NAME), f"{NAME} ", True, id="an equal name"
        ),
        pytest.param(Query("full_name", "x", name=NAME), "澄禾", False, id="another name"),
        pytest.param(Query("two_common", "商贸 成都"), NAME, True, id="words in any order"),
        pytest.param(Query("two_common", "商贸 科技"), NAME, False, id="a word is missing"),
    ],
)
def test_what_fits(query: Query, found: str, answers: bool) -> None:
    assert fits(query, Found(found, divisions=SOMEWHERE)) is answers


@pytest.mark.parametrize(
    ("narrow", "answers"),
    [
        pytest.param({"region": "510000"}, True, id="above it"),
        pytest.param({"region": "440000"}, False, id="elsewhere"),
        pytest.param({"kind": "enterprise"}, True, id="its kind"),
        pytest.param({"kind": "cooperative"}, False, id="another kind"),
        pytest.param({"listed": True}, False, id="a real name is never listed here"),
    ],
)
def test_what_passes_a_filter(narrow: dict[str, object], answers: bool) -> None:
    query = Query("filter_common", "商贸", **narrow)  # type: ignore[arg-type]

    assert fits(query, Found(NAME, (), "enterprise", SOMEWHERE)) is answers


def test_a_number_is_not_looked_for_in_the_name() -> None:
    query = Query("uscc", "x", target="91990000000000010X")

    assert fits(query, Found(NAME, ("91990000000000010X",)))
    assert not fits(query, Found("91990000000000010X"))
