"""What was typed, understood: strings in, a Query out."""

import re
from dataclasses import dataclass
from functools import cache
from itertools import chain

from django.utils.translation import gettext as _

from registry import codes, names
from registry.search.results import QueryError

SHORTEST, LONGEST = 2, 64
# Beyond this nobody types; it is refused before any work is done on it.
LONGEST_RAW = 400
# The division alone has six.
FEWEST_DIGITS = 6
# Apostrophes and blanks part syllables: xi'an, cheng chuan.
BETWEEN_SYLLABLES = re.compile(r"[\s'’ʼ·-]+")


@dataclass(frozen=True, slots=True)
class Query:
    """`text` as typed, `key` folded as names are, `code` where it reads as a number.

    `place` is the region a name in characters starts with, `core` what follows it.
    `regions` are the regions a romanised query starts with, in Chinese, and
    `latin` is what follows them; both empty unless the query is in letters.
    """

    text: str
    key: str
    place: str
    core: str
    code: codes.Code | None
    latin: str
    regions: tuple[str, ...]


def understand(text: str) -> Query:
    """Raises QueryError with a sentence that helps where the text cannot be searched."""
    text = text.strip()
    check_raw(text)
    key = names.name_key(text)
    if len(key) < SHORTEST:
        raise QueryError("too_short", _("请至少输入两个字、两个字母或两位数字。"))
    if len(key) > LONGEST:
        raise QueryError(
            "too_long",
            _("内容过长。请输入不超过 %(longest)d 个字的名称或编号。")
            % {"longest": LONGEST},
        )
    latin, regions = romanised(text)
    core = names.core_key(key)
    place = key[: len(names.without_legal_form(key)) - len(core)]
    return Query(text, key, place, core, number_in(text), latin, regions)


def check_raw(text: str) -> None:
    if not text:
        raise QueryError("empty", _("请输入名称、拼音或统一社会信用代码。"))
    if len(text) > LONGEST_RAW:
        raise QueryError(
            "too_long",
            _("内容过长。请输入不超过 %(longest)d 个字的名称或编号。")
            % {"longest": LONGEST},
        )
    if any(not character.isprintable() and not character.isspace() for character in text):
        raise QueryError(
            "characters", _("含有无法检索的控制字符。请删去后重新输入名称或编号。")
        )


def number_in(text: str) -> codes.Code | None:
    """The number, where the text reads as one; pinyin of 18 letters does not."""
    code = codes.read(text)
    if (
        code is None
        or code.kind == "other"
        or sum(map(str.isdigit, code.value)) < FEWEST_DIGITS
    ):
        return None
    return code


def romanised(text: str) -> tuple[str, tuple[str, ...]]:
    """The letters typed, without the region they start with, and that region's names."""
    letters = BETWEEN_SYLLABLES.sub("", text).casefold().replace("ü", "v")
    if not (letters.isascii() and letters.isalpha()):
        return "", ()
    regions = region_pinyin()
    for length in range(len(letters), 2, -1):
        if found := regions.get(letters[:length]):
            return letters[length:], found
    return letters, ()


@cache
def region_pinyin() -> dict[str, tuple[str, ...]]:
    """The forms of region names by their pinyin; homophones share an entry."""
    by_pinyin: dict[str, tuple[str, ...]] = {}
    for name in sorted(chain.from_iterable(names.region_names().values())):
        sound = "".join(names.pinyin(name))
        by_pinyin[sound] = (*by_pinyin.get(sound, ()), name)
    return by_pinyin
