"""What happens to a listing after its release, drawn by luck."""

from collections.abc import Callable
from datetime import date, datetime, time
from random import Random
from typing import Any

from tests.oracle.days import ONE, last_day
from tests.oracle.register import BEIJING, Fact, State, civil_day, rule_of, state_at

Act = tuple[datetime, str, Any]
# The first and the last hour are where days divide.
HOURS = (time(0), time(9, 30), time(12), time(18), time(23, 59, 59))
REASONS = ("performed", "cured", "repaired", "wrong", "revoked")


def at_some_hour(day: date, luck: Random) -> datetime:
    return datetime.combine(day, luck.choice(HOURS), BEIJING)


def acts_of_a_life(fact: Fact, luck: Random, horizon: date) -> list[Act]:
    """Acts after the release, all of them while the term is running."""
    state = state_at(fact, fact["released_at"])
    begins = civil_day(fact["released_at"]) + ONE
    ends = min(state["last"] or horizon, horizon)
    if state["first"] is None or (ends - begins).days < 20:
        return []
    if state["review"]:
        return reviewed(fact, luck, state, horizon)
    days = sorted(luck.sample(range((ends - begins).days), 3))
    moments = [at_some_hour(begins + n * ONE, luck) for n in days]
    return luck.choice(LIVES)(moments, luck, state)


# --- Lives with a term ------------------------------------------------------------------


def quiet(moments: list[datetime], luck: Random, state: State) -> list[Act]:
    return []


def hidden_a_while(moments: list[datetime], luck: Random, state: State) -> list[Act]:
    return [(moments[0], "hold", None), (moments[1], "unhold", None)]


def hidden_for_good(moments: list[datetime], luck: Random, state: State) -> list[Act]:
    return [(moments[0], "hold", None)]


def shortened(moments: list[datetime], luck: Random, state: State) -> list[Act]:
    """To end between the day after tomorrow and the old end itself."""
    earliest = max(civil_day(moments[0]), state["first"]) + ONE
    latest = state["last"] + ONE if state["last"] else earliest + 500 * ONE
    days = max(0, (latest - earliest).days)
    until = earliest + luck.choice([0, days, luck.randrange(days + 1)]) * ONE
    return [(moments[0], "amend", until)]


def ended(moments: list[datetime], luck: Random, state: State) -> list[Act]:
    return [(moments[1], "end", luck.choice(REASONS))]


def hidden_then_ended(moments: list[datetime], luck: Random, state: State) -> list[Act]:
    return [*hidden_a_while(moments, luck, state), (moments[2], "end", "revoked")]


def hidden_when_it_ends(moments: list[datetime], luck: Random, state: State) -> list[Act]:
    """Shortened, then held over its own end."""
    until = max(civil_day(moments[1]), state["first"]) + 2 * ONE
    if state["last"] and until > state["last"] + ONE:
        return []
    return [(moments[0], "amend", until), (moments[1], "hold", None)]


LIVES: tuple[Callable[[list[datetime], Random, State], list[Act]], ...] = (
    quiet,
    quiet,
    hidden_a_while,
    hidden_for_good,
    shortened,
    ended,
    hidden_then_ended,
    hidden_when_it_ends,
)


# --- Lives without a fixed term ---------------------------------------------------------


def reviewed(fact: Fact, luck: Random, state: State, horizon: date) -> list[Act]:
    """Looked at in time, on the last day or too late, until nobody looks any more."""
    acts: list[Act] = []
    due, manner = state["review"], luck.choice(MANNERS)
    while manner and due + 60 * ONE < horizon and luck.random() < 0.8:
        acts.append((manner(due, luck), "review", None))
        due = last_day(civil_day(acts[-1][0]), rule_of(fact)["review"])
    looked = civil_day(acts[-1][0] if acts else fact["released_at"])
    days = sorted(luck.sample(range(1, (due - looked).days), 3))
    moments = [at_some_hour(looked + n * ONE, luck) for n in days]
    running = state | {"last": due}
    return [
        one
        for one in [*acts, *luck.choice(LIVES)(moments, luck, running)]
        if civil_day(one[0]) < horizon
    ]


def in_time(due: date, luck: Random) -> datetime:
    return at_some_hour(due - luck.randrange(1, 60) * ONE, luck)


def in_the_last_second(due: date, luck: Random) -> datetime:
    return datetime.combine(due, HOURS[-1], BEIJING)


def too_late(due: date, luck: Random) -> datetime:
    return at_some_hour(due + luck.randrange(1, 40) * ONE, luck)


MANNERS = (in_time, in_time, in_the_last_second, too_late, None)
