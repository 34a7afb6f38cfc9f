"""Ways round the second person, each tried on every act that needs one: E22.

Whether an act was done is read from the columns, by code that knows no action. Each act
is also done honestly, so that a refusal says something.
"""

from typing import Any
from uuid import UUID

from registry.days import day_of
from registry.models import (
    Competence,
    Delivery,
    FactorReset,
    Listing,
    ListRule,
    Measure,
    Proposal,
)
from repair.models import Application, Objection, Revocation
from tests.access_world.place import Found, Share, undone
from tests.access_world.tricks import KEY, TRICKS, NotApplicableError, Trick
from tests.access_world.waiting import Subject, subjects
from tests.access_world.ways import WAYS, Way, second
from tests.access_world.world import Place, World
from tests.factories import AT

# What a trail calls an act, where its button has another name.
STEPS = {"approve-undo": "approve_undo", "uphold": "end"}


def play(world: World, share: Share) -> Found:
    """Every trick on every act of every authority, in each way: a share of them."""
    failures, tried = [], 0
    every = [
        (place, trick, way)
        for place in world.places
        for trick in (honestly, twice, *TRICKS)
        for way in WAYS
    ]
    for place, trick, way in share.of(every):
        for name in names(world, place):
            with undone():
                subject = next(one for one in subjects(world, place) if one.name == name)
                said = attempt(subject, trick, WAYS[way])
            tried += said is not None
            if said:
                failures.append(f"{name}, {trick.__name__}, {way}: {said}")
    return tried, failures


def names(world: World, place: Place) -> list[str]:
    with undone():
        return [one.name for one in subjects(world, place)]


def attempt(subject: Subject, trick: Trick, way: Way) -> str | None:
    """What went wrong; empty where it is as it should be, None where it was no try."""
    try:
        subject = trick(subject, way) or subject
    except NotApplicableError:
        return None
    if subject.is_done() != (trick in (honestly, twice)):
        return "was not done" if trick in (honestly, twice) else "was done"
    if trick is twice and (n := n_effects(subject)) != 1:
        return f"was done {n} times"
    return ""


def honestly(subject: Subject, way: Way) -> None:
    way(subject, second(subject))


def twice(subject: Subject, way: Way) -> None:
    """A double click, then a second form of the same person, then another person."""
    by = second(subject)
    for key in (KEY, KEY, str(UUID(int=2))):
        way(subject, by, key=key)
    way(subject, second(subject, "third"))


def n_effects(subject: Subject) -> int:
    """How many lines of a trail, or rows, the act has left."""
    row: Any = subject.row
    match row:
        case Proposal():
            return int(row.listing.steps.filter(act=row.act).count())
        case Delivery() | Application() | Objection():
            act = STEPS.get(subject.name, subject.name)
            return int(row.steps.filter(act=act).count())
        case Revocation():
            return int(Listing.objects.filter(follows=row.application.listing).count())
        case FactorReset():
            return int(row.account.staff_steps.filter(act="reset").count())
    made = {
        "rule": ListRule.objects.filter(list_type=row.list_code, in_force__gt=day_of(AT)),
        "measure": Measure.objects.filter(pk=row.list_code),
        "competence": Competence.objects.filter(in_force__gt=day_of(AT)),
    }
    return int(made[subject.name].count())
