"""When one decision is on display, by the rule's row. Every day named is included."""

from datetime import date
from typing import TypedDict

from tests.oracle.days import (
    ONE,
    is_first_working_day_of_month,
    is_settled,
    last_day,
    working_days_after,
)
from tests.oracle.tables import Row, class_minimum


class Window(TypedDict):
    term_from: date
    first: date | None
    last: date | None
    latest: date | None
    review: date | None
    repair: date | None
    provisional: bool


def is_kept(rule: Row) -> bool:
    """Kept and never displayed."""
    return rule["term"] == "P0D"


def window(
    rule: Row,
    decided: date,
    *,
    released: date | None = None,
    term: str = "",
    until: date | None = None,
) -> Window:
    """`term` and `until`, the first day after, as the decision has them."""
    earliest = first_possible_day(rule, decided)
    first = max(earliest, released or earliest)
    start = counts_from(rule, decided, earliest=earliest, first=first)
    return {
        "term_from": start,
        "first": None if is_kept(rule) else first,
        "last": last_shown(rule, start, term, until),
        "latest": last_day(start, rule["term_max"]) if rule["term_max"] else None,
        "review": last_day(first, rule["review"]) if rule["review"] else None,
        "repair": earliest_repair(rule, decided, first=first),
        "provisional": is_provisional(rule, decided),
    }


def published(rule: Row, decided: date) -> date:
    """The first day on which the authority may publish."""
    day = decided
    if rule["publication"] == "first_wd":
        while not is_first_working_day_of_month(day):
            day += ONE
    if rule["publication"] == "next_month":
        day += ONE
        while day.day != 1:
            day += ONE
    return day


def objection_days(rule: Row, decided: date) -> list[date]:
    """The working days in which the party may object before display begins."""
    if rule["term_start"] != "objection_end":
        return []
    return working_days_after(published(rule, decided), int(rule["objection_wd"]))


def first_possible_day(rule: Row, decided: date) -> date:
    objections = objection_days(rule, decided)
    return objections[-1] + ONE if objections else published(rule, decided)


def is_provisional(rule: Row, decided: date) -> bool:
    """Whether a working day was counted in a year without a notice."""
    if rule["publication"] != "first_wd":
        return False
    return not is_settled(published(rule, decided)) or not all(
        map(is_settled, objection_days(rule, decided))
    )


def counts_from(rule: Row, decided: date, *, earliest: date, first: date) -> date:
    if rule["term_start"] == "objection_end":
        return earliest
    return first if rule["term_start"] == "publication" else decided


def last_shown(rule: Row, start: date, term: str, until: date | None) -> date | None:
    if rule["term"] == "as printed":
        return until - ONE if until else None
    if rule["term"] == "none" or is_kept(rule):
        return None
    return last_day(start, term or rule["term"])


def earliest_repair(rule: Row, decided: date, *, first: date) -> date | None:
    if rule["early_exit"] != "period" or rule["early_from"] == "correction":
        return None
    base = first if rule["early_from"] == "publication" else decided
    earliest = last_day(base, rule["early"])
    if least := class_minimum(rule, decided):
        earliest = max(earliest, last_day(decided, least))
    return earliest


def is_told_here(rule: Row) -> bool:
    """The party, or of a candidate for a list of honour everybody."""
    return rule["notice_kind"] == "ours" or rule["notice_from"] == "candidate_notice"


def notice_closes(rule: Row, noticed: date) -> date | None:
    """The last day for a defence or an objection, where the window is counted here."""
    if not is_told_here(rule):
        return None
    n = int(rule["notice_n"])
    if rule["notice_unit"] == "wd":
        return working_days_after(noticed, n)[-1]
    return last_day(noticed, f"P{n}D")
