"""A register with people in every state, known again by words that stand nowhere else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from registry import actions
from registry.actions import signed_letters
from registry.logbook import signing
from registry.models import Act, Authority, Delivery, Listing, ListRule, Role, User
from repair import actions as repairs
from repair.models import Application, Objection
from repair.statements import Statement
from tests.deliveries import as_csv, checked, make_penalty_rules, penalty
from tests.factories import (
    AT,
    make_authority,
    make_case,
    make_list_type,
    make_listing,
    make_person,
    make_rule,
    make_staff,
    make_user,
)
from tests.repair.making import STATEMENT, file, make_cure_rule, object_to

ADULT = date(2026, 1, 5)
DIGITS = "一二三四五六七八九十"
# In a file that an authority delivered: of persons nothing is kept.
REFUSED = "自然人欧阳示例"


@dataclass(frozen=True, slots=True)
class Canary:
    """What of one person nobody must see who did not say what for."""

    listing: Listing
    words: tuple[str, ...]


@dataclass(slots=True)
class World:
    authority: Authority
    staff: dict[str, User]
    canaries: list[Canary] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)
    objections: list[Objection] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)

    def add(
        self,
        make: Callable[..., Listing],
        rule: ListRule,
        authority: Authority,
        *more: str,
    ) -> Listing:
        """A case about one more person, as `make` makes it."""
        serial = len(self.canaries) + 1
        name = f"欧阳测试{DIGITS[serial - 1]}"
        facts, party = f"只有本案才有的事实{serial}。", make_person(serial, name=name)
        about = {"party": party, "facts": facts, "conduct_on": ADULT}
        listing = make(rule, authority=authority, **about)
        self.canaries.append(Canary(listing, (name, party.number, facts, *more)))
        return listing


def make_world() -> World:
    authority = make_authority()
    world = World(authority, dict(make_everybody(authority)))
    other = make_authority("测试省另一监督管理局")
    rule = make_rule(extension_max=12, term_default=12)
    for make in (make_case, make_listing, make_held, make_amended, make_ended):
        world.add(make, rule, authority)
    world.add(make_listing, rule, other)
    told = (STATEMENT.name, STATEMENT.text, STATEMENT.phone, STATEMENT.email)
    cure = make_cure_rule()
    asked = world.add(make_listing, cure, authority, *told)
    world.applications.append(file(asked, role="person"))
    world.applications.append(make_doubted(world, cure))
    world.objections += make_objections(world, rule)
    make_penalty_rules()
    records = [
        penalty(1, CF_JDRQ=""),
        penalty(2, CF_XDR_LB="自然人", CF_XDR_MC=REFUSED),
    ]
    world.deliveries.append(checked(as_csv(records), make_staff(authority)[0]))
    return world


def make_doubted(world: World, rule: ListRule) -> Application:
    """Its repair was granted, and a clerk has proposed to take it back."""
    make_rule(list_type=make_list_type("REPAIR_FALSE", kind="watch"), subjects="EBFSNO")
    clerk, decider = (
        make_user(f"granting-{role}", world.authority, role)
        for role in (Role.REPAIR_CLERK, Role.REPAIR_DECIDER)
    )
    said, found = Statement("欧阳代填", "缴款凭证见附件乙。"), "凭证经核实系伪造。"
    listing = world.add(make_listing, rule, world.authority, said.name, said.text, found)
    asked = file(listing, role="person", statement=said)
    asked = repairs.accept_application(asked, by=clerk, at=AT)
    asked = repairs.propose_grant(asked, "已核实。", by=clerk, at=AT)
    asked = repairs.grant_repair(asked, "示例修〔2026〕1号", by=decider, at=AT)
    signing.sign(AT)
    signed_letters.sign_letters(AT)
    repairs.propose_revocation(asked, "papers", found, by=clerk, at=AT)
    return asked


def make_objections(world: World, rule: ListRule) -> Iterator[Objection]:
    """One that is looked into, and one whose correction waits for a second person."""
    clerk = make_user("marking-clerk", world.authority, Role.REPAIR_CLERK)
    by: dict[str, Any] = {"by": clerk, "at": AT}
    for n in (1, 2):
        said = Statement(f"欧阳异议{n}", f"列入的事实不是本人的{n}。", f"1390000001{n}")
        corrected = f"更正后的事实{n}。"
        words = (said.name, said.text, said.phone, corrected)
        listing = world.add(make_listing, rule, world.authority, *words)
        objection = object_to(listing, role="person", statement=said)
        objection = repairs.accept_objection(objection, **by)
        if n == 2:
            changes = {"facts": corrected, "ground": "示例事由"}
            objection = repairs.propose_correction(objection, "有误。", changes, **by)
        yield objection


def make_everybody(authority: Authority) -> Iterator[tuple[str, User]]:
    for role in Role:
        yield role, make_user(f"the-{role}", authority, role)
    yield "superuser", make_user("the-superuser", authority, is_superuser=True)
    yield "everything", make_user("everything", authority, *Role, is_superuser=True)
    yield "auditor of all", make_user("auditor-of-all", None, Role.AUDITOR)
    yield "operator of all", make_user("operator-of-all", None, Role.OPERATOR)


def make_held(*args: ListRule, **fields: object) -> Listing:
    listing = make_listing(*args, **fields)  # type: ignore[arg-type]
    return actions.hold(listing, "法院裁定", by=listing.maker, at=AT)


def make_amended(*args: ListRule, **fields: object) -> Listing:
    """Its correction waits for a second person; it says the facts once more."""
    listing = make_listing(*args, **fields)  # type: ignore[arg-type]
    payload = {"facts": f"更正：{fields['facts']}", "ground": "示例事由"}
    actions.propose(listing, Act.AMEND, payload, by=listing.maker, at=AT)
    return listing


def make_ended(*args: ListRule, **fields: object) -> Listing:
    listing = make_listing(*args, **fields)  # type: ignore[arg-type]
    return actions.emergency_end(listing, "认错了人", by=listing.maker, at=AT)
