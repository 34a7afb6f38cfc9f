"""Canonical JSON: one value, one sequence of bytes, so that a hash speaks of the value.

UTF-8, keys in the order of their code points, no blanks, text in NFC, whole numbers
only. Nothing and fractions are refused: a field that has no value is left out, and the
same fraction has many spellings. A truth value has one, and is no number.

What is refused is never quoted: a message ends in a log, and a core names people.
"""

import json
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, NoReturn

from registry.ledger.errors import CanonicalError

Value = str | int | bool | list["Value"] | dict[str, "Value"]

# Entries need three levels; a bound keeps hostile input from exhausting the stack.
DEEPEST = 8
# Beyond this a reader whose numbers are doubles would read another number.
LARGEST = 2**53 - 1


def encode(value: Mapping[str, Any]) -> bytes:
    """The bytes of a value. Days and instants become text; CanonicalError for the rest."""
    return written(plain_object(value)).encode()


def decode(content: bytes) -> dict[str, Any]:
    """The value of bytes that `encode` would write exactly so; CanonicalError else."""
    try:
        value = json.loads(
            content.decode(),
            object_pairs_hook=without_repetition,
            parse_float=refuse_number,
            parse_constant=refuse_number,
        )
    except (ValueError, RecursionError) as broken:
        raise CanonicalError(f"not canonical JSON: {broken}") from broken
    if not isinstance(value, dict):
        raise CanonicalError("not canonical JSON: the outermost value is no object")
    if encode(value) != content:
        raise CanonicalError("not canonical JSON: the same value is written otherwise")
    return value


ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def written(value: dict[str, Any]) -> str:
    """Of what is plain already."""
    return ENCODER.encode(value)


def without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise CanonicalError("not canonical JSON: a key comes twice")
    return found


def refuse_number(_: str) -> NoReturn:
    raise CanonicalError("not canonical JSON: a number is no whole number")


# --- What may be written ------------------------------------------------------------------


def plain_object(value: Mapping[str, Any]) -> dict[str, Any]:
    """As `decode` would give it back: days and instants as text."""
    return {plain_key(key): plain(one, 2) for key, one in value.items()}


def plain(value: Any, depth: int) -> Value:
    """The value in the types that JSON knows; refuses what has no canonical form."""
    if depth > DEEPEST:
        raise CanonicalError(f"nested deeper than {DEEPEST} levels")
    if form := EXACTLY.get(type(value)):
        return form(value)
    # A member of an enumeration, or the like.
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, int):
        return plain_number(value)
    if isinstance(value, dict):
        return {plain_key(k): plain(one, depth + 1) for k, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one, depth + 1) for one in value]
    return plain_time(value)


def plain_text(text: str) -> str:
    if type(text) is not str:
        # A member of an enumeration is a text with another name.
        text = str.__str__(text)
    if text.isascii():
        return text
    if not unicodedata.is_normalized("NFC", text):
        raise CanonicalError("a text is not in Unicode's composed form (NFC)")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise CanonicalError("a text holds half of a character") from None
    return text


def plain_key(key: object) -> str:
    if type(key) is str and key.isascii():
        return key
    if not isinstance(key, str):
        raise CanonicalError(f"a key is a {type(key).__name__} and no text")
    return plain_text(key)


def plain_number(number: int) -> int:
    if abs(number) > LARGEST:
        raise CanonicalError("a number is beyond what every reader can read")
    return int(number)


def plain_time(value: object) -> str:
    """A day as YYYY-MM-DD, an instant in UTC as YYYY-MM-DDTHH:MM:SSZ."""
    # Before days: an instant is a day to Python.
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    raise CanonicalError(f"a {type(value).__name__} has no canonical form")


def instant(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise CanonicalError("an instant does not say in which zone")
    if moment.microsecond:
        raise CanonicalError("an instant is no whole second")
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"


# By far the most values are exactly of one of these types, and there are a great many.
# A truth value is a number to Python, an instant a day; the exact type tells them apart.
EXACTLY: dict[type, Callable[[Any], Value]] = {
    str: plain_text,
    int: plain_number,
    bool: bool,
    date: date.isoformat,
}
