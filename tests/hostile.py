"""Addresses of somebody who wants the search to fall; the same seed makes the same ones."""

from collections.abc import Callable, Iterator
from random import Random
from urllib.parse import quote_from_bytes

PATHS = ("/search/", "/en/search/", "/search/suggest/", "/en/search/suggest/")
MOST_BYTES = 40_000

# What people search for, to be spoilt.
PLAIN = (
    "测试",
    "有限公司",
    "科技",
    "蜀州青禾测试商贸有限公司",
    "ceshi",
    "shuzhouqinghe",
    "cs",
)
WILDCARDS = (
    "%",
    "_",
    "*",
    "?",
    "\\",
    "%%%",
    "_" * 64,
    ".*",
    "(a+)+$",
    "[^x]",
    "^$",
    "\\d{9}",
)
FULL_TEXT = (
    '"', '""', "AND", "OR NOT", "NEAR(测 试, 9)", "name_key:测试", "测*", "^测", "-测试",
    "{a b}:测", "测 & 试", "测:*", "!!测", "<->", "(((((", ")", '"测" "试"',
)  # fmt: skip
SQL = (
    "' OR 1=1 --", "'; DROP TABLE registry_entity; --", "' UNION SELECT NULL, NULL --",
    "') OR ('a'='a", "1; SELECT pg_sleep(9)", "/**/", "\\'; --", "$$x$$", "E'\\x00'",
    "CHR(0)",
)  # fmt: skip
TEMPLATES = (
    "%s%n%d",
    "{0.__class__}",
    "{{ 7*7 }}",
    "${7*7}",
    "<script>",
    "</textarea>",
    "\r\n",
)
STRANGE = (
    "👨‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "\u202eفسدتسم", "שלום",
    "e" + "\u0301" * 40, "测\u3099", "ﷺ" * 4, "㍿", "ﬁ", "①②③",
    "測試有限公司", "ｃｅｓｈｉ", "９１９９", "ﾃｽﾄ", "𝔠𝔢𝔰𝔥𝔦",
    "\ufeff测试", "\u200b\u200d", "\ufffd",
    "\U0010ffff", "İ", "ß", "ǅ", "〇", "\u3000测\u3000试", "𠮷𠮷", "\U000e0001",
)  # fmt: skip
NUMBERS = (
    "91990000000000011B",
    "110000000000001",
    "9" * 18,
    "0" * 15,
    "-1",
    "1e9",
    "91" + "O" * 16,
)
# No text at all: surrogates, cut and overlong characters, bytes of another encoding.
NO_TEXT = (
    b"\xed\xa0\x80",
    b"\xff\xfe",
    b"\xe6\xb5",
    b"\xc0\xaf",
    b"\xb2\xe2\xca\xd4",
    b"\x80" * 9,
)
# Written into the address as they are.
ENCODINGS = (
    "%",
    "%zz",
    "%u6d4b",
    "%25%36",
    "%2525",
    "%00",
    "%0d%0a",
    "+++",
    "&&",
    ";",
    "=",
    "%E6%B5",
)
CONDITIONS = ("kind", "region", "section", "listed", "after", "page", "limit", "q[]", "")
VALUES = (
    "enterprise", "510000", "serious", "1", "0", "-1", "9" * 40, "999999", "null",
    "[]", "{}", "eyJhIjoxfQ==", "MQ", "a" * 3_000, "2", "１", "5100001", "\0", "510000'",
    "1.5", "True", "AAAA////",
)  # fmt: skip


def addresses(seed: int, n: int) -> Iterator[str]:
    dice = Random(seed)
    for _ in range(n):
        yield f"{dice.choice(PATHS)}?{question(dice)}"


def question(dice: Random) -> str:
    parts = [f"q={typed(dice)}"]
    while dice.random() < 0.4:
        parts.append(condition(dice))
    if dice.random() < 0.1:
        parts.append(f"q={typed(dice)}")
    if dice.random() < 0.01:
        parts *= 300
    dice.shuffle(parts)
    return "&".join(parts)[:MOST_BYTES]


def condition(dice: Random) -> str:
    value = dice.choice(VALUES) if dice.random() < 0.7 else text(dice)
    return f"{dice.choice(CONDITIONS)}={encoded(value)}"


def typed(dice: Random) -> str:
    kind = dice.random()
    if kind < 0.08:
        return dice.choice(ENCODINGS) + encoded(text(dice))
    if kind < 0.16:
        return quote_from_bytes(dice.choice(NO_TEXT)) + encoded(text(dice))
    return encoded(text(dice))


def text(dice: Random) -> str:
    return dice.choice(SPOILT)(dice)


def encoded(value: str) -> str:
    return quote_from_bytes(value.encode())


def mixture(dice: Random) -> str:
    """Fragments of several kinds, in a row or as words."""
    fragments = (WILDCARDS, FULL_TEXT, SQL, TEMPLATES, STRANGE, NUMBERS, PLAIN)
    chosen = [dice.choice(dice.choice(fragments)) for _ in range(dice.randint(1, 4))]
    return dice.choice(("", " ", "'", '"')).join(chosen)


def pierced(dice: Random) -> str:
    """A plain text with a control character in it."""
    whole = dice.choice(PLAIN)
    at = dice.randint(0, len(whole))
    return whole[:at] + chr(dice.choice((*range(32), *range(127, 160)))) + whole[at:]


def long(dice: Random) -> str:
    """Far more than anybody types, or as much as is just allowed."""
    return (dice.choice(PLAIN) * 10_000)[: dice.choice((64, 65, 400, 401, 10_000))]


def many_words(dice: Random) -> str:
    return " ".join(
        dice.choice("测试有限公司科技贸易商") for _ in range(dice.randint(2, 32))
    )


def letters(dice: Random) -> str:
    """Syllables without end, which could be read in many ways."""
    return "".join(dice.choice(("xi", "an", "g", "zh", "e", "n", "lv")) for _ in range(20))


def scattered(dice: Random) -> str:
    """Characters from all of Unicode."""
    anywhere = (dice.randrange(0xD800), dice.randrange(0xE000, 0x110000))
    return "".join(chr(dice.choice(anywhere)) for _ in range(dice.randint(1, 12)))


def near_number(dice: Random) -> str:
    """A number of nobody with a digit too many, too few or changed."""
    digits = list(f"91990000{dice.randrange(10**9):09d}X")
    digits[dice.randrange(18)] = dice.choice("0123456789ABCIOSVZ-测")
    return "".join(digits[: dice.choice((14, 15, 17, 18))])


SPOILT: tuple[Callable[[Random], str], ...] = (
    mixture, mixture, mixture, pierced, long, many_words, letters, scattered, near_number,
)  # fmt: skip
