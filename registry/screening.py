"""What a free text must not say about persons: strings in, places out.

Numbers of identity and of bank cards are told by their check digits, everything else by
the patterns of `forbidden_words.csv`. A text is compared in one form of each character,
so a place found there is the same place in the text.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from functools import cache
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from stdnum import luhn
from stdnum.cn import ric
from stdnum.iso7064 import mod_11_10

from registry import codes, names

WORDS = Path(__file__).parent / "data" / "forbidden_words.csv"


class Kind(StrEnum):
    ID_NUMBER = "id_number"
    DOCUMENT = "document"
    CONTACT = "contact"
    EMAIL = "email"
    BANK_CARD = "bank_card"
    ADDRESS = "address"
    BIRTH = "birth"
    ILLNESS = "illness"
    RELIGION = "religion"
    PETITION = "petition"
    BIOMETRIC = "biometric"
    MINOR = "minor"


# Words shown around a place, and what stands for a letter or a digit there.
AROUND, HIDDEN = 6, "●"


class Suspicion(NamedTuple):
    """What the characters from `start` to before `end` look like."""

    kind: Kind
    start: int
    end: int


# Texts in which nothing was found, by their digests: a file says the same of thousands of
# parties. So many that the usual ones of a file are among them.
CLEAN: set[bytes] = set()
MOST_CLEAN = 10_000


def screen(text: str) -> list[Suspicion]:
    """Every place that looks like something a text must not say, in their order."""
    digest = sha256(text.encode(errors="surrogatepass")).digest()
    if digest in CLEAN:
        return []
    found = searched(text)
    if not found:
        if len(CLEAN) >= MOST_CLEAN:
            CLEAN.clear()
        CLEAN.add(digest)
    return found


def searched(text: str) -> list[Suspicion]:
    words = fold(text)
    numbers = words.translate(NUMERALS)
    found = [*numbers_in(numbers)]
    for is_numbered, folded in ((True, numbers), (False, words)):
        if net(is_numbered).search(folded):
            for pattern in patterns():
                if (pattern.kind in NUMBERED) == is_numbered:
                    found += pattern.places(folded)
    return apart(found)


def excerpt(text: str, found: Suspicion) -> str:
    """The place with a few words around it, its letters and digits made unreadable."""
    start, end = max(0, found.start - AROUND), found.end + AROUND
    shown = (
        HIDDEN if is_told(char, inside=found.start <= place < found.end) else char
        for place, char in enumerate(text[start:end], start)
    )
    return f"{'…' * (start > 0)}{''.join(shown)}{'…' * (end < len(text))}"


def is_told(char: str, *, inside: bool) -> bool:
    form = one_form(char)
    form = form.translate(NUMERALS) if inside else form
    return form.isascii() and form.isalnum()


def apart(found: list[Suspicion]) -> list[Suspicion]:
    """Of places that overlap the one that begins first, and of those the longest."""
    kept: list[Suspicion] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


# --- One form of each character -----------------------------------------------------------

# People write digits in words where a machine might look for them.
NUMERALS = str.maketrans("〇零一二三四五六七八九", "00123456789")


def fold(text: str) -> str:
    """As long as the text: any width, case and script of a character becomes one."""
    return "".join(map(one_form, text))


@cache
def one_form(char: str) -> str:
    form = unicodedata.normalize("NFKC", char).upper()
    form = form if len(form) == 1 else char
    simplified = names.converter().convert(form)
    return simplified if len(simplified) == 1 else form


# --- Numbers with check digits ------------------------------------------------------------

# Blanks, hyphens and points, seen and unseen, by which people part a long number.
PARTED = r"[ \t.·•_/\-‐-―\u200b-\u200d\u00ad\ufeff]{1,2}"
RUN = re.compile(
    rf"(?:(?<![0-9A-Z])|(?<=ID)|(?<=NO))\d+X?(?:{PARTED}\d+X?)*(?![0-9A-Z])", re.ASCII
)
GROUP = re.compile(r"\d+X?", re.ASCII)
# Before the digits of a fraction.
FRACTION = re.compile(r"(?<!\d)0\.$", re.ASCII)
# Part of a number is hidden, and the rest is enough to find the person by.
MASKED = re.compile(r"(?<![0-9A-Z*])\d{3,14}\*{4,14}\d{0,3}[\dX]?(?![0-9A-Z*])", re.ASCII)
IDENTITY = re.compile(r"身份证|身份号码|证件号|证号码")
ACCOUNT = re.compile(r"编号|[单批货票案文]号|条码|流水号|登记号|许可证|备案|合同")
# How far before a number its name may stand, in the same part of the sentence.
NAME_WITHIN = 12
# GB/T 2260; 81 to 83 and 9 are of residents from elsewhere, and 99 is nobody's.
PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9\d")
CARDS = re.compile(r"62\d{14}|62\d{17}|9558\d{15}|4\d{15}|5[1-5]\d{14}", re.ASCII)


def numbers_in(text: str) -> Iterator[Suspicion]:
    for run in RUN.finditer(text):
        groups = [(g.start(), g.end()) for g in GROUP.finditer(text, *run.span())]
        for start, end, digits in windows(text, groups):
            if FRACTION.search(text, 0, start):
                continue
            said = name_before(text, start)
            if is_identity(digits, said):
                yield Suspicion(Kind.ID_NUMBER, start, end)
            elif CARDS.fullmatch(digits) and is_card(digits, said):
                yield Suspicion(Kind.BANK_CARD, start, end)
    for masked in MASKED.finditer(text):
        if len(masked[0]) in (15, 18):
            yield Suspicion(Kind.ID_NUMBER, *masked.span())


def windows(text: str, groups: list[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    """Neighbouring groups that are together as long as a number can be."""
    for n, (start, _) in enumerate(groups):
        parts = (text[slice(*group)] for group in groups[n:])
        for digits, (_, end) in zip(accumulate(parts), groups[n:], strict=True):
            if len(digits) > 19:
                break
            if len(digits) >= 15:
                yield start, end, digits


def name_before(text: str, start: int) -> str:
    """What the number is called, as far as the sentence says it just before."""
    return re.split(r"[,。;、\n]", text[max(0, start - NAME_WITHIN) : start])[-1]


def is_identity(digits: str, said: str) -> bool:
    """GB 11643: a right check digit decides; where the text names it, the length does."""
    if len(digits) not in (15, 18) or is_uscc(digits):
        return False
    if IDENTITY.search(said):
        return True
    if not PROVINCES.match(digits) or "X" in digits[:-1]:
        return False
    if len(digits) == 18:
        return is_birth(digits[6:14]) and ric.calc_check_digit(digits) == digits[-1]
    # Numbers of 15 digits ended with the century; registration numbers have a check digit.
    is_old = digits[6] >= "3" and is_birth(f"19{digits[6:12]}") and digits.isdigit()
    return is_old and not ACCOUNT.search(said) and not mod_11_10.is_valid(digits)


def is_uscc(digits: str) -> bool:
    return len(digits) == 18 and not codes.uscc_flaw(digits)


def is_birth(digits: str) -> bool:
    try:
        return 1900 <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year < 2100
    except ValueError:
        return False


def is_card(digits: str, said: str) -> bool:
    return bool(luhn.is_valid(digits)) and not ACCOUNT.search(said)


# --- Words --------------------------------------------------------------------------------

# Told by digits, which may be written in words.
NUMBERED = (Kind.CONTACT, Kind.BANK_CARD, Kind.DOCUMENT)
SENTENCE = re.compile(r"[^。;!?\n]*")


class Pattern(NamedTuple):
    """Suspicious where it matches, unless its sentence speaks of something else.

    `source` is the item of the directory that forbids it.
    """

    kind: Kind
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    source: str

    def places(self, text: str) -> Iterator[Suspicion]:
        for match in self.pattern.finditer(text):
            if not self.is_cleared(text, match.start()):
                yield Suspicion(self.kind, *match.span())

    def is_cleared(self, text: str, place: int) -> bool:
        if self.unless is None:
            return False
        within = (one for one in SENTENCE.finditer(text) if one.end() > place)
        return self.unless.search(next(within)[0]) is not None


@cache
def patterns() -> tuple[Pattern, ...]:
    with WORDS.open(encoding="utf-8", newline="") as file:
        return tuple(
            Pattern(
                Kind(row["kind"]),
                re.compile(row["pattern"], re.ASCII),
                re.compile(row["unless"], re.ASCII) if row["unless"] else None,
                row["source"],
            )
            for row in csv.DictReader(file)
        )


@cache
def net(is_numbered: bool) -> re.Pattern[str]:
    """All patterns of a sort in one: where it finds nothing, none of them does.

    Nearly every text is of this kind, and official files bring hundreds of thousands.
    """
    chosen = [one for one in patterns() if (one.kind in NUMBERED) == is_numbered]
    return re.compile("|".join(f"(?:{one.pattern.pattern})" for one in chosen), re.ASCII)
