"""The number and the secret of a filing: strings in, answers out.

Crockford's base 32: no I, L, O or U, so that what is read aloud or copied from paper
is understood.
"""

import re
import secrets
import unicodedata

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD = str.maketrans("OIL", "011")
# Beside the year; 60 bits, so that nobody meets another number by trying.
NUMBER_LENGTH = 12
WHOLE = 4 + NUMBER_LENGTH
# 80 bits: a keyed hash is enough to keep it, a slow one would guard nothing more.
SECRET_LENGTH = 16


def new_number(year: int) -> str:
    return f"{year:04d}{random_text(NUMBER_LENGTH)}"


def new_secret() -> str:
    return random_text(SECRET_LENGTH)


def random_text(length: int) -> str:
    return "".join(secrets.choice(SYMBOLS) for _ in range(length))


def fold(text: str) -> str:
    """A number or secret as people mean it: any width or case, twins forgiven."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"[\s\-‐-―]+", "", folded).translate(MISREAD)


def grouped(text: str) -> str:
    """In groups of four, as it is shown and printed."""
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))
