"""Ten years of cases, drawn up before anything happens: the same facts every time.

Every list and every version of a rule has its turn. Each listing draws from a luck of
its own, so that listing 17 lives the same life among 200 as among 2,000.
"""

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from tests.oracle.days import ONE
from tests.oracle.lives import acts_of_a_life
from tests.oracle.register import (
    BEIJING,
    Fact,
    State,
    civil_day,
    released,
    rule_of,
    state_at,
)
from tests.oracle.tables import RULES, Row, versions
from tests.oracle.windows import is_told_here, notice_closes

FIRST, LAST = date(2024, 1, 1), date(2033, 12, 31)
# Days that calendars get wrong, and both sides of the day on which rules change.
HARD_DAYS = [
    date(2024, 2, 29),
    date(2025, 1, 26),
    date(2025, 8, 31),
    date(2026, 2, 14),
    date(2026, 3, 31),
    date(2026, 4, 1),
    date(2026, 10, 31),
    date(2027, 2, 6),
    date(2028, 2, 29),
    date(2031, 12, 31),
]
# Long enough before a decision for a notice and its window over a holiday.
PREPARATION = timedelta(days=40)


def drawn_up(n_listings: int) -> list[Fact]:
    """So many first listings, and what follows from some of them."""
    facts = [first_listing(n) for n in range(n_listings)]
    for old in facts[:n_listings]:
        if (fact := follower(old, len(facts))) is not None:
            old["acts"].append((fact["released_at"], "superseded", None))
            facts.append(fact)
    return facts


def first_listing(n: int) -> Fact:
    rule, luck = RULES[n % len(RULES)], Random(n)
    decided = decision_day(rule, n // len(RULES), luck)
    fact: Fact = {
        "n": n,
        "list": rule["code"],
        "party": rule["subjects"][n // len(RULES) % len(rule["subjects"])],
        "decided": decided,
        "term": chosen_term(rule, luck),
        "until": printed_end(rule, decided, luck),
        "follows": None,
    }
    fact |= preparation(rule, decided, luck)
    fact["acts"] = [(fact["released_at"], "release", None)]
    fact["acts"] += acts_of_a_life(fact, luck, LAST)
    return fact


def decision_day(rule: Row, turn: int, luck: Random) -> date:
    """A hard day every other time, if the version is in force and there is time for it."""
    earliest, latest = span(rule)
    hard = [day for day in HARD_DAYS if earliest <= day <= latest]
    if turn % 2 == 0 and hard:
        return hard[turn // 2 % len(hard)]
    return earliest + luck.randrange((latest - earliest).days + 1) * ONE


def span(rule: Row) -> tuple[date, date]:
    """The days on which a decision can fall under this version within the decade."""
    all_versions = versions(rule["code"])
    begins = max(FIRST, date.fromisoformat(all_versions[0]["in_force"])) + PREPARATION
    later = [row["in_force"] for row in all_versions if row["in_force"] > rule["in_force"]]
    ends = date.fromisoformat(later[0]) - ONE if later else LAST - 2 * PREPARATION
    return max(begins, date.fromisoformat(rule["in_force"])), ends


def chosen_term(rule: Row, luck: Random) -> str:
    """What the decision says itself, now and then, within the limits of the rule."""
    if not rule["term"].startswith("P") or rule["term"] == "P0D" or luck.random() < 0.7:
        return ""
    short = "P90D" if rule["term"].endswith("D") else "P7M"
    return luck.choice([rule["term_min"] or short, rule["term"], rule["term_max"]])


def printed_end(rule: Row, decided: date, luck: Random) -> date | None:
    if rule["term"] != "as printed" or luck.random() < 0.2:
        return None
    return decided + luck.randrange(40, 1500) * ONE


# --- Told, decided, released ------------------------------------------------------------


def preparation(rule: Row, decided: date, luck: Random) -> dict[str, Any]:
    noticed = notice_day(rule, decided, luck)
    opened = min(noticed or decided, decided) - luck.randrange(4) * ONE
    released = decided + luck.choice([0, 0, 0, 1, 3, 9, 20]) * ONE
    proposed = max(decided, released - luck.randrange(9) * ONE)
    return {
        "noticed": noticed,
        "opened_at": moment(opened, 9),
        "noticed_at": moment(noticed, 9, 30) if noticed else None,
        "proposed_at": moment(proposed, 9, 45),
        "released_at": moment(released, *luck.choice([(11,), (18,), (23, 59, 59)])),
    }


def notice_day(rule: Row, decided: date, luck: Random) -> date | None:
    """The last day on which the notice is early enough, or some days before."""
    if not is_told_here(rule):
        return None if luck.random() < 0.5 else decided - 3 * ONE
    day = decided - ONE
    while (closes := notice_closes(rule, day)) is None or closes >= decided:
        day -= ONE
    return day - luck.choice([0, 0, 1, 5]) * ONE


def moment(day: date, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute, second), BEIJING)


# --- What follows -----------------------------------------------------------------------


def follower(old: Fact, n: int) -> Fact | None:
    """An extension or a restoration of a listing, where there is room for one."""
    luck, rule = Random(f"follows {old['n']}"), rule_of(old)
    state = state_at(old, moment(LAST, 23))
    if state["held"] or state["first"] is None:
        return None
    if not rule["extension_max"] and luck.random() < 0.7:
        return None
    when = second_decision(old, state, rule, luck)
    fact: Fact = {
        "n": n,
        "list": old["list"],
        "party": old["party"],
        "decided": when,
        "term": extended_by(rule, state, luck),
        "until": printed_end(rule, when, luck),
        "follows": old,
    }
    fact |= preparation(rule, when, luck)
    fact["acts"] = [(fact["released_at"], "release", None)]
    if not has_room(fact, old):
        return None
    fact["acts"] += acts_of_a_life(fact, luck, LAST)
    return fact


def second_decision(old: Fact, state: State, rule: Row, luck: Random) -> date:
    """Shortly before or after the end of a term; some weeks after the last act else."""
    if state["ended"] or state["last"] is None:
        return civil_day(old["acts"][-1][0]) + luck.randrange(10, 90) * ONE
    last: date = state["last"]
    return last - luck.choice([60, 33, 1, 0, -1, -8]) * ONE


def extended_by(rule: Row, state: State, luck: Random) -> str:
    if state["ended"] or not rule["extension_max"]:
        return ""
    length = "P30D" if rule["term"].endswith("D") else "P1Y"
    return luck.choice([length, rule["extension_max"], ""])


def has_room(fact: Fact, old: Fact) -> bool:
    """Whether everything comes after the old life, in the decade and within the maximum."""
    prepared = min(one for one in (fact["opened_at"], fact["noticed_at"]) if one)
    if prepared <= old["acts"][-1][0] or civil_day(fact["released_at"]) >= LAST:
        return False
    return fits(released(fact, fact["proposed_at"])) and fits(
        released(fact, fact["released_at"])
    )


def fits(new: State) -> bool:
    if new["last"] is None:
        return True
    kept = new["latest"] is None or new["last"] <= new["latest"]
    return kept and bool(new["first"] <= new["last"])
