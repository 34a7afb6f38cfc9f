"""Ways round the second person, each tried on every act that needs one: E22.

Whether an act was done is read from the columns, by code that knows no action. Each act
is also done honestly, so that a refusal says something.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import time_machine
from django.contrib.auth.models import Group
from django.db import DatabaseError, models, transaction
from django.test import Client

from registry import actions
from registry.errors import RegistryError
from registry.intake import delivering
from registry.models import (
    Act,
    Delivery,
    DeliveryStep,
    FactorReset,
    Listing,
    ListRule,
    Proposal,
    Role,
    RuleProposal,
    User,
)
from repair import actions as repairs
from repair.models import Application
from tests.access_world.place import Found, Share, undone
from tests.access_world.world import Desk, Place, World
from tests.factories import AT, make_authority, make_user, sign_in

Do = Callable[..., object]
REASON, KEY = "已核实", str(UUID(int=1))
LATE = timedelta(days=11)


@dataclass(frozen=True, slots=True)
class Subject:
    """One act that waits for its second person.

    `row` is what waits, and `done` how its column reads once the act is done. `do` is
    the action, `path` and `sends` the button; `maker` is the first person.
    """

    name: str
    row: models.Model
    column: str
    done: str
    do: Do
    path: str
    role: Role
    maker: User
    sends: dict[str, str]

    def is_done(self) -> bool:
        rows = type(self.row)._base_manager.filter(pk=self.row.pk)
        return bool(rows.filter(**{self.column: self.done}).exists())

    @property
    def place(self) -> Any:
        return self.maker.authority


# --- The acts -----------------------------------------------------------------------------


def subjects(world: World, place: Place) -> Iterator[Subject]:
    """Whatever of the place waits; what belongs to nobody is of the first place only."""
    yield from proposals(place)
    yield from of_deliveries(place)
    yield from of_repairs(place)
    yield of_reset(place)
    if place is world.home:
        yield of_rule(world)


def proposals(place: Place) -> Iterator[Subject]:
    desk, objects = Desk(place), place.objects
    waiting = {
        "release": objects["release"],
        "end": objects["to_end"],
        "confirm": objects["to_confirm"],
        "amend": objects["to_amend"],
        "unhold": desk.proposed(objects["held"], Act.UNHOLD),
        "review": desk.proposed(objects["reviewed"], Act.REVIEW),
    }
    for name, row in waiting.items():
        yield Subject(
            name,
            row,
            column="outcome",
            done="accepted",
            do=actions.accept,
            path=f"/admin/registry/proposal/{row.pk}/answers/accept/",
            role=Role.CHECKER,
            maker=row.maker,
            sends={},
        )


def of_deliveries(place: Place) -> Iterator[Subject]:
    acts = (
        ("waiting", "approve", "releasing", delivering.approve),
        ("undoing", "approve-undo", "rolling_back", delivering.approve_undo),
    )
    for name, button, done, do in acts:
        row = place.objects[name]
        yield Subject(
            button,
            row,
            column="state",
            done=done,
            do=do,
            path=f"/admin/registry/delivery/{row.pk}/acts/{button}/",
            role=Role.CHECKER,
            maker=row.maker,
            sends={"reason": REASON},
        )


def of_repairs(place: Place) -> Iterator[Subject]:
    def grant(row: Application, **how: Any) -> object:
        return repairs.grant_repair(row, "示例修〔2026〕9号", **how)

    def refuse(row: Application, **how: Any) -> object:
        return repairs.refuse_repair(row, REASON, **how)

    for name, button, done, do in (
        ("to_grant", "grant", "granted", grant),
        ("to_refuse", "refuse", "refused", refuse),
    ):
        row = Application.objects.get(pk=place.objects[name].pk)
        assert row.clerk
        yield Subject(
            button,
            row,
            column="status",
            done=done,
            do=do,
            path=f"/admin/repair/application/{row.pk}/acts/{button}/",
            role=Role.REPAIR_DECIDER,
            maker=row.clerk,
            sends={"document": "示例修〔2026〕9号", "reason": REASON},
        )


def of_reset(place: Place) -> Subject:
    lost, reset = place.objects["lost"], place.objects["reset"]

    def confirm(row: FactorReset, *, by: User, at: datetime, key: str) -> object:
        return actions.confirm_reset(row.account, by=by, at=at)

    return Subject(
        "confirm_reset",
        reset,
        column="outcome",
        done="confirmed",
        do=confirm,
        path=f"/admin/registry/user/{lost.pk}/acts/confirm_reset/",
        role=Role.OPERATOR,
        maker=reset.maker,
        sends={},
    )


def of_rule(world: World) -> Subject:
    row = world.shared["ruleproposal"]

    def accept(row: RuleProposal, *, by: User, at: datetime, key: str) -> object:
        return actions.accept_rule(row, by=by, at=at)

    return Subject(
        "rule",
        row,
        column="outcome",
        done="accepted",
        do=accept,
        path=f"/admin/registry/ruleproposal/{row.pk}/answers/accept/",
        role=Role.OPERATOR,
        maker=row.maker,
        sends={},
    )


# --- How one goes about it ----------------------------------------------------------------


def by_action(subject: Subject, by: User, at: datetime = AT, key: str = "") -> None:
    """Past every page, with whatever the caller remembers of the user."""
    try:
        with transaction.atomic():
            subject.do(subject.row, by=by, at=at, key=key or f"{uuid4()}")
    except (RegistryError, DatabaseError):
        pass


def at_the_desk(subject: Subject, by: User, at: datetime = AT, key: str = "") -> None:
    """By the button, with both factors and a fresh code; a person is opened first."""
    with time_machine.travel(at, tick=False):
        press(subject, browser(by), key)


def browser(by: User) -> Client:
    client = Client()
    sign_in(client, by)
    return client


def press(subject: Subject, client: Client, key: str = "") -> None:
    client.post(f"/admin/registry/proposal/{subject.row.pk}/open/", {"purpose": "case"})
    client.post(subject.path, {"key": key or f"{uuid4()}"} | subject.sends)


WAYS = {"by action": by_action, "at the desk": at_the_desk}
Way = Callable[..., None]
Trick = Callable[[Subject, Way], Subject | None]


def give(user: User, *roles: Role) -> User:
    """Other roles from now on, as the database knows it; past the account desk."""
    user.groups.set(Group.objects.filter(name__in=roles))
    # Roles are read once for each request, and so for each object in memory.
    return User.objects.get(pk=user.pk)


def second(subject: Subject, name: str = "second") -> User:
    """An honest second person of the same place."""
    return make_user(name, subject.place, subject.role)


# --- The ways round -----------------------------------------------------------------------


def oneself(subject: Subject, way: Way) -> None:
    way(subject, give(subject.maker, Role.MAKER, Role.REPAIR_CLERK, subject.role))


def oneself_in_another_role(subject: Subject, way: Way) -> None:
    way(subject, give(subject.maker, subject.role))


def oneself_in_every_role(subject: Subject, way: Way) -> None:
    way(subject, give(subject.maker, *Role))


def oneself_as_superuser(subject: Subject, way: Way) -> None:
    User.objects.filter(pk=subject.maker.pk).update(is_superuser=True)
    way(subject, give(subject.maker, *Role))


def oneself_from_elsewhere(subject: Subject, way: Way) -> None:
    """Moved to another authority and back, in another role."""
    other, home = make_authority("丁州市测试监督管理局"), subject.maker.authority_id
    User.objects.filter(pk=subject.maker.pk).update(authority=other)
    User.objects.filter(pk=subject.maker.pk).update(authority=home)
    way(subject, give(subject.maker, subject.role))


def a_superuser_without_role(subject: Subject, way: Way) -> None:
    way(subject, make_user("root", subject.place, is_superuser=True))


def somebody_of_another_authority(subject: Subject, way: Way) -> None:
    if subject.name == "rule":
        # Operators release rules for everybody.
        raise NotApplicableError
    way(subject, make_user("far", make_authority("丁州市测试监督管理局"), *Role))


def somebody_of_no_authority(subject: Subject, way: Way) -> None:
    if subject.role == Role.OPERATOR:
        raise NotApplicableError
    way(subject, make_user("nowhere", None, *Role))


def somebody_who_was_moved(subject: Subject, way: Way) -> None:
    """The page was opened before; whoever remembers the user remembers the old place."""
    if subject.name == "rule":
        raise NotApplicableError
    remembered = second(subject)
    other = make_authority("丁州市测试监督管理局")
    User.objects.filter(pk=remembered.pk).update(authority=other)
    way(subject, remembered)


def somebody_who_lost_the_role(subject: Subject, way: Way) -> None:
    remembered = second(subject)
    assert subject.role in remembered.roles
    give(remembered, Role.EDITOR)
    way(subject, remembered)


def somebody_who_was_shut_out(subject: Subject, way: Way) -> None:
    remembered = second(subject)
    User.objects.filter(pk=remembered.pk).update(is_active=False)
    way(subject, remembered)


def somebody_in_every_other_role(subject: Subject, way: Way) -> None:
    others = [role for role in Role if role != subject.role]
    way(subject, make_user("all-but-one", subject.place, *others))


def too_late(subject: Subject, way: Way) -> None:
    if isinstance(subject.row, Application) or subject.name == "approve-undo":
        # They wait until somebody decides.
        raise NotApplicableError
    way(subject, second(subject), AT + LATE)


def taken_back(subject: Subject, way: Way) -> None:
    by, row = second(subject), subject.row
    at: dict[str, Any] = {"by": subject.maker, "at": AT}
    match row:
        case Proposal():
            actions.withdraw(row, **at)
        case RuleProposal():
            actions.withdraw_rule(row, **at)
        case FactorReset():
            actions.withdraw_reset(row.account, **at)
        case Delivery(state=Delivery.State.WAITING):
            delivering.withdraw(row, **at)
        case _:
            raise NotApplicableError
    way(subject, by)


def sent_back(subject: Subject, way: Way) -> None:
    """Refused by one second person, accepted by the next."""
    by, row = second(subject), subject.row
    at: dict[str, Any] = {"by": second(subject, "third"), "at": AT}
    match row:
        case Proposal():
            actions.refuse(row, REASON, **at)
        case RuleProposal():
            actions.refuse_rule(row, REASON, **at)
        case Delivery(state=Delivery.State.WAITING):
            delivering.refuse(row, REASON, **at)
        case Delivery():
            delivering.keep(row, REASON, **at)
        case Application():
            repairs.send_back(row, REASON, **at)
        case _:
            raise NotApplicableError
    way(subject, by)


def something_else_meanwhile(subject: Subject, way: Way) -> None:
    """The case has changed since it was proposed."""
    if not isinstance(subject.row, Proposal) or subject.name == "unhold":
        raise NotApplicableError
    listing, by = Listing.objects.get(pk=subject.row.listing_id), second(subject)
    rows = Listing.objects.filter(pk=listing.pk)
    rows.update(version=listing.version + 1)
    way(subject, by)


def with_the_key_of_the_first(subject: Subject, way: Way) -> None:
    """The form of the first person, sent again as if it were an answer."""
    left = {"act": Act.PROPOSE, "by": subject.maker, "at": AT, "key": KEY}
    match subject.row:
        case Proposal(listing=listing):
            listing.steps.create(before="", after="", **left)
        case Delivery() as row:
            row.steps.create(**left | {"act": DeliveryStep.Act.SUBMIT})
        case _:
            raise NotApplicableError
    way(subject, give(subject.maker, subject.role), key=KEY)


def who_had_opened_the_case(subject: Subject, way: Way) -> Subject:
    """Another maker proposes the release; whoever opened the case accepts it."""
    row = subject.row
    if not isinstance(row, Proposal) or row.act != Act.RELEASE:
        raise NotApplicableError
    colleague = make_user("colleague", subject.place, Role.MAKER)
    actions.withdraw(row, by=subject.maker, at=AT)
    again = actions.propose(row.listing, Act.RELEASE, row.payload, by=colleague, at=AT)
    path = subject.path.replace(f"/{row.pk}/", f"/{again.pk}/")
    subject = replace(subject, row=again, path=path)
    way(subject, give(subject.maker, Role.CHECKER))
    return subject


def who_had_proposed_the_file(subject: Subject, way: Way) -> None:
    """One maker uploads a file, another proposes to release it and accepts that."""
    if subject.name != "approve":
        raise NotApplicableError
    colleague = make_user("colleague", subject.place, Role.MAKER, Role.CHECKER)
    rows = Delivery.objects.filter(pk=subject.row.pk)
    rows.update(state=Delivery.State.CHECKED, submitted_at=None)
    delivering.submit(rows.get(), by=colleague, at=AT)
    way(subject, colleague)


def past_every_action(subject: Subject, way: Way) -> None:
    """The columns set by hand, with the first person as the second."""
    second_column, at_column = "checker", "decided_at"
    if isinstance(subject.row, Application):
        second_column, at_column = "decider", "closed_at"
    values: dict[str, Any] = {at_column: AT, second_column: subject.maker}
    if subject.name == "approve-undo":
        values = {"undo_checker": subject.maker}
    values[subject.column] = subject.done
    with suppress(DatabaseError), transaction.atomic():
        type(subject.row)._base_manager.filter(pk=subject.row.pk).update(**values)


TRICKS: tuple[Trick, ...] = (
    oneself,
    oneself_in_another_role,
    oneself_in_every_role,
    oneself_as_superuser,
    oneself_from_elsewhere,
    a_superuser_without_role,
    somebody_of_another_authority,
    somebody_of_no_authority,
    somebody_who_was_moved,
    somebody_who_lost_the_role,
    somebody_who_was_shut_out,
    somebody_in_every_other_role,
    too_late,
    taken_back,
    sent_back,
    something_else_meanwhile,
    with_the_key_of_the_first,
    who_had_opened_the_case,
    who_had_proposed_the_file,
    past_every_action,
)


class NotApplicableError(Exception):
    """The trick makes no sense for this act."""


# --- Tried --------------------------------------------------------------------------------


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
        case Delivery():
            act = "approve_undo" if subject.name == "approve-undo" else "approve"
            return int(row.steps.filter(act=act).count())
        case Application():
            return int(row.steps.filter(act=subject.name).count())
        case FactorReset():
            return int(row.account.staff_steps.filter(act="reset").count())
    return int(ListRule.objects.filter(list_type=row.list_code).count()) - 1
