"""Three authorities, each with one object of every kind in every state, and its people.

Whatever an authority writes that is not for everybody bears a word of its own, so that a
page that shows it to somebody else is found by that word.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django_otp.plugins.otp_totp.models import TOTPDevice

from registry import actions
from registry.intake import delivering
from registry.logbook import signing
from registry.models import (
    Act,
    Authority,
    Delivery,
    Entity,
    Listing,
    ListRule,
    Measure,
    Outbox,
    Proposal,
    Role,
    RuleProposal,
)
from repair import actions as repairs
from repair.models import Application
from repair.papers import Paper
from repair.statements import Statement
from tests.deliveries import as_csv, checked, deliver, make_penalty_rules, penalty, released
from tests.factories import (
    AT,
    make_authority,
    make_entity,
    make_list_type,
    make_measure,
    make_person,
    make_rule,
    make_staff,
    make_user,
)
from tests.registry import rule_desk
from tests.repair.making import PDF, make_cure_rule
from tests.repair.making import draft as filing_draft

NAMES = ("甲", "乙", "丙")
NO_TERM = {"term_unit": "", "term_default": None, "term_max": None}
ADULT = date(2026, 1, 5)
NOTICED = date(2026, 3, 2)


@dataclass(slots=True)
class Place:
    """One authority with what it works on, by the names the tables use."""

    authority: Authority
    # In everything it writes that is not for everybody.
    word: str
    objects: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class World:
    places: list[Place]
    # What belongs to nobody.
    shared: dict[str, Any]

    @property
    def home(self) -> Place:
        return self.places[0]

    def key(self, name: str, place: Place) -> str:
        """What stands in an address for the object of that name."""
        found = place.objects.get(name, self.shared.get(name))
        if found is None:
            raise KeyError(f"the world has no object “{name}”")
        return str(getattr(found, "pk", found))


@dataclass(frozen=True, slots=True)
class Rules:
    usual: ListRule
    open_term: ListRule
    cure: ListRule


def make_world() -> World:
    """All of it as of AT, signed."""
    make_penalty_rules()
    rules = Rules(
        make_rule(extension_max=12, term_default=12),
        make_rule(
            list_type=make_list_type("TEST_OPEN"),
            term_kind="open",
            review_months=12,
            **NO_TERM,
        ),
        make_cure_rule(),
    )
    places = [make_place(name, rules) for name in NAMES]
    signing.sign(AT)
    return World(places, make_shared(rules))


def make_shared(rules: Rules) -> dict[str, Any]:
    measure = Measure.objects.first() or make_measure()
    return {
        "listtype": rules.usual.list_type,
        "listrule": rules.usual,
        "measure": measure,
        "legalbasis": rules.usual.legal_basis,
        "directoryitem": rules.usual.directory_item,
        "ruleproposal": propose_rule(rules.usual),
        "outbox": Outbox.objects.order_by("pk").first(),
    }


def propose_rule(rule: ListRule) -> RuleProposal:
    by = make_user("proposing-operator", None, Role.OPERATOR)
    return rule_desk.propose(rule, by=by, term="P6M")


# --- One authority ------------------------------------------------------------------------


def make_place(name: str, rules: Rules) -> Place:
    authority = make_authority(f"{name}州市测试监督管理局")
    make_staff(authority)
    place = Place(authority, f"{name}局内字")
    place.objects["authority"] = authority
    for make in (make_cases, make_deliveries, make_repairs, make_accounts):
        place.objects.update(make(place, rules))
    return place


class Desk:
    """The maker and the checker of a place, and how they write."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.maker, self.checker = make_staff(place.authority)

    def says(self, text: str) -> str:
        return f"{self.place.word}：{text}"

    def opened(self, rule: ListRule, **fields: Any) -> Listing:
        """A case with words of the place, of a new organisation unless told otherwise."""
        usual: dict[str, Any] = {
            "ground": self.says("示例事由"),
            "facts": self.says("示例事实。"),
        }
        if "party" not in fields:
            n = Entity.objects.count()
            usual["party"] = make_entity(f"{self.place.authority.name[:2]}测试{n}号公司")
        draft = actions.CaseDraft(rule.list_type_id, **usual | fields)
        return actions.open_case(draft, by=self.maker, at=AT)

    def notified(self, rule: ListRule, **fields: Any) -> Listing:
        case = self.opened(rule, **fields)
        return actions.record_notice(case, on=NOTICED, by=self.maker, at=AT)

    def case(self, rule: ListRule, **fields: Any) -> Listing:
        """Released."""
        proposal = self.to_release(self.notified(rule, **fields))
        return actions.accept(proposal, by=self.checker, at=AT)

    def to_release(self, listing: Listing) -> Proposal:
        decision = {"decision_no": self.decision(), "decided_on": "2026-03-16"}
        return self.proposed(listing, Act.RELEASE, **decision)

    def proposed(self, listing: Listing, act: Act, **payload: Any) -> Proposal:
        return actions.propose(listing, act, payload, by=self.maker, at=AT)

    def decision(self) -> str:
        n = Listing.objects.count()
        return f"{self.place.word}〔2026〕{n}号"


def make_cases(place: Place, rules: Rules) -> dict[str, Any]:
    desk = Desk(place)
    at: dict[str, Any] = {"by": desk.maker, "at": AT}
    defended = desk.notified(rules.usual)
    actions.record_defence(defended, desk.says("申辩。"), on=NOTICED, **at)
    dropped = actions.drop_case(desk.notified(rules.usual), desk.says("成立"), **at)
    ended = actions.emergency_end(desk.case(rules.usual), desk.says("列错了"), **at)
    person = make_person_case(desk, rules)
    running = desk.case(rules.usual)
    release = desk.to_release(desk.notified(rules.usual))
    end = {"reason": "performed", "document": desk.decision()}
    prepared = desk.opened(rules.usual)
    return {
        "prepared": prepared,
        "prepared_case": prepared.case,
        "notified": desk.notified(rules.usual),
        "defended": defended,
        "dropped": dropped,
        "ended": ended,
        "running": running,
        "case": running.case,
        "running_version": Listing.objects.get(pk=running.pk).version,
        "entity": running.entity,
        "entity_name": running.entity.name if running.entity else None,
        "public_id": running.entity.public_id if running.entity else None,
        "held": actions.hold(desk.case(rules.usual), desk.says("裁定"), **at),
        "reviewed": desk.case(rules.open_term),
        "proposed": release.listing,
        "release": release,
        "to_end": desk.proposed(desk.case(rules.usual), Act.END, **end),
        "to_confirm": ended.proposals.open().get(),
        "step": running.steps.first(),
        **person,
    }


def make_person_case(desk: Desk, rules: Rules) -> dict[str, Any]:
    serial = 100 + Listing.objects.count()
    party = make_person(serial, name=f"{desk.place.word[:1]}甲子")
    person = desk.case(rules.usual, party=party, conduct_on=ADULT)
    amendment = desk.proposed(person, Act.AMEND, facts=desk.says("更正的事实。"))
    viewing = actions.open_person(person, "case", by=desk.checker, at=AT)
    return {
        "person": person,
        "person_case": person.case,
        "to_amend": amendment,
        "viewing": viewing,
    }


def make_deliveries(place: Place, rules: Rules) -> dict[str, Any]:
    desk, serial = Desk(place), 1_000 * (1 + Delivery.objects.count())
    at: dict[str, Any] = {"by": desk.maker, "at": AT}
    named: dict[str, Any] = {"filename": f"{place.word}.csv"}

    def file(n: int, **cells: str) -> bytes:
        """Two records that are taken and one that is not."""
        first = serial + 10 * n
        number = {"CF_WSH": f"{place.word}罚〔2026〕{first}号"} | cells
        rows = [penalty(first, **number), penalty(first + 1), penalty(first + 2)]
        return as_csv([*rows[:2], rows[2] | {"CF_JDRQ": "", "CF_SY": place.word}])

    unknown = file(1).replace(b"CF_WSH", "\u6587\u53f7\u5417".encode())
    waiting = delivering.submit(checked(file(3), desk.maker, **named), **at)
    undoing = released(file(4), place.authority, **named)
    return {
        "uploaded": deliver(unknown, desk.maker, **named),
        "checked": checked(file(2), desk.maker, **named),
        "waiting": waiting,
        "released": released(file(5), place.authority, **named),
        "undoing": delivering.propose_undo(undoing, desk.decision(), **at),
    }


def make_repairs(place: Place, rules: Rules) -> dict[str, Any]:
    desk = Desk(place)
    clerk = make_user(f"clerk-{place.authority.pk}", place.authority, Role.REPAIR_CLERK)
    at: dict[str, Any] = {"by": clerk, "at": AT}
    received, accepted, refused = (apply(desk, rules) for _ in range(3))
    repairs.accept_application(accepted, **at)
    repairs.accept_application(refused, **at)
    granted = repairs.accept_application(apply(desk, rules), **at)
    return {
        "received": received,
        "accepted": accepted,
        "to_grant": repairs.propose_grant(granted, desk.says("已核实。"), **at),
        "to_refuse": repairs.propose_refusal(refused, desk.says("未改正。"), **at),
        "paper": received.filing.evidence.get(),
        "applied": received.listing.case,
        "applicable": desk.case(rules.cure).case,
    }


def apply(desk: Desk, rules: Rules) -> Application:
    """An application for a listing of the place."""
    listing = desk.case(rules.cure)
    # Nothing is on display before it is signed.
    signing.sign(AT)
    said = Statement(
        name=desk.place.word, text=desk.says("已补报。"), phone="", email="b@example.cn"
    )
    paper = Paper(f"{desk.place.word}.pdf", PDF.content)
    draft = filing_draft(listing, statement=said, papers=(paper,))
    return repairs.file_application(draft, at=AT).filing.applications.get()


def make_accounts(place: Place, rules: Rules) -> dict[str, Any]:
    """Somebody at work, somebody invited, somebody shut out, and a lost authenticator."""
    by = make_user(f"another-operator-{place.authority.pk}", place.authority, Role.OPERATOR)
    at: dict[str, Any] = {"by": by, "at": AT}
    word = place.word
    working, lost, off = (
        make_user(f"{word}{what}", place.authority, Role.EDITOR)
        for what in ("在岗", "丢失", "停用")
    )
    for user in (working, lost):
        TOTPDevice.objects.create(user=user, name="authenticator", confirmed=True)
    invited = actions.invite(
        f"{word}新人", authority=place.authority, roles=[Role.EDITOR], **at
    )
    return {
        "working": working,
        "invited": invited,
        "off": actions.disable(off, **at),
        "reset": actions.propose_reset(lost, **at),
        "lost": lost,
    }
