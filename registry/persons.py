"""Names and identity numbers of natural persons: strings in, answers out.

Resident numbers: GB 11643-1999, 18 characters with ISO 7064 MOD 11-2; the 15 digits
before it lack century and check digit, and are read as the 18 they became.
"""

import re
import unicodedata
from datetime import date

from stdnum.iso7064 import mod_11_2

ADULT_AT = 18
# Below it nothing may be stored about the person at all (Penalty Law, art. 30; PIPL 31).
CHILD_BELOW = 14
LONGEST_NAME = 60
# The kinds of document whose number tells the date of birth: GB 11643 and its twins for
# residents of Hong Kong, Macao and Taiwan (810000, 820000, 830000) share one form.
RESIDENT, PERMIT, FOREIGN, PASSPORT = "resident", "permit", "foreign", "passport"
FORMS = {
    RESIDENT: re.compile(r"\d{17}[\dX]", re.ASCII),
    PERMIT: re.compile(r"8[123]0000\d{11}[\dX]|[HM]\d{8,10}|\d{8}", re.ASCII),
    FOREIGN: re.compile(r"9\d{16}[\dX]|[A-Z]{3}\d{12}", re.ASCII),
    PASSPORT: re.compile(r"[A-Z0-9]{5,20}", re.ASCII),
}


def fold_name(text: str) -> str:
    """A name as people mean it: any width, any case, one kind of middle dot, no blanks."""
    folded = unicodedata.normalize("NFKC", text).upper()
    folded = re.sub(r"[·•・‧∙.]", "·", folded)
    if re.search(r"[A-Z]", folded):
        return " ".join(folded.split())[:LONGEST_NAME]
    return re.sub(r"\s+", "", folded)[:LONGEST_NAME]


def fold_number(document: str, text: str) -> str:
    """A number as people mean it; an old resident number as the one it became."""
    folded = re.sub(r"[\s\-]+", "", unicodedata.normalize("NFKC", text).upper())
    if document == RESIDENT and re.fullmatch(r"\d{15}", folded, re.ASCII):
        longer = f"{folded[:6]}19{folded[6:]}"
        return f"{longer}{mod_11_2.calc_check_digit(longer)}"
    return folded


def is_number(document: str, number: str) -> bool:
    """Whether a folded number can be one of its kind."""
    form = FORMS.get(document)
    if form is None or not form.fullmatch(number):
        return False
    if tells_birth(document, number):
        return born_on(document, number) is not None and has_check_digit(number)
    return True


def tells_birth(document: str, number: str) -> bool:
    eighteen = len(number) == 18
    return eighteen and document in (RESIDENT, PERMIT, FOREIGN)


def has_check_digit(number: str) -> bool:
    # Not stdnum's `cn.ric`: it knows the provinces, and fictitious 990000 is none of them.
    return bool(mod_11_2.is_valid(number))


def born_on(document: str, number: str) -> date | None:
    """The day of birth a number holds; None where its kind holds none."""
    if not tells_birth(document, number):
        return None
    try:
        return date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    except ValueError:
        return None


def age_on(born: date, day: date) -> int:
    """Full years of age on `day`; a year is full on the birthday itself.

    Whoever was born on 29 February is a year older on 1 March of a common year.
    """
    had_birthday = (day.month, day.day) >= (born.month, born.day)
    return day.year - born.year - (0 if had_birthday else 1)
