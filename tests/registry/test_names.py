"""Names folded for comparison and read aloud."""

import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from registry import names
from tests.samples.registrations import sample_rows

# Hypothesis tries the same texts in every run.
same_texts = settings(derandomize=True, deadline=None)
# A lone surrogate is not text, and no decoder lets one in. OpenCC needs two steps for 薴.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="薴"))
NAMES = st.text("四川省成都市重庆长安乐乾隆澄臺灣有限公司集团合作社Ａa·（） ", max_size=16)


def pypinyin(text: str) -> list[str]:
    def letters(unread: str) -> Any:
        return list(unread)

    syllables: list[str] = lazy_pinyin(text, errors=letters)
    return syllables


@pytest.mark.parametrize(
    ("name", "key"),
    [
        pytest.param(
            "四川澄川測試貿易有限公司", "四川澄川测试贸易有限公司", id="traditional"
        ),
        pytest.param("臺灣後臺測試", "台湾后台测试", id="traditional of Taiwan"),
        pytest.param("乾隆测试", "乾隆测试", id="a phrase that stays traditional"),
        pytest.param("乾·隆测试", "乾隆测试", id="a mark inside that phrase"),
        pytest.param("成都ＡＢＣ测试１２", "成都abc测试12", id="width and case"),
        pytest.param("四川岚谷（测试）实业", "四川岚谷测试实业", id="Chinese brackets"),
        pytest.param("四川岚谷(测试)实业", "四川岚谷测试实业", id="brackets"),
        pytest.param("四川岚谷【测试】“实业”", "四川岚谷测试实业", id="other marks"),
        pytest.param(" 成都  霜桥\u3000测试 ", "成都霜桥测试", id="blanks"),
        pytest.param("㈱澄川", "株澄川", id="a company in one sign"),
        pytest.param("Café Ⅲ", "caféiii", id="accents and numerals"),
        pytest.param("Cafe\u0301", "café", id="an accent of its own"),
        pytest.param("A&B－C", "abc", id="signs between letters"),
        pytest.param("（——）", "", id="nothing but marks"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_what_people_vary_is_folded(name: str, key: str) -> None:
    assert names.name_key(name) == key


@same_texts
@given(TEXT | NAMES)
def test_any_text_folds_and_folded_text_stays(text: str) -> None:
    key = names.name_key(text)

    assert names.name_key(key) == key
    assert key == "" or key.isalnum()


@same_texts
@given(TEXT | NAMES)
def test_any_text_has_a_core_and_a_sound(text: str) -> None:
    key = names.name_key(text)
    core = names.core_key(key)

    assert core in key
    assert len(core) >= min(names.SHORTEST_CORE, len(key))
    assert names.pinyin(key) == pypinyin(key)


@pytest.mark.parametrize(
    ("key", "core"),
    [
        pytest.param("四川澄川贸易有限公司", "澄川贸易", id="province"),
        pytest.param("四川省成都市武侯区澄川商贸有限公司", "澄川商贸", id="three levels"),
        pytest.param("四川成都澄川商贸", "澄川商贸", id="bare region names"),
        pytest.param("沿河县澄川商贸", "澄川商贸", id="short form of an autonomous county"),
        pytest.param("吉林市澄川商贸", "澄川商贸", id="a city called as its province"),
        pytest.param("四川成都市武侯区澄川商贸", "澄川商贸", id="three regions"),
        pytest.param("廊坊市柳林商贸", "柳林商贸", id="a brand that is a county elsewhere"),
        pytest.param("福州开发区澄川厂", "澄川厂", id="a zone"),
        pytest.param("天津港保税区澄川贸易", "澄川贸易", id="a zone with a name"),
        pytest.param("成都高新区", "高新区", id="nothing but a zone"),
        pytest.param("吴江市澄川纺织", "澄川纺织", id="a city that became a district"),
        pytest.param("那曲尼玛安康超市", "安康超市", id="a bare county"),
        pytest.param(
            "那曲尼玛乡一村合作社", "尼玛乡一村", id="a town called as its county"
        ),
        pytest.param("江苏镇江澄川建材", "澄川建材", id="a city that begins like a town"),
        pytest.param("四川乡村厨房", "乡村厨房", id="a brand that begins like a town"),
        pytest.param("澄川集团有限责任公司", "澄川", id="the whole legal form"),
        pytest.param("澄川种植农民专业合作社", "澄川种植", id="cooperative"),
        pytest.param("澄川合伙企业有限合伙", "澄川", id="partnership"),
        pytest.param("长安澄川有限公司", "长安澄川", id="a brand that is a district"),
        pytest.param("新华有限公司", "新华", id="nothing but such a brand"),
        pytest.param("四川公司", "四川", id="region and form keep the region"),
        pytest.param("四川一有限公司", "四川一", id="one character is no brand"),
        pytest.param("a有限公司", "a有限", id="two characters stay"),
        pytest.param("有限公司", "有限公司", id="a form alone"),
        pytest.param("四川", "四川", id="a region alone"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_the_core_is_brand_and_trade(key: str, core: str) -> None:
    assert names.core_key(key) == core


@pytest.mark.parametrize(
    ("key", "sound"),
    [
        pytest.param("重庆银行", "chong qing yin hang", id="chongqing, yinhang"),
        pytest.param(
            "长安大厦会计", "chang an da sha kuai ji", id="changan, dasha, kuaiji"
        ),
        pytest.param("厦门行业", "xia men hang ye", id="xiamen, hangye"),
        pytest.param("乐清音乐", "yue qing yin yue", id="yueqing, yinyue"),
        pytest.param("重工都江堰", "zhong gong du jiang yan", id="zhonggong, dujiangyan"),
        pytest.param("六安番禺蚌埠", "lu an pan yu beng bu", id="luan, panyu, bengbu"),
        pytest.param("单县", "dan xian", id="as pypinyin reads 单县"),
        pytest.param("仇氏", "chou shi", id="as pypinyin reads 仇氏"),
        pytest.param("绿女", "lv nv", id="v for ü"),
        pytest.param("澄川abc12", "cheng chuan a b c 1 2", id="letters and digits stay"),
    ],
)
def test_hard_readings(key: str, sound: str) -> None:
    assert names.pinyin(key) == sound.split()
    initials = "".join(syllable[0] for syllable in sound.split())
    assert names.spoken(key) == (sound.replace(" ", ""), initials)


def test_the_reading_is_pypinyins() -> None:
    keys = {names.name_key(row[0]) for row in sample_rows()}

    assert len(keys) > 35
    assert [key for key in keys if names.pinyin(key) != pypinyin(key)] == []


@pytest.mark.parametrize("key", [string.ascii_lowercase, "1", "é", "𠮷野", ""])
def test_spoken_never_loses_a_character(key: str) -> None:
    sound, initials = names.spoken(key)

    assert len(initials) == len(key)
    assert len(sound) >= len(key)


def test_a_name_is_shown_as_written() -> None:
    assert names.clean(" 成都  霜桥\t测试\u3000咨询 ") == "成都 霜桥 测试 咨询"


def test_regions_are_tried_longest_first() -> None:
    for start, forms in names.region_names().items():
        assert all(form.startswith(start) for form in forms)
        assert list(map(len, forms)) == sorted(map(len, forms), reverse=True)
