"""Names of organisations folded for comparison: strings in, strings out.

Every stored key was made here and every query passes through here, so a change
of a rule below needs `manage.py reindex`.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from operator import add
from pathlib import Path
from typing import Any

import opencc
from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT
from pypinyin.contrib.tone_convert import to_normal

REGIONS = Path(__file__).parent / "data" / "regions.csv"

# Longest first, so that the whole form goes and not its last word.
LEGAL_FORMS = tuple(
    sorted(
        (
            "有限责任公司",
            "股份有限公司",
            "集团有限公司",
            "集团有限责任公司",
            "集团股份有限公司",
            "有限公司",
            "股份公司",
            "集团公司",
            "总公司",
            "公司",
            "集团",
            "农民专业合作社",
            "农民专业合作社联合社",
            "专业合作社",
            "专业合作社联合社",
            "合作社",
            "合伙企业有限合伙",
            "合伙企业普通合伙",
            "合伙企业",
            "有限合伙",
            "普通合伙",
            "特殊普通合伙",
        ),
        key=len,
        reverse=True,
    )
)
# Zones with a committee of their own, that companies name before the brand.
ZONE = re.compile(
    r".{0,4}(?:经济技术开发区|高新技术产业开发区|高新技术开发区|经济开发区|经济特区|保税港区"
    r"|开发区|高新区|经开区|保税区|工业园区|新区|示范区|试验区|实验区)"
)
# A brand has two characters at least; what is left after stripping must hold one.
SHORTEST_CORE = 2
# Towns and villages, which are in no table.
BELOW = ("乡", "镇", "村")
# Province, prefecture and county; nothing lies below them in the table.
DEEPEST_REGION = 3


@cache
def converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def clean(name: str) -> str:
    """The name to show: as written, without outer and doubled blanks."""
    return " ".join(name.split())


def name_key(name: str) -> str:
    """The name without what people vary: width, case, traditional forms, marks, blanks."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    if not folded.isalnum():
        # Before the conversion, which goes by phrase: a mark would part a phrase.
        folded = "".join(filter(str.isalnum, folded))
    simplified: str = converter().convert(folded)
    return simplified


def core_key(key: str) -> str:
    """The brand and trade of a folded name: leading regions and legal form taken off."""
    return without_regions(without_legal_form(key))


def without_legal_form(key: str) -> str:
    if key in LEGAL_FORMS or not key.endswith(LEGAL_FORMS):
        return key
    for form in LEGAL_FORMS:
        if key.endswith(form) and len(key) - len(form) >= SHORTEST_CORE:
            return key[: -len(form)]
    return key


def without_regions(key: str) -> str:
    key = key[len("".join(leading_regions(key))) :]
    zone = ZONE.match(key)
    return key[zone.end() :] if zone and len(key) - zone.end() >= SHORTEST_CORE else key


def leading_regions(key: str) -> list[str]:
    """The names of divisions a folded name starts with, as long as a brand is left.

    Each lies within the one before: in 廊坊市柳林 the second is a brand, though there is
    a 柳林县 elsewhere.
    """
    by_start, found = region_names(), []
    within: tuple[str, ...] = ("",)
    for _ in range(DEEPEST_REGION):
        for name in by_start.get(key[:2], ()):
            stems = tuple(one for one in divisions()[name] if one.startswith(within))
            if stems and leads(name, key):
                found.append(name)
                key, within = key[len(name) :], stems
                break
        else:
            break
    return found


def leads(name: str, key: str) -> bool:
    """Whether the key goes on behind the name; a town is no county: 尼玛 in 尼玛乡一村."""
    rest = key[len(name) :]
    return (
        key.startswith(name)
        and len(rest) >= SHORTEST_CORE
        and not (rest[0] in BELOW and is_bare_county(name))
    )


def is_bare_county(name: str) -> bool:
    """As 尼玛 for 尼玛县."""
    is_county = all(len(one) == len("540629") for one in divisions()[name])
    return is_county and not name.endswith(("县", "市", "区", "旗"))


@cache
def region_names() -> dict[str, tuple[str, ...]]:
    """Every form a division's name takes, by its first two characters, longest first."""
    by_start: dict[str, tuple[str, ...]] = {}
    for form in sorted(divisions(), key=lambda form: (-len(form), form)):
        by_start[form[:2]] = (*by_start.get(form[:2], ()), form)
    return by_start


@cache
def divisions() -> dict[str, tuple[str, ...]]:
    """What the codes of the divisions of a name start with, by each form of the name."""
    found: dict[str, tuple[str, ...]] = {}
    with REGIONS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for form in forms_of_region(row["name"], row["short_name"]):
                stems = (*found.get(form, ()), stem(row["code"]))
                found[form] = tuple(dict.fromkeys(stems))
    return found


def stem(code: str) -> str:
    """What every code within a division starts with: 32 for 320000, 3205 for 320500."""
    return code.removesuffix("00").removesuffix("00")


def forms_of_region(name: str, short: str) -> Iterator[str]:
    """沿河土家族自治县, 沿河县, 沿河; 吴江区, and 吴江市 as it was.

    A district's bare name (新华, 长安) is too often a brand.
    """
    yield name
    yield short + name[-1]
    if name.endswith(("县", "市", "区")) and len(short) > 1:
        yield from (short + suffix for suffix in ("县", "市", "区"))
    if "自治" in name:
        yield f"{short}自治{name[-1]}"
    if not name.endswith("区") or name.endswith("自治区"):
        yield short


def apart(text: str) -> Any:
    """What has no reading stays, character by character (pypinyin takes a list too)."""
    return list(text)


def pinyin(key: str) -> list[str]:
    """A syllable for each character, without tones; other characters stay as they are.

    Equal to pypinyin's phrase-aware reading at a fraction of its cost: only a name
    that holds a phrase with an unusual reading needs the phrases.
    """
    return lazy_pinyin(key, errors=apart) if is_unusual(key) else list(map(reading, key))


def spoken(key: str) -> tuple[str, str]:
    """The pinyin of a name in one word, and its initials."""
    if is_unusual(key):
        syllables = lazy_pinyin(key, errors=apart)
        return "".join(syllables), "".join([syllable[0] for syllable in syllables])
    return key.translate(SYLLABLES), key.translate(INITIALS)


class Readings(dict[int, str]):
    """A table for `str.translate` that learns a character when it first meets it."""

    def __init__(self, n_letters: int | None) -> None:
        super().__init__()
        self.n_letters = n_letters

    def __missing__(self, codepoint: int) -> str:
        self[codepoint] = reading(chr(codepoint))[: self.n_letters]
        return self[codepoint]


SYLLABLES, INITIALS = Readings(None), Readings(1)


def is_unusual(key: str) -> bool:
    """Whether a phrase with an unusual reading stands anywhere in the text."""
    phrases = unusual_phrases()
    pairs = list(map(add, key, key[1:]))
    if phrases.keys().isdisjoint(pairs):
        return False
    return any(
        key.startswith(phrase, start)
        for start, pair in enumerate(pairs)
        for phrase in phrases.get(pair, ())
    )


@cache
def reading(character: str) -> str:
    """The usual reading of one character."""
    return lazy_pinyin(character, errors=apart)[0]


@cache
def unusual_phrases() -> dict[str, tuple[str, ...]]:
    """Phrases not read character by character, by their first two characters."""
    unusual: dict[str, tuple[str, ...]] = {}
    for phrase, readings in PHRASES_DICT.items():
        if not is_usual(phrase, [tones[0] for tones in readings]):
            start = phrase[:2]
            unusual[start] = (*unusual.get(start, ()), phrase)
    return unusual


def is_usual(phrase: str, readings: list[str]) -> bool:
    usual = [PINYIN_DICT.get(ord(c), "").partition(",")[0] for c in phrase]
    # Most phrases differ in no tone either; only the others need their tones taken off.
    return usual == readings or [to_normal(tone) for tone in readings] == list(
        map(reading, phrase)
    )
