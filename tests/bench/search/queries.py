"""What the search is asked: a file of queries with known targets, and sets made here.

Those are drawn from the registrations by a fixed seed: the same rows, the same queries.
"""

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from itertools import cycle, islice, pairwise
from pathlib import Path
from random import Random

import opencc
from pypinyin import lazy_pinyin

from tests.bench.search import names
from tests.bench.search.parties import SYLLABLES
from tests.bench.search.registrations import Registration

SEED = "5"
N = 60
# Of these many names in three million a bigram is neither rare nor common.
MIDDLE = (2_000 / 3_000_000, 30_000 / 3_000_000)
# As one types: the box suggests from two characters on.
TYPED = (2, 6)
COMMON = (
    *("科技", "贸易", "商贸", "有限公司", "有限责任公司", "工程", "建筑", "建材", "装饰"),
    *("物流", "运输", "投资", "咨询", "管理", "服务", "机械", "设备", "电子", "信息"),
    *("技术", "网络", "软件", "传媒", "文化", "广告", "教育", "餐饮", "酒店", "食品"),
    *("农业", "种植", "养殖", "合作社", "服饰", "服装", "纺织", "家具", "医药", "医疗"),
    *("化工", "塑料", "金属", "钢铁", "汽车", "电器", "电力", "能源", "环保", "房地产"),
    *("物业", "实业", "发展", "国际", "集团", "分公司", "上海", "北京", "广东", "江苏"),
    "浙江",
)
# Words of a legal form narrow nothing and are not typed beside another.
FORMS = frozenset(("有限公司", "有限责任公司", "合作社", "集团", "分公司"))
PROVINCES = ("110000", "310000", "320000", "330000", "370000", "440000", "510000")
SECTIONS = ("serious", "abnormal")
# The brands that begin with it go to the first list even where listings are few.
LISTED = SYLLABLES[0]


@dataclass(frozen=True, slots=True)
class Query:
    """One question. `target` is the number of the one entity that is meant, and `name`
    its name; both empty where many are.

    `page` is the page that is looked at; `facets` asks how the entities divide instead.
    """

    group: str
    text: str
    target: str = ""
    name: str = ""
    kind: str = ""
    region: str = ""
    section: str = ""
    listed: bool = False
    page: int = 1
    limit: int = 20
    facets: bool = False


def read_queries(path: Path) -> list[Query]:
    """The file's own classes become the groups of the same names."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [Query(r["class"], r["query"], r["uscc"], r["name"]) for r in rows]


def save(path: Path, asked: Sequence[Query]) -> None:
    rows = [asdict(query) for query in asked]
    path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


def load(path: Path) -> list[Query]:
    return [Query(**row) for row in json.loads(path.read_text(encoding="utf-8"))]


def make_queries(rows: Sequence[Registration], n: int = N) -> list[Query]:
    """`n` of each set, or as many as these rows give."""
    words = Words(rows)
    return [
        query
        for group, make in SETS.items()
        for query in islice(make(words, Random(f"{SEED} {group}")), n)
    ]


class Words:
    """What the sets are made from: names long enough to misspell, and how often pairs
    of characters occur."""

    def __init__(self, rows: Sequence[Registration]) -> None:
        self.all = rows
        self.whole = [row for row in rows if is_whole(row)]

    @cached_property
    def n_names(self) -> Counter[str]:
        """By pair of characters, in how many names it occurs."""
        keys = (names.fold(row.name) for row in self.all)
        return Counter(pair for key in keys for pair in set(pairs(key)))

    @cached_property
    def characters(self) -> list[str]:
        """From the most common on."""
        counted = Counter(c for row in self.all for c in row.name if is_chinese(c))
        return sorted(counted, key=lambda c: (-counted[c], c))

    @cached_property
    def homophones(self) -> dict[str, list[str]]:
        """By reading, the characters of names that have it."""
        by_reading: dict[str, list[str]] = {}
        for character in self.characters[:3000]:
            by_reading.setdefault(reading(character), []).append(character)
        return by_reading

    def draw(self, random: Random) -> Iterator[Registration]:
        """All of them, in an order of chance."""
        return iter(random.sample(self.whole, len(self.whole)))


def is_whole(row: Registration) -> bool:
    """Chinese throughout, with a number, and with a brand and a trade."""
    return (
        len(row.uscc) == 18
        and 8 <= len(row.name) <= 24
        and all(map(is_chinese, row.name))
        and len(core := names.core(row.name)) >= 4
        and core in row.name
    )


def is_chinese(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


def pairs(key: str) -> Iterator[str]:
    return map("".join, pairwise(key))


def reading(character: str) -> str:
    return str(lazy_pinyin(character)[0])


# --- One character astray -----------------------------------------------------------------

# Makes a name wrong at a place, or leaves it as it is where that place offers nothing.
Slip = Callable[[Words, Random, str, int], str]


def wrong(words: Words, random: Random, name: str, place: int) -> str:
    return put(name, place, random.choice(words.characters[:1500]))


def homophone(words: Words, random: Random, name: str, place: int) -> str:
    others = words.homophones.get(reading(name[place]), [])
    # A hundredth of all characters is too rare to come first in any input method.
    return put(name, place, random.choice(others[:8] or [name[place]]))


def missing(words: Words, random: Random, name: str, place: int) -> str:
    return name[:place] + name[place + 1 :]


def added(words: Words, random: Random, name: str, place: int) -> str:
    return name[:place] + random.choice(words.characters[:1500]) + name[place:]


def swapped(words: Words, random: Random, name: str, place: int) -> str:
    return name[:place] + name[place + 1] + name[place] + name[place + 2 :]


def put(name: str, place: int, character: str) -> str:
    return name[:place] + character + name[place + 1 :]


def misspelt(slip: Slip, group: str) -> "Maker":
    """Full names with one slip among the first four characters of brand and trade."""

    def make(words: Words, random: Random) -> Iterator[Query]:
        for row in words.draw(random):
            start = row.name.find(names.core(row.name))
            text = slip(words, random, row.name, start + random.randrange(3))
            if text != row.name:
                yield Query(group, text, row.uscc, row.name)

    return make


# --- Other sets ---------------------------------------------------------------------------

Maker = Callable[[Words, Random], Iterator[Query]]


def traditional(words: Words, random: Random) -> Iterator[Query]:
    converter = opencc.OpenCC("s2t")
    for row in words.draw(random):
        text = converter.convert(row.name)
        if text != row.name:
            yield Query("traditional_made", text, row.uscc, row.name)


def common(words: Words, random: Random) -> Iterator[Query]:
    return (Query("common", word) for word in COMMON)


def two_common(words: Words, random: Random) -> Iterator[Query]:
    trades = [word for word in COMMON if word not in FORMS]
    while True:
        yield Query("two_common", " ".join(random.sample(trades, 2)))


def middle(words: Words, random: Random) -> Iterator[Query]:
    low, high = (share * len(words.all) for share in MIDDLE)
    fitting = sorted(
        pair
        for pair, n in words.n_names.items()
        if low <= n <= high and all(map(is_chinese, pair))
    )
    return (Query("mid", pair) for pair in random.sample(fitting, len(fitting)))


def no_hit(words: Words, random: Random) -> Iterator[Query]:
    """Four known characters of which no two stand side by side in any name."""
    while True:
        text = "".join(random.sample(words.characters[:2000], 4))
        if words.n_names.keys().isdisjoint(pairs(text)):
            yield Query("no_hit", text)


def no_hit_name(words: Words, random: Random) -> Iterator[Query]:
    """A name like any other, of nobody: what stands around its brand is everybody's."""
    brands = no_hit(words, random)
    trades = [word for word in COMMON if word not in FORMS]
    for brand in brands:
        place, trade = random.choice(words.whole).city, random.choice(trades)
        yield Query("no_hit_name", f"{place}{brand.text}{trade}有限公司")


def filter_common(words: Words, random: Random) -> Iterator[Query]:
    for query, narrow in zip(cycle(common(words, random)), filters(), strict=False):
        yield replace(narrow, group="filter_common", text=query.text)


def filter_rare(words: Words, random: Random) -> Iterator[Query]:
    """Brands of a few, each narrowed to the registration it was taken from; every third
    that of listed parties.
    """
    for row in words.draw(random):
        if row.province in names.provinces():
            brand = names.core(row.name)[:2]
            one = Query("filter_rare", brand, row.uscc, row.name)
            region = names.provinces()[row.province]
            kind = "cooperative" if row.uscc.startswith("93") else "enterprise"
            yield replace(one, region=region)
            yield replace(one, region=region, kind=kind)
            yield Query(
                "filter_rare",
                LISTED + random.choice(SYLLABLES),
                listed=True,
                section=random.choice(("", "serious")),
            )


def filters() -> Iterator[Query]:
    """One of each kind, again and again, over different values, and nothing asked yet."""
    regions, sections = cycle(PROVINCES), cycle(SECTIONS)
    nothing = Query("", "")
    while True:
        yield replace(nothing, region=next(regions))
        yield replace(nothing, kind="enterprise")
        yield replace(nothing, kind="cooperative")
        yield replace(nothing, listed=True)
        yield replace(nothing, listed=True, section=next(sections))
        yield replace(nothing, region=next(regions), kind="enterprise")


def next_page(words: Words, random: Random) -> Iterator[Query]:
    """Alternately the second and the fifth page of something common and less so."""
    pages = cycle((2, 2, 5, 5))
    for one, other in zip(common(words, random), middle(words, random), strict=False):
        yield replace(one, group="next_page", page=next(pages))
        yield replace(other, group="next_page", page=next(pages))


def typeahead(words: Words, random: Random) -> Iterator[Query]:
    """The first characters of brand and trade; one in four in letters."""
    for place, row in enumerate(words.draw(random)):
        start = names.core(row.name)[: random.randint(*TYPED)]
        text = "".join(lazy_pinyin(start)) if place % 4 == 3 else start
        yield Query("typeahead", text, row.uscc, row.name, limit=8)


def facets(words: Words, random: Random) -> Iterator[Query]:
    for one, row in zip(common(words, random), words.draw(random), strict=False):
        yield replace(one, group="facets", facets=True)
        yield Query("facets", names.core(row.name)[:2], facets=True)


SETS: Mapping[str, Maker] = {
    "wrong": misspelt(wrong, "wrong"),
    "homophone": misspelt(homophone, "homophone"),
    "missing": misspelt(missing, "missing"),
    "added": misspelt(added, "added"),
    "swapped": misspelt(swapped, "swapped"),
    "traditional_made": traditional,
    "common": common,
    "two_common": two_common,
    "mid": middle,
    "no_hit": no_hit,
    "no_hit_name": no_hit_name,
    "filter_common": filter_common,
    "filter_rare": filter_rare,
    "next_page": next_page,
    "typeahead": typeahead,
    "facets": facets,
}
