"""Names as the oracle reads them: nothing of `registry.names` is asked.

Slow and plain. Where a name can be read in two ways (a district's name is also a
brand) both are kept.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator
from functools import cache

import opencc
from pypinyin import lazy_pinyin

from tests.bench.search.registrations import ROOT

REGIONS = ROOT / "registry" / "data" / "regions.csv"
LEGAL_FORM = re.compile(
    r"((集团)?(有限责任|股份有限|有限|股份)公司|集团公司|总公司|公司|集团"
    r"|(农民)?专业合作社(联合社)?|合作社"
    r"|(合伙企业)?(有限合伙|(特殊)?普通合伙)|合伙企业)$"
)
# Within a city, with a committee of its own: 宁波保税区, 长沙高新技术产业开发区.
ZONE = re.compile(r"\w{0,3}(开发区|高新区|保税区|经济特区|新区|工业园区)")
# Province, prefecture, county.
LEVELS = 3
SHORTEST = 2


@cache
def simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def fold(text: str) -> str:
    """Letters and digits only, of one width, one case and one script."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    simplified: str = simplifier().convert("".join(c for c in plain if c.isalnum()))
    return simplified


def unformed(name: str) -> str:
    """Without the legal form, unless nothing would be left."""
    shorter = LEGAL_FORM.sub("", name)
    return shorter if len(shorter) >= SHORTEST else name


@cache
def provinces() -> dict[str, str]:
    """Their codes by short name."""
    rows = regions()
    return {r["short_name"]: r["code"] for r in rows if r["level"] == "province"}


def regions() -> list[dict[str, str]]:
    with REGIONS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def region_names() -> frozenset[str]:
    """Every division as written, without its last word, and short with any: 四川, 四川省.

    Companies keep the name of a county that has become a district or a city since.
    """
    return frozenset(
        form
        for row in regions()
        for form in (
            *(row["name"], row["short_name"], row["short_name"] + row["name"][-1]),
            *(row["short_name"] + word for word in "县市区" if len(row["short_name"]) > 1),
        )
    )


@cache
def cores(name: str) -> frozenset[str]:
    """What may be the brand and the trade: after no region, one, two or three of them."""
    found = {unformed(fold(name))}
    for _ in range(LEVELS):
        found |= {rest for core in found for rest in without_region(core)}
    return frozenset(found)


def without_region(core: str) -> Iterator[str]:
    for length in range(2, len(core) - SHORTEST + 1):
        if core[:length] in region_names() or ZONE.fullmatch(core[:length]):
            yield core[length:]


def core(name: str) -> str:
    """The shortest of them."""
    return min(cores(name), key=len)


@cache
def sounds(name: str) -> frozenset[str]:
    """The cores in letters, whole and by initials."""
    spoken = [lazy_pinyin(core) for core in cores(name)]
    whole = {"".join(syllables) for syllables in spoken}
    return frozenset(whole | {"".join(s[0] for s in syllables) for syllables in spoken})
