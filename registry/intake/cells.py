"""One record of an official file, cell by cell: text, days and amounts, or why not.

Touches no database. A cell that cannot be read is a reason, never a guess.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from registry import codes, screening
from registry.models.delivery_codes import Reason
from registry.names import clean

# Year, month and day, with any divider, with or without a time behind.
DAY = re.compile(
    r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?:[T ].*)?"
)
# Validity without an end, and the years that stand for it.
ENDLESS = frozenset(("长期", "长期有效", "永久", "永久有效"))
ENDLESS_FROM = 2900
# Where a number of a person could stand in a text.
PERSONAL = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")
TEN_THOUSAND = 10_000
# As the column of the register keeps it: sixteen digits, two of them behind the point.
LARGEST = Decimal(10) ** 14


class Cells:
    """The cells of one record by meaning, and what was wrong with them.

    `columns` names the column of each meaning, for reasons that a reader can look up.
    """

    def __init__(self, values: Mapping[str, str], columns: Mapping[str, str]) -> None:
        self.values, self.columns = values, columns
        self.reasons: list[tuple[str, str]] = []

    def doubt(self, reason: Reason, detail: str = "") -> None:
        if (said := (reason.value, detail)) not in self.reasons:
            self.reasons.append(said)

    def doubts(self, reason: Reason) -> bool:
        return any(code == reason for code, _detail in self.reasons)

    def text(self, name: str, *, most: int = 0) -> str:
        """As written, without outer blanks; empty where the source says it has none."""
        text = clean(self.values.get(name, ""))
        if text in codes.MISSING:
            return ""
        if most and len(text) > most:
            self.doubt(Reason.LONG_FIELD, self.columns.get(name, name))
            return ""
        return text

    def needed(self, name: str, *, most: int = 0) -> str:
        before = len(self.reasons)
        text = self.text(name, most=most)
        if not text and len(self.reasons) == before:
            self.doubt(Reason.NO_VALUE, self.columns.get(name, name))
        return text

    def day(self, name: str, *, is_needed: bool = False) -> date | None:
        text = self.needed(name) if is_needed else self.text(name)
        if not text:
            return None
        if (found := day_in(text)) is None:
            self.doubt(Reason.BAD_DAY, self.columns.get(name, name))
        return found

    def yuan(self, name: str) -> Decimal | None:
        """An amount that the file gives in units of ten thousand; nothing for zero."""
        text = self.text(name)
        if not text:
            return None
        amount = amount_in(text)
        if amount is None:
            self.doubt(Reason.BAD_AMOUNT, self.columns.get(name, name))
        return amount or None

    def holds_personal_number(self) -> bool:
        """Whether the number of a natural person stands in a text that would be shown."""
        return any(map(names_person, self.values.values()))


def day_in(text: str) -> date | None:
    found = DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    year, *others = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, *others) if year < ENDLESS_FROM else None
    except ValueError:
        return None


def is_endless(text: str) -> bool:
    """长期, or a day so far away that it stands for that."""
    year = text[:4]
    far = year.isascii() and year.isdigit() and int(year) >= ENDLESS_FROM
    return text in ENDLESS or far


def amount_in(text: str) -> Decimal | None:
    """1.5 -> 15000.00; None for what is no amount, or finer than a cent."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").removesuffix("万元")
    if not re.fullmatch(r"\d+(\.\d+)?", plain.strip(), re.ASCII):
        return None
    try:
        amount = (Decimal(plain.strip()) * TEN_THOUSAND).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None
    is_exact = amount == Decimal(plain.strip()) * TEN_THOUSAND
    return amount if is_exact and amount < LARGEST else None


def names_person(text: str) -> bool:
    """By the check digit and the day of birth; no table of divisions has all of them."""
    return any(
        screening.is_identity(number.upper(), said="") for number in PERSONAL.findall(text)
    )
