"""What is on display at a moment, folded from the acts of every case.

A fact is a dict:
    n          its number
    list       the code of the list
    decided    the day of the decision
    term       as the decision has it, or ""
    until      the printed end (excluded), or None
    follows    the fact it extends or restores, or None
    acts       (moment, what, value), in the order of time
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from typing import Any

from tests.oracle.days import ONE, last_day
from tests.oracle.tables import Row, version
from tests.oracle.windows import window

Fact = dict[str, Any]
State = dict[str, Any]
# China has had no summer time since 1991, so eight hours are enough here.
BEIJING = timezone(timedelta(hours=8))
UNRELEASED: State = {"released": False, "held": False, "ended": False}


def civil_day(moment: datetime) -> date:
    return moment.astimezone(BEIJING).date()


def rule_of(fact: Fact) -> Row:
    return version(fact["list"], fact["decided"])


def state_at(fact: Fact, moment: datetime) -> State:
    """The case after everything that had been done by a moment."""
    state = UNRELEASED
    for at, what, value in fact["acts"]:
        if at <= moment:
            state = after(fact, state, at, what, value)
    return state


def after(fact: Fact, state: State, at: datetime, what: str, value: Any) -> State:
    if what == "release":
        return released(fact, at)
    changes: dict[str, State] = {
        "hold": {"held": True},
        "unhold": {"held": False},
        "end": {"ended": True},
        "superseded": {"ended": True},
    }
    if what == "amend":
        return state | {"last": value - ONE, "review": None}
    if what == "review":
        due = last_day(civil_day(at), rule_of(fact)["review"])
        return state | {"review": due}
    return state | changes.get(what, {})


def released(fact: Fact, at: datetime) -> State:
    rule, old = rule_of(fact), fact["follows"]
    shown: State = dict(
        window(
            rule,
            fact["decided"],
            released=civil_day(at),
            term="" if old else fact["term"],
            until=fact["until"],
        )
    )
    shown["chain_from"] = shown["term_from"]
    if old:
        shown |= continued(shown, rule, state_at(old, just_before(at)), fact, at)
    return {"released": True, "held": False, "ended": False} | shown


def just_before(moment: datetime) -> datetime:
    return moment - timedelta(microseconds=1)


def continued(shown: State, rule: Row, old: State, fact: Fact, at: datetime) -> State:
    """An extension goes on where the old display ends; a restoration counts anew.

    Neither passes the maximum that counts from the first day of the chain.
    """
    limit = last_day(old["chain_from"], rule["term_max"]) if rule["term_max"] else None
    last = shown["last"]
    fixed = rule["term"].startswith("P")
    if fixed and is_running(old, civil_day(at)):
        last = last_day(old["last"], fact["term"]) if fact["term"] else old["last"]
    elif last and limit:
        last = min(last, limit)
    return {"last": last, "latest": limit, "chain_from": old["chain_from"]}


def is_running(state: State, day: date) -> bool:
    """Released, not ended, and its last day not over."""
    if not state["released"] or state["ended"]:
        return False
    return state["last"] is None or day <= state["last"]


def is_shown(state: State, day: date) -> bool:
    if not is_running(state, day) or state["held"] or state["first"] is None:
        return False
    return bool(
        state["first"] <= day and (state["review"] is None or day <= state["review"])
    )


class Oracle:
    """Every fact with its states, worked out once."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self.facts = list(facts)
        self.lives = {
            fact["n"]: [(at, state_at(fact, at)) for at, _, _ in fact["acts"]]
            for fact in self.facts
        }

    def state(self, n: int, moment: datetime) -> State:
        past = [state for at, state in self.lives[n] if at <= moment]
        return past[-1] if past else UNRELEASED

    def shows(self, n: int, moment: datetime) -> bool:
        return is_shown(self.state(n, moment), civil_day(moment))

    def lookup(self, fact: Fact) -> str:
        """What a search for the person may show: name, factor or none."""
        return rule_of(fact)["person_lookup"]

    def on_display(self, moment: datetime) -> set[int]:
        return {n for n in self.lives if self.shows(n, moment)}

    def counts(self, shown: set[int]) -> Counter[str]:
        """How many of them each list has."""
        return Counter(fact["list"] for fact in self.facts if fact["n"] in shown)

    def boundaries(self) -> set[date]:
        """Every first day, and every first day after an end or a missed review."""
        found: set[date] = set()
        for life in self.lives.values():
            for state in (state for _, state in life if state["released"]):
                found |= {state["first"]} if state["first"] else set()
                ends = (state["last"], state["review"])
                found |= {day + ONE for day in ends if day}
        return found
