"""Three authorities, each with one object of every kind in every state, and its people.

Whatever an authority writes that is not for everybody bears a word of its own, so that a
page that shows it to somebody else is found by that word.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.articles import actions as editing
from portal.models import Article
from registry import actions
from registry.actions import Proof, signed_letters
from registry.actions.rule_proposals import code_of
from registry.days import day_of
from registry.intake import delivering
from registry.logbook import signing
from registry.models import (
    Act,
    Authority,
    Delivery,
    Entity,
    Escalation,
    Listing,
    ListRule,
    Measure,
    Outbox,
    Proposal,
    Role,
    RuleProposal,
    User,
)
from registry.objections import Said
from repair import access
from repair import actions as repairs
from repair.models import Application, Objection
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
from tests.redlists import NO_CANDIDATES, make_honour_rule
from tests.registry import rule_desk
from tests.repair.making import PDF, make_cure_rule, objection_draft
from tests.repair.making import draft as filing_draft

NAMES = ("甲", "乙", "丙")
NO_TERM = {"term_unit": "", "term_default": None, "term_max": None}
TWENTY_DAYS = {"term_unit": "d", "term_default": 20, "term_max": 20}
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
    # A redlist that announces its candidates, and one that does not and soon lapses.
    honour: ListRule
    brief: ListRule


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
        make_honour_rule(),
        make_honour_rule("TEST_BRIEF", **NO_CANDIDATES, **TWENTY_DAYS),
    )
    make_escalation(rules)
    # A repair that is taken back leads to the list of false statements.
    make_rule(list_type=make_list_type("REPAIR_FALSE", kind="watch"), subjects="EBFSNO")
    above = make_authority("测试省监督管理局")
    places = [make_place(name, rules, above) for name in NAMES]
    signing.sign(AT)
    signed_letters.sign_letters(AT)
    return World(places, make_shared(rules, places[0]))


def make_escalation(rules: Rules) -> None:
    """Three days on the usual list lead to the list without an end."""
    Escalation.objects.create(
        from_list=rules.usual.list_type,
        to_list=rules.open_term.list_type,
        in_force=rules.usual.in_force,
        after_n=3,
        after_unit="d",
        legal_basis=rules.usual.legal_basis,
        confidence="H",
    )


def make_shared(rules: Rules, place: Place) -> dict[str, Any]:
    measure = Measure.objects.first() or make_measure()
    return {
        "listtype": rules.usual.list_type,
        "listrule": rules.usual,
        "measure": measure,
        "legalbasis": rules.usual.legal_basis,
        "directoryitem": rules.usual.directory_item,
        "honours": rules.honour.list_type,
        "open_list": rules.open_term.list_type,
        # Whom an operator may choose, who works for all of them.
        "any_authority": place.authority,
        "ruleproposal": propose_rule(rules.usual),
        "measureproposal": propose_row("measure", measure_row(rules)),
        "competenceproposal": propose_row("competence", competence_row(rules, place)),
        "outbox": Outbox.objects.order_by("pk").first(),
        **make_articles(),
    }


def propose_rule(rule: ListRule) -> RuleProposal:
    return rule_desk.propose(rule, by=rule_desk.operator("proposing-operator"), term="P6M")


def propose_row(subject: str, row: dict[str, str]) -> RuleProposal:
    return actions.propose_rule(
        row,
        rule_desk.GROUNDS,
        by=rule_desk.operator("proposing-operator"),
        at=AT,
        subject=RuleProposal.Subject(subject),
    )


def measure_row(rules: Rules) -> dict[str, str]:
    return {
        "code": "PROPOSED_MEASURE",
        "kind": "management",
        "name_zh": "拟设示例措施",
        "name_en": "A proposed measure",
        "applied_by_zh": "有关部门",
        "applied_by_en": "Authorities",
        "hits": "unit",
        "legal_basis": rules.usual.legal_basis.pk,
        "in_force": "2026-05-01",
        "confidence": "M",
    }


def competence_row(rules: Rules, place: Place) -> dict[str, str]:
    listed = rules.usual.list_type
    return {
        "code": code_of(place.authority, listed),
        "authority": place.authority.uscc,
        "list_type": listed.pk,
        "in_force": "2026-05-01",
        "until": "",
    }


def make_articles() -> dict[str, Any]:
    """One that is read, and one that is being written."""
    by = make_user("writing-editor", None, Role.EDITOR)
    shown, written = (
        editing.write(editing.Draft("notice", title, "示例正文。"), by=by, at=AT)
        for title in ("示例公告", "示例草稿")
    )
    return {
        "article": editing.publish(shown, shown_from=AT, by=by, at=AT),
        "written": Article.objects.get(pk=written.pk),
    }


# --- One authority ------------------------------------------------------------------------


def make_place(name: str, rules: Rules, above: Authority) -> Place:
    authority = make_authority(f"{name}州市测试监督管理局", superior=above)
    make_staff(authority)
    place = Place(authority, f"{name}局内字")
    place.objects["authority"] = authority
    makes = (make_cases, make_desk, make_candidates)
    repaired = (make_repairs, make_granted, make_reviews, make_begun)
    for make in (*makes, make_deliveries, *repaired, make_accounts):
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

    def to_release(self, listing: Listing, on: str = "2026-03-16") -> Proposal:
        decision = {"decision_no": self.decision(), "decided_on": on}
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


def make_desk(place: Place, rules: Rules) -> dict[str, Any]:
    """A letter and what proves its delivery, half a form, an entry that leads on."""
    desk = Desk(place)
    at: dict[str, Any] = {"by": desk.maker, "at": AT}
    lettered = with_letter(desk, desk.opened(rules.usual))
    scan = Proof("in_person", PDF.content)
    actions.record_notice(lettered, on=day_of(AT), proof=scan, **at)
    serial = 500 + Listing.objects.count()
    party = make_person(serial, name=f"{place.word[:1]}乙丑")
    person = desk.opened(rules.usual, party=party, conduct_on=ADULT)
    with_letter(desk, person)
    key = UUID(int=place.authority.pk)
    typed = {"ground": [desk.says("只写了一半。")]}
    actions.keep_draft(rules.usual.list_type, typed, form_key=key, **at)
    old = desk.to_release(desk.notified(rules.usual), "2026-03-10")
    return {
        "lettered": lettered,
        "letter": lettered.letters.get(),
        "scan": lettered.papers.get(),
        "told_person": person,
        "letter_to_person": person.letters.get(),
        "draft": key,
        "ripe": actions.accept(old, by=desk.checker, at=AT),
    }


def with_letter(desk: Desk, case: Listing) -> Listing:
    return actions.make_notice(
        case, desk.decision(), dated_on=day_of(AT), by=desk.maker, at=AT
    )


def make_candidates(place: Place, rules: Rules) -> dict[str, Any]:
    """On the way to a redlist: before the notice, while it is shown, and after."""
    desk = Desk(place)
    at: dict[str, Any] = {"by": desk.maker, "at": AT}
    candidate = actions.announce(desk.opened(rules.honour), **at)
    said = Said(place.word, "b@example.cn", desk.says("欠薪。"))
    objection = actions.record_objection(candidate, said, on=day_of(AT), **at)
    release = desk.to_release(desk.opened(rules.brief))
    lapsing = desk.to_release(desk.opened(rules.brief))
    return {
        "nominated": desk.opened(rules.honour),
        "candidate": candidate,
        "candidate_case": candidate.case,
        "objection": objection,
        "to_honour": release,
        "lapsing": actions.accept(lapsing, by=desk.checker, at=AT),
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
        "repair_clerk": clerk,
        "accepted": accepted,
        "to_grant": repairs.propose_grant(granted, desk.says("已核实。"), **at),
        "to_refuse": repairs.propose_refusal(refused, desk.says("未改正。"), **at),
        "paper": received.filing.evidence.get(),
        "applied": received.listing.case,
        "applicable": desk.case(rules.cure).case,
        **make_objections(desk, received.listing, clerk),
    }


def make_granted(place: Place, rules: Rules) -> dict[str, Any]:
    """Two repairs that were granted, and for one of them a proposal to take it back."""
    desk = Desk(place)
    granted, doubted = (decided(desk, rules, is_granted=True) for _ in range(2))
    clerk = make_user(f"doubting-{place.authority.pk}", place.authority, Role.REPAIR_CLERK)
    facts = desk.says("凭证系伪造。")
    revocation = repairs.propose_revocation(doubted, "papers", facts, by=clerk, at=AT)
    return {
        "granted": granted,
        "letter_step": granted.steps.get(act="grant"),
        "doubted": doubted,
        "revocation": revocation,
    }


def decided(desk: Desk, rules: Rules, *, is_granted: bool) -> Application:
    authority, application = desk.place.authority, apply(desk, rules)
    clerk, decider = (
        make_user(f"{role}-of-{application.pk}", authority, role)
        for role in (Role.REPAIR_CLERK, Role.REPAIR_DECIDER)
    )
    by: dict[str, Any] = {"by": clerk, "at": AT}
    words = desk.says("已核实。")
    application = repairs.accept_application(application, **by)
    if is_granted:
        application = repairs.propose_grant(application, words, **by)
        return repairs.grant_repair(application, desk.decision(), by=decider, at=AT)
    application = repairs.propose_refusal(application, words, **by)
    return repairs.refuse_repair(application, words, by=decider, at=AT)


def make_reviews(place: Place, rules: Rules) -> dict[str, Any]:
    """Refusals before a superior: of one below, and an own one before the one above."""
    desk = Desk(place)
    name = f"{place.authority.name[:2]}区测试监督管理局"
    below = Desk(Place(make_authority(name, superior=place.authority), place.word))
    here, above = (
        repairs.ask_for_review(
            decided(one, rules, is_granted=False), desk.says("不服。"), at=AT
        )
        for one in (below, desk)
    )
    return {
        "reviewing": here,
        "reviewing_paper": here.filing.evidence.get(),
        "reviewed_above": above,
        "reviewed_above_paper": above.filing.evidence.get(),
        # Opens the page of one filing for whoever holds it, for an hour.
        "pass": access.issue_pass(above.filing),
        "tracked": above.public_id,
        "of_another_filing": here.public_id,
    }


def make_begun(place: Place, rules: Rules) -> dict[str, Any]:
    """An application that some browser has begun and not filed."""
    listing = Desk(place).case(rules.cure)
    signing.sign(AT)
    draft = repairs.begin_application(listing, browser=place.word, key=place.word, at=AT)
    return {"begun": draft.public_id}


def make_objections(desk: Desk, listing: Listing, clerk: User) -> dict[str, Any]:
    """One in each state, about a listing that somebody applies for as well."""
    at: dict[str, Any] = {"by": clerk, "at": AT}

    def objection(accepts: bool = True) -> Objection:
        said = Statement(name=desk.place.word, text=desk.says("不是本单位。"))
        paper = Paper(f"{desk.place.word}.pdf", PDF.content)
        draft = objection_draft(
            listing, statement=said, papers=(paper,), said=desk.says("已经起诉。")
        )
        filed = repairs.file_objection(draft, at=AT).filing.objections.get()
        return repairs.accept_objection(filed, **at) if accepts else filed

    found, words = objection(accepts=False), desk.says("已核实。")
    return {
        "objected": found,
        "objected_paper": found.filing.evidence.get(),
        "marked": objection(),
        "to_uphold": repairs.propose_end(objection(), words, "wrong", **at),
        "to_reject": repairs.propose_rejection(objection(), words, **at),
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
