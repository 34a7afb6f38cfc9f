"""What was typed, understood: strings in, a Query out."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

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
class Place:
    """A division, by its name as typed and by what the codes within it start with."""

    name: str
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """One reading of a query in characters: every part in the name, in every place.

    `key` is the whole query, folded; `brand` what a name would begin with, its region
    taken off.
    """

    key: str
    brand: str
    parts: tuple[str, ...]
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Spoken:
    """One reading of a query in letters: how a name begins, without tones or by initials.

    With `places`, which are homophones of each other, in one of them.
    """

    letters: str
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """`text` as typed, `key` folded as names are, `code` where it reads as a number.

    `readings` are tried one after the other until one finds something.
    """

    text: str
    key: str
    code: codes.Code | None
    readings: tuple[Meaning | Spoken, ...]

    @property
    def first_meaning(self) -> Meaning:
        return next(one for one in self.readings if isinstance(one, Meaning))


def understand(text: str) -> Query:
    """Raises QueryError with a sentence that helps where the text cannot be searched."""
    text = text.strip()
    check_raw(text)
    key = names.name_key(text)
    if len(key) < SHORTEST:
        raise QueryError("too_short", _("请至少输入两个字、两个字母或两位数字。"))
    if len(key) > LONGEST:
        raise too_long()
    words = list(filter(None, map(names.name_key, text.split())))
    written, spoken = meanings(key, words), spoken_in(text, key)
    # What is typed in letters is meant to be heard, unless a name is written so.
    in_order: list[Meaning | Spoken] = [*written, *spoken]
    if key.isascii():
        in_order = [*spoken, *written]
    return Query(text, key, number_in(text), tuple(in_order))


def pieces_of(text: str) -> list[str]:
    """Two characters each; a single character is in no piece."""
    return [text[n : n + 2] for n in range(len(text) - 1)]


def check_raw(text: str) -> None:
    if not text:
        raise QueryError("empty", _("请输入名称、拼音或统一社会信用代码。"))
    if len(text) > LONGEST_RAW:
        raise too_long()
    if any(not character.isprintable() and not character.isspace() for character in text):
        raise QueryError(
            "characters", _("含有无法检索的控制字符。请删去后重新输入名称或编号。")
        )


def too_long() -> QueryError:
    sentence = _("内容过长。请输入不超过 %(longest)d 个字的名称或编号。")
    return QueryError("too_long", sentence % {"longest": LONGEST})


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


# --- In characters ------------------------------------------------------------------------


def meanings(key: str, words: list[str]) -> list[Meaning]:
    """Words in any order; then, for one word, a brand with its place behind it."""
    places, parts = sorted_out(words)
    found = [meaning_of(key, places, parts)]
    if len(words) == 1 and (place := trailing_place(parts[0])):
        brand = parts[0].removesuffix(place)
        found.append(meaning_of(key, [*places, place], [brand]))
    return found


def meaning_of(key: str, places: list[str], parts: list[str]) -> Meaning:
    by_name = names.divisions()
    where = tuple(Place(name, by_name[name]) for name in dict.fromkeys(places))
    # A single character is in no piece, so some part has to be longer.
    known = parts if any(map(pieces_of, parts)) else [key]
    return Meaning(key, "".join(known), tuple(dict.fromkeys(known)), where)


def sorted_out(words: list[str]) -> tuple[list[str], list[str]]:
    """The places and the other words, without the legal form at the end."""
    by_name = names.divisions()
    places = [word for word in words if word in by_name] if len(words) > 1 else []
    parts = [word for word in words if word not in places]
    if not parts:
        parts = [places.pop()]
    # With a place of its own, what else begins like one is a brand.
    if not places and (leading := names.leading_regions(parts[0])):
        parts[0] = parts[0].removeprefix("".join(leading))
        # The last one lies within the others.
        places.append(leading[-1])
    parts[-1] = names.without_legal_form(parts[-1])
    return places, parts


def trailing_place(word: str) -> str:
    by_name = names.divisions()
    ends = (word[start:] for start in range(names.SHORTEST_CORE, len(word) - 1))
    return next((end for end in ends if end in by_name), "")


# --- In letters ---------------------------------------------------------------------------


def spoken_in(text: str, key: str) -> list[Spoken]:
    """The letters as a whole, then with a region behind or before what they say."""
    letters = BETWEEN_SYLLABLES.sub("", text).casefold().replace("ü", "v")
    if not any("a" <= letter <= "z" for letter in key):
        return []
    if not (letters.isascii() and letters.isalnum()):
        # Characters and letters together: the whole as it sounds.
        return [Spoken(without_form("".join(names.pinyin(key))))]
    *words, last = BETWEEN_SYLLABLES.split(text.casefold().strip())
    found = [Spoken(without_form(letters))]
    if words and (places := region_sounds().get(last)):
        found.append(Spoken("".join(words), places))
    return [*found, *led_by_region(letters)]


def led_by_region(letters: str) -> Iterator[Spoken]:
    """The longest region they begin with, in full or by its initials."""
    for sounds, shortest in ((region_sounds(), 3), (region_initials(), 2)):
        for length in range(len(letters) - SHORTEST, shortest - 1, -1):
            if places := sounds.get(letters[:length]):
                yield Spoken(without_form(letters[length:]), places)
                break


def without_form(letters: str) -> str:
    for form in legal_forms():
        if letters.endswith(form) and len(letters) - len(form) >= SHORTEST:
            return letters.removesuffix(form)
    return letters


@cache
def legal_forms() -> tuple[str, ...]:
    """As they sound, longest first."""
    return tuple("".join(names.pinyin(form)) for form in names.LEGAL_FORMS)


@cache
def region_sounds() -> dict[str, tuple[Place, ...]]:
    """The divisions by the pinyin of their names; homophones share an entry."""
    return places_by("".join)


@cache
def region_initials() -> dict[str, tuple[Place, ...]]:
    return places_by(lambda syllables: "".join(one[0] for one in syllables))


def places_by(say: Callable[[list[str]], str]) -> dict[str, tuple[Place, ...]]:
    found: dict[str, tuple[Place, ...]] = {}
    for name, stems in sorted(names.divisions().items()):
        sound = say(names.pinyin(name))
        found[sound] = (*found.get(sound, ()), Place(name, stems))
    return found
