"""Ten ways through the register, by the canary's number; every one of them ends."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from registry import actions
from registry.actions import CaseDraft, Decision, signed_letters
from registry.models import Act, Entity, Listing, ListRule, Role, User
from registry.parties import Party, PersonDraft
from registry.terms import read_duration
from repair import actions as repair_actions
from repair.actions import FilingDraft, ObjectionDraft, letters
from repair.models import Application, Objection
from repair.papers import Paper
from repair.statements import Statement
from tests.factories import make_authority, make_list_type, make_rule, make_user
from tests.forget.canaries import Canary

# A Monday, ten in the morning in Shanghai; sixty days later all terms are over.
T0 = datetime(2026, 3, 16, 2, tzinfo=UTC)
NEXT_DAY = T0 + timedelta(days=1)
EXTENDED_AT = datetime(2026, 5, 14, 2, tzinfo=UTC)
NOTICED_ON, ADULT_ON = date(2026, 3, 2), date(2026, 1, 5)
TERM = "P60D"


def day(at: datetime) -> date:
    return (at + timedelta(hours=8)).date()


def email(one: Canary) -> str:
    return f"canary{one.index}@example.cn"


def paper_of(one: Canary) -> tuple[str, bytes]:
    said = f"{one.name} {one.number} {one.word}".encode()
    return f"{one.name}{one.word}.pdf", b"%PDF-1.7\n" + said + b"\nstartxref\n0\n%%EOF\n"


@dataclass
class Lives:
    maker: User
    checker: User
    clerk: User
    decider: User
    by_factor: ListRule
    by_name: ListRule
    long: ListRule
    listings: dict[int, list[Listing]] = field(default_factory=dict)
    # Keys and digests of what was begun on the site and left there.
    begun: dict[int, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def begin(cls) -> "Lives":
        authority = make_authority()
        make_short_rule("REPAIR_FALSE")
        return cls(
            maker=make_user("maker", authority, Role.MAKER),
            checker=make_user("checker", authority, Role.CHECKER),
            clerk=make_user("clerk", authority, Role.REPAIR_CLERK),
            decider=make_user("decider", authority, Role.REPAIR_DECIDER),
            by_factor=make_short_rule("FORGET_FACTOR", person_lookup="factor"),
            by_name=make_short_rule("FORGET_NAME", person_lookup="name"),
            long=make_short_rule("FORGET_KEPT", term_default=660, term_max=720),
        )

    @staticmethod
    def listing_of(one: Canary) -> Listing:
        """By the decision, whose number counts as they do."""
        return Listing.objects.get(decision_no=decision_no(one))

    # --- Listed ---------------------------------------------------------------------------

    def list_all(self, people: Sequence[Canary]) -> None:
        for one in people:
            rule = self.by_name if one.index % 2 else self.by_factor
            case = self.opened(one, rule, person(one))
            if one.index % 10 == 4:
                reason = f"{one.name}申辩成立{one.word}"
                case = actions.drop_case(case, reason, by=self.maker, at=T0)
                self.listings[one.index] = [case]
            else:
                self.released(one, case)

    def list_kept(self, one: Canary) -> None:
        self.released(one, self.opened(one, self.long, person(one)))

    def list_business(self, one: Canary, entity: Entity) -> None:
        self.released(one, self.opened(one, self.by_factor, entity))

    def opened(self, one: Canary, rule: ListRule, party: Party, **fields: Any) -> Listing:
        usual: dict[str, Any] = {
            "list_code": rule.list_type_id,
            "party": party,
            "ground": f"{one.word}事由",
            "facts": f"{one.name}（{one.number}）{one.word}",
            "details": {"role": one.word},
            # A number in a text stops an act, unless two people let it stay.
            "must_stay": "演练",
            "conduct_on": ADULT_ON,
        }
        at = fields.pop("at", T0)
        case = actions.open_case(CaseDraft(**usual | fields), by=self.maker, at=at)
        on = day(at) - timedelta(days=14)
        case = actions.record_notice(case, on=on, by=self.maker, at=at)
        if one.index % 10 in (0, 4):
            said = f"{one.name}说：{one.word}"
            case = actions.record_defence(case, said, on=on, by=self.maker, at=at)
            case = actions.answer_defence(case, one.word, by=self.maker, at=at)
        return case

    def released(self, one: Canary, case: Listing, at: datetime = T0) -> None:
        number = decision_no(one) if at == T0 else f"{decision_no(one)}之二"
        term = read_duration(TERM) if case.follows_id else None
        payload = Decision(number, day(at), term=term).payload()
        listing = self.done(case, Act.RELEASE, payload, at)
        self.listings.setdefault(one.index, []).append(listing)

    def done(
        self, case: Listing, act: Act, payload: dict[str, Any], at: datetime = T0
    ) -> Listing:
        """Proposed by one, accepted by another."""
        proposal = actions.propose(case, act, payload, by=self.maker, at=at)
        return actions.accept(proposal, by=self.checker, at=at, confirmed=True)

    # --- And then -------------------------------------------------------------------------

    def go_on_with(self, people: Sequence[Canary]) -> None:
        for one in people:
            go_on = WAYS.get(one.index % 10)
            if go_on:
                go_on(self, one, self.listings[one.index][0])

    def amended(self, one: Canary, listing: Listing) -> None:
        payload = {"facts": f"{one.word}更正{one.name}", "performance": "part"}
        listing = self.done(listing, Act.AMEND, payload)
        self.done(listing, Act.END, {"reason": "revoked", "document": f"{one.word}号"})

    def repaired(self, one: Canary, listing: Listing) -> None:
        application = self.applied(one, listing)
        by, at = self.clerk, T0
        application = repair_actions.accept_application(application, by=by, at=at)
        application = repair_actions.propose_grant(application, one.word, by=by, at=at)
        document = f"{one.word}号"
        repair_actions.grant_repair(application, document, by=self.decider, at=at)

    def refused(self, one: Canary, listing: Listing) -> None:
        application, by = self.applied(one, listing), self.clerk
        application = repair_actions.return_for_completion(
            application, f"{one.name}补正{one.word}", by=by, at=T0
        )
        application = repair_actions.complete_application(
            application, one.word, (Paper(*paper_of(one)),), at=T0
        )
        application = repair_actions.accept_application(application, by=by, at=T0)
        application = repair_actions.propose_refusal(application, one.word, by=by, at=T0)
        reason = f"{one.name}{one.word}"
        repair_actions.refuse_repair(application, reason, by=self.decider, at=T0)

    def applied(self, one: Canary, listing: Listing) -> Application:
        draft = FilingDraft(
            listings=(listing,),
            role="person",
            statement=Statement(one.name, f"{one.name}{one.word}", "", email(one)),
            done=True,
            committed=True,
            papers=(Paper(*paper_of(one)),),
        )
        filing = repair_actions.file_application(draft, at=T0).filing
        return filing.applications.get()

    def objected(self, one: Canary, listing: Listing) -> Objection:
        draft = ObjectionDraft(
            listings=(listing,),
            role="person",
            statement=Statement(one.name, f"{one.name}{one.word}", "", email(one)),
            done=False,
            committed=False,
            papers=(Paper(*paper_of(one)),),
            kind="content",
        )
        found = repair_actions.file_objection(draft, at=T0).filing.objections.get()
        return repair_actions.accept_objection(found, by=self.clerk, at=T0)

    def corrected(self, one: Canary, listing: Listing) -> None:
        changes = {"facts": f"{one.word}更正{one.name}"}
        objection = repair_actions.propose_correction(
            self.objected(one, listing), one.word, changes, by=self.clerk, at=T0
        )
        repair_actions.uphold(objection, f"{one.word}号", by=self.decider, at=T0)

    def rejected(self, one: Canary, listing: Listing) -> None:
        objection = repair_actions.propose_rejection(
            self.objected(one, listing), one.word, by=self.clerk, at=T0
        )
        reason, document = f"{one.name}{one.word}", f"{one.word}号"
        repair_actions.reject(objection, reason, document=document, by=self.decider, at=T0)

    def held(self, one: Canary, listing: Listing) -> None:
        actions.hold(listing, f"{one.name}案{one.word}", by=self.maker, at=T0)

    def taken_down(self, one: Canary, listing: Listing) -> None:
        reason = f"不是{one.name}{one.word}"
        listing = actions.emergency_end(listing, reason, by=self.maker, at=T0)
        proposal = listing.proposals.get(act=Act.CONFIRM_END)
        actions.accept(proposal, by=self.checker, at=T0)

    def doubt_all(self, people: Sequence[Canary]) -> None:
        """Each repair that was granted is doubted; every other one is taken back."""
        for one in people:
            if one.index % 10 == 2:
                listing = Listing.objects.get(pk=self.listings[one.index][0].pk)
                self.doubted(one, listing.applications.get(), NEXT_DAY)

    def doubted(self, one: Canary, application: Application, at: datetime) -> None:
        """Its letters are printed before; what is opened by it is dropped."""
        print_letters(application, at)
        facts = f"{one.word}系伪造，{one.name}"
        revocation = repair_actions.propose_revocation(
            application, "papers", facts, by=self.clerk, at=at
        )
        if one.index % 20 == 2:
            repair_actions.uphold_repair(revocation, by=self.decider, at=at)
            return
        revocation = repair_actions.revoke_repair(revocation, by=self.decider, at=at)
        for case in (revocation.restoration, revocation.record):
            assert case
            reason = f"{one.name}{one.word}"
            dropped = actions.drop_case(case, reason, by=self.maker, at=at)
            self.listings[one.index].append(dropped)

    def answer_all(self) -> None:
        """What came by the form on the site is no matter for a repair."""
        for application in Application.objects.filter(status="received"):
            reason = application.listing.decision_no
            repair_actions.decline_application(
                application, reason, by=self.clerk, at=T0 + timedelta(hours=1)
            )

    def extend_all(self, people: Sequence[Canary]) -> None:
        for one in people:
            if one.index % 10 == 7:
                old = Listing.objects.get(pk=self.listings[one.index][0].pk)
                case = self.opened(one, old.rule, person(one), follows=old, at=EXTENDED_AT)
                self.released(one, case, EXTENDED_AT)


# Number 0 is heard, 4 is dropped, 7 is extended, 8 is looked up and begins to apply, and 9
# applies by the form on the site.
WAYS = {
    0: Lives.corrected,
    1: Lives.amended,
    2: Lives.repaired,
    3: Lives.refused,
    5: Lives.held,
    6: Lives.taken_down,
    8: Lives.rejected,
}


def print_letters(application: Application, at: datetime) -> None:
    """In one language each: all of them are kept sealed."""
    step = application.steps.get(act="grant")
    letters.pdf_of(step, "zh", at=at)
    (lift,) = application.listing.signed_letters.all()
    signed_letters.pdf_of(lift, "zh")


def person(one: Canary) -> PersonDraft:
    return PersonDraft(name=one.name, document="resident", number=one.number)


def decision_no(one: Canary) -> str:
    return f"忘〔2026〕{one.index}号"


def make_short_rule(code: str, **fields: Any) -> ListRule:
    """Sixty days, out by repair from the first one on, kept for ninety after the end."""
    list_type = make_list_type(code, name_zh=code, kind="abnormal", section="abnormal")
    usual: dict[str, Any] = {
        "list_type": list_type,
        "severity": "minor",
        "term_unit": "d",
        "term_default": 60,
        "term_max": 120,
        "extension_max": 60,
        "early": 0,
        "early_unit": "d",
        "repair_docs": "APP PERF",
        "details": "role",
        "person_fields": "role",
    }
    return make_rule(**usual | fields)
