"""Numbers of organisations: strings in, answers out.

USCC: GB 32100-2015 (31 symbols, weights 3^i mod 31); the nine characters inside
it are the organisation code of GB 11714. REG15: the registration number of
GS15-2006, whose last digit is ISO 7064 MOD 11,10.
"""

import re
import unicodedata
from datetime import date
from operator import mul
from typing import NamedTuple

from stdnum.cn import ric, uscc
from stdnum.iso7064 import mod_11_10

USCC_SYMBOLS = frozenset("0123456789ABCDEFGHJKLMNPQRTUWXY")
# The register's own numbers and those of older registers fit in this.
LONGEST = 40
# Compound surname and two given names; a firm needs at least its trade beside the brand.
LONGEST_PERSONAL_NAME = 4
# What registers write where there is nothing, in any case.
MISSING = frozenset(
    form
    for text in ("", "-", "--", "n/a", "na", "null", "none", "无", "暂无", "不详")
    for form in (text, text.upper(), text.title())
)
ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
# Letters count from A = 10; the digit is 11 less the remainder, X for 10 and 0 for 11.
ORG_VALUES = {symbol: int(symbol, 36) for symbol in USCC_SYMBOLS}
ORG_DIGITS = "0X987654321"


class Code(NamedTuple):
    """A number as it was understood. `flaw` is empty where the number is valid.

    `kind` and `flaw` take the values of `Identifier.Kind` and `Identifier.Flaw`.
    """

    kind: str
    value: str
    flaw: str = ""

    @property
    def valid(self) -> bool:
        return not self.flaw


def fold(text: str) -> str:
    """A number as people mean it: any width, any case, blanks and hyphens forgiven."""
    if text.isascii() and text.isalnum():
        return text.upper()
    folded = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"[\s\-‐-―]+", "", folded)


def read(text: str) -> Code | None:
    """The number in `text`; None where the source says it has none."""
    value = fold(text)
    # Zeros fill a field where nothing is known, and 18 of them satisfy every check.
    if value in MISSING or not value.strip("0"):
        return None
    if len(value) == 18:
        return Code("uscc", value, uscc_flaw(value))
    if len(value) == 15 and value.isdigit():
        return Code("reg15", value, "" if mod_11_10.is_valid(value) else "check_digit")
    return Code("other", value[:LONGEST], "unknown_form")


def uscc_flaw(value: str) -> str:
    """What is wrong with 18 characters read as a USCC; empty for nothing.

    Issued codes exist that fail a check, so a flaw is something to flag, not a
    ground to drop the number.
    """
    if not USCC_SYMBOLS.issuperset(value):
        return "characters"
    # Not `uscc.validate`: it only knows digits where some departments have a letter.
    if not value[1:8].isdigit() or uscc.calc_check_digit(value) != value[17]:
        return "check_digit"
    return "" if organisation_digit(value[8:16]) == value[16] else "org_digit"


def organisation_digit(body: str) -> str:
    """The check digit of the eight characters of an organisation code (GB 11714)."""
    total = sum(map(mul, ORG_WEIGHTS, map(ORG_VALUES.__getitem__, body)))
    return ORG_DIGITS[total % 11]


def is_personal(code: Code, name: str) -> bool:
    """Whether a number is the identity number of a natural person (GB 11643, old and new).

    `name` is the folded name beside it. In doubt the answer is yes: the register
    must not hold such a number.
    """
    value = code.value
    if code.kind == "reg15":
        # One old identity number in ten passes the check of a registration number;
        # the length of the name then tells a person from a firm.
        doubtful = not code.valid or len(name) <= LONGEST_PERSONAL_NAME
        return doubtful and is_day(f"19{value[6:12]}")
    return not code.valid and bool(ric.is_valid(value))


def is_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def division(code: Code | None) -> str:
    """The GB/T 2260 division a number was issued in; empty where it has none."""
    if code is None or not code.valid:
        return ""
    return {"uscc": code.value[2:8], "reg15": code.value[:6]}.get(code.kind, "")
