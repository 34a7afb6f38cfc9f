"""Whatever waits for its second person, as one kind of thing: what E22 is about."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from registry import actions
from registry.intake import delivering
from registry.models import Act, FactorReset, Role, RuleProposal, User
from repair import actions as repairs
from repair.models import Application, Objection, Revocation
from tests.access_world.world import Desk, Place, World

Do = Callable[..., object]
REASON = "已核实"


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
    yield from of_objections(place)
    yield of_revocation(place)
    yield of_reset(place)
    if place is world.home:
        yield from of_rules(world)


def proposals(place: Place) -> Iterator[Subject]:
    desk, objects = Desk(place), place.objects
    waiting = {
        "release": objects["release"],
        "honour": objects["to_honour"],
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


def of_objections(place: Place) -> Iterator[Subject]:
    def uphold(row: Objection, **how: Any) -> object:
        return repairs.uphold(row, "示例异〔2026〕9号", **how)

    def reject(row: Objection, **how: Any) -> object:
        return repairs.reject(row, REASON, **how)

    for name, button, done, do in (
        ("to_uphold", "uphold", "ended", uphold),
        ("to_reject", "reject", "rejected", reject),
    ):
        row = Objection.objects.get(pk=place.objects[name].pk)
        assert row.clerk
        yield Subject(
            button,
            row,
            column="status",
            done=done,
            do=do,
            path=f"/admin/repair/objection/{row.pk}/acts/{button}/",
            role=Role.REPAIR_DECIDER,
            maker=row.clerk,
            sends={"document": "示例异〔2026〕9号", "reason": REASON},
        )


def of_revocation(place: Place) -> Subject:
    def revoke(row: Revocation, *, by: User, at: datetime, key: str) -> object:
        return repairs.revoke_repair(row, by=by, at=at)

    row = place.objects["revocation"]
    return Subject(
        "revoke",
        row,
        column="outcome",
        done="revoked",
        do=revoke,
        path=f"/admin/repair/application/{row.application_id}/revocation/",
        role=Role.REPAIR_DECIDER,
        maker=row.proposer,
        sends={"outcome": "revoked"},
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


def of_rules(world: World) -> Iterator[Subject]:
    """A version of a rule, a measure, and which list an authority may use."""

    def accept(row: RuleProposal, *, by: User, at: datetime, key: str) -> object:
        return actions.accept_rule(row, by=by, at=at)

    for name in ("rule", "measure", "competence"):
        row = world.shared[f"{name}proposal"]
        yield Subject(
            name,
            row,
            column="outcome",
            done="accepted",
            do=accept,
            path=f"/admin/registry/ruleproposal/{row.pk}/answers/accept/",
            role=Role.OPERATOR,
            maker=row.maker,
            sends={},
        )
