"""What each type of entry says: its fields, in the words of the published format.

All of it is public and stays for ever, so there is no field for free words about a
case. Entries refer to each other by leaf: `rule`, `notice`, `list`, `follows`, `ask` are
the indexes of earlier leaves. Days come as days and are written as YYYY-MM-DD.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from registry.ledger.errors import NoteError
from registry.ledger.notes import read_key

SEVERITIES = ("minor", "general", "serious", "positive", "court", "none")
# The reasons of `Listing.EndReason`.
END_REASONS = (
    "expired",
    "performed",
    "cured",
    "repaired",
    "wrong",
    "revoked",
    "died",
    "deregistered",
    "superseded",
)
# A code, because the words of an order could name somebody. `restore`: a restore of the
# database has lost its content, so that there is nothing to show.
HOLD_REASONS = ("court", "review", "restore")
ASKED = ("repair", "objection")


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a field as it is written, and the words for it."""

    words: str
    fits: Callable[[Any], bool]


def text_like(words: str, pattern: str) -> Form:
    compiled = re.compile(pattern, re.ASCII)
    return Form(words, lambda value: is_text(value) and bool(compiled.fullmatch(value)))


def number_from(least: int) -> Form:
    return Form(
        f"a whole number from {least} on", lambda one: type(one) is int and one >= least
    )


def one_of(*words: str) -> Form:
    return Form(" or ".join(words), lambda value: is_text(value) and value in words)


def is_text(value: object) -> bool:
    return isinstance(value, str)


def is_title(value: Any) -> bool:
    return is_text(value) and value.isprintable() and 0 < len(value.strip()) <= 300


def is_vkey(value: Any) -> bool:
    try:
        return is_text(value) and bool(read_key(value))
    except NoteError:
        return False


def is_day(value: Any) -> bool:
    # Python reads 20260506 and 2026-W19-3 as well.
    try:
        return is_text(value) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def is_table_of(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """An object whose keys are short names and whose values fit."""

    def holds(value: Any) -> bool:
        return isinstance(value, dict) and all(
            NAME.fits(key) and fits(one) for key, one in value.items()
        )

    return holds


NUMBER = number_from(0)
NAME = text_like("a short name", r"[\w.-]{1,80}")
HASH = text_like("64 hex digits", r"[0-9a-f]{64}")

Index = Annotated[int, number_from(0)]
Number = Annotated[int, NUMBER]
Counted = Annotated[int, number_from(1)]
TwoOrMore = Annotated[int, number_from(2)]
# A fact that holds; where it does not, the field is left out.
Flag = Annotated[Literal[True], Form("true", lambda value: value is True)]
Day = Annotated[date, Form("a day", is_day)]
Case = Annotated[str, text_like("32 hex digits", r"[0-9a-f]{32}")]
Hash = Annotated[str, HASH]
Code = Annotated[str, text_like("a code", r"[\w.-]{1,40}")]
Title = Annotated[str, Form("a title", is_title)]
Vkey = Annotated[str, Form("a key as text", is_vkey)]
Counts = Annotated[
    dict[str, dict[str, int]],
    Form("numbers by list and authority", is_table_of(is_table_of(NUMBER.fits))),
]
Digests = Annotated[dict[str, str], Form("digests by file", is_table_of(HASH.fits))]


class Rule(TypedDict):
    """One version of a list's rule; it holds until the next of the same code begins.

    One of `max_m`, `max_d` (months, days), or `open` for no fixed term, then reviewed;
    none of them where the record prints its own end. `notice_days` where the register
    itself gives the notice: the window has at least so many days.
    """

    code: Code
    version: Counted
    # The article, in the words of the law; the name of the list.
    law: Title
    list: Title
    severity: Annotated[str, one_of(*SEVERITIES)]
    in_force: Day
    until: NotRequired[Day]
    min_m: NotRequired[Counted]
    min_d: NotRequired[Counted]
    max_m: NotRequired[Counted]
    max_d: NotRequired[Counted]
    open: NotRequired[Flag]
    notice_days: NotRequired[Counted]


class Notice(TypedDict):
    """Delivered on `on`; no decision before `days` have passed.

    `prior`: given elsewhere, as the file says whose digest is `doc`.
    """

    case: Case
    rule: Index
    on: Day
    days: NotRequired[Number]
    prior: NotRequired[Flag]
    doc: NotRequired[Hash]


class Drop(TypedDict):
    """The case is closed without a listing."""

    case: Case


# A decision on display from `from` on: until a day, or open, as a rule reviewed by a day.
# `term_from` is the day its term counts from; `follows` the one it extends or restores,
# whose term binds it too. `C` is the commitment; `kind` p for a person, then `auth` is
# the province or ministry. A class cannot have a field named `from`.
List = TypedDict(
    "List",
    {
        "case": Case,
        "kind": Annotated[str, one_of("p", "o")],
        "auth": Code,
        "rule": Index,
        "notice": NotRequired[Index],
        "decided": Day,
        "from": Day,
        "term_from": Day,
        "until": NotRequired[Day],
        "open": NotRequired[Flag],
        "review_by": NotRequired[Day],
        "follows": NotRequired[Index],
        "C": Hash,
        "appr": TwoOrMore,
    },
)


class Amend(TypedDict):
    """New content, and perhaps an earlier end; never a later one."""

    list: Index
    C: Hash
    until: NotRequired[Day]


class Hold(TypedDict):
    """Hidden as a court or a reviewer orders, or as a restore requires.

    Lifted by an `unhold` that says the same `why`, and by no other.
    """

    list: Index
    why: Annotated[str, one_of(*HOLD_REASONS)]


class Review(TypedDict):
    """The grounds still hold; the next look is due by `review_by`."""

    list: Index
    on: Day
    review_by: Day
    appr: TwoOrMore


class Ask(TypedDict):
    """Somebody applied; the answer is due by `due`."""

    case: Case
    what: Annotated[str, one_of(*ASKED)]
    on: Day
    due: Day


class Answer(TypedDict):
    """An ask was answered, also where the answer was no; an end answers by itself."""

    ask: Index
    on: Day


class End(TypedDict):
    """Never shown again. Rests on an ask, or on a document whose digest is `doc`."""

    list: Index
    why: Annotated[str, one_of(*END_REASONS)]
    on: Day
    ask: NotRequired[Index]
    doc: NotRequired[Hash]
    # None where time itself ends it; one in an emergency.
    appr: Number


class Manifest(TypedDict):
    """What was on display on a day, and the digests of what was handed out."""

    day: Day
    counts: Counts
    files: Digests
    # Of the file `active`; of the head of the trail, where it is chained.
    active: Hash
    audit: NotRequired[Hash]


# A key that signs from a day on. The one before it signs the checkpoint over this entry.
Key = TypedDict(
    "Key", {"purpose": Annotated[str, one_of("ledger")], "key": Vkey, "from": Day}
)
