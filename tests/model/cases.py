"""What staff and time do to cases and listings, allowed and forbidden."""

from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, initialize, multiple, rule

from registry import actions
from registry.actions import CaseDraft, Decision
from registry.models import Act, Listing, Proposal
from registry.terms import Duration, Unit
from tests.model.machine import Machine, On, chosen, several, texts
from tests.model.stage import LISTS, WRONG

# Days from today: from long ago to the future, and the days next to today.
days_off = st.sampled_from([0, 0, 0, -1, 1, -7, -8, -20, 30, -400, 800, -1200])
ends_off = st.sampled_from([700, 300, 30, 2, 1, 0, -1, 800])
lengths = st.sampled_from([None, None, Duration(6, Unit.MONTHS), Duration(99, Unit.MONTHS)])
reasons = st.sampled_from([*reversed(Listing.EndReason), "", "gossip"])
# Who decides on a proposal at once; nobody, and it waits.
at_hand = st.sampled_from(["checker", "checker", "checker", "both", "maker", ""])

PLAINLY: dict[str, dict[str, Any]] = {
    Act.AMEND: {"facts": "更正事实。"},
    Act.REVIEW: {},
    Act.UNHOLD: {},
    Act.END: WRONG,
}


def on(case: Listing) -> On:
    return "listing", case.pk


class Cases(Machine):
    cases: Bundle[Listing] = Bundle("cases")
    # Released before the run begins.
    shown: Bundle[Listing] = Bundle("shown")
    proposals: Bundle[Proposal] = Bundle("proposals")

    @initialize(target=cases)
    def begin_with_cases(self) -> MultipleResults[Listing]:
        return multiple(*self.stage.begun)

    @initialize(target=shown)
    def begin_with_listings(self) -> MultipleResults[Listing]:
        return multiple(*self.stage.shown)

    @initialize(target=proposals)
    def begin_with_proposals(self) -> MultipleResults[Proposal]:
        return multiple(*self.stage.proposals)

    # --- A case -------------------------------------------------------------------------

    @rule(
        target=cases,
        code=st.sampled_from([*LISTS]),
        party=st.integers(0, 2),
        who=chosen,
        conduct=days_off,
    )
    def open_case(
        self, code: str, party: int, who: str, conduct: int
    ) -> MultipleResults[Listing]:
        party_ = self.stage.parties[party]
        draft = CaseDraft(code, party_, "事由", conduct_on=self.day(conduct))
        return self.opened(draft, who)

    @rule(target=cases, old=st.one_of(shown, cases), party=st.integers(0, 5), who=chosen)
    def open_following(
        self, old: Listing, party: int, who: str
    ) -> MultipleResults[Listing]:
        """Now and then for another party than that of the listing it follows."""
        same = old.entity or self.stage.parties[2]
        draft = CaseDraft(
            old.list_type_id,
            same if party else self.stage.parties[0],
            conduct_on=self.day(-30),
            follows=old,
        )
        return self.opened(draft, who)

    def opened(self, draft: CaseDraft, who: str) -> MultipleResults[Listing]:
        by, at = self.person("maker", who), self.at
        name = "follow" if draft.follows else "open"
        found = self.attempt(name, lambda: actions.open_case(draft, by=by, at=at))
        return multiple(*([found] if isinstance(found, Listing) else []))

    @rule(case=st.one_of(cases, cases, shown), off=days_off, who=chosen)
    def record_notice(self, case: Listing, off: int, who: str) -> None:
        by, at, day = self.person("maker", who), self.at, self.day(off)
        act = partial(actions.record_notice, case, on=day, by=by, at=at)
        self.attempt("notice", act, on(case))

    @rule(case=st.one_of(cases, cases, shown), text=texts, who=chosen)
    def record_defence(self, case: Listing, text: str, who: str) -> None:
        by, at, day = self.person("maker", who), self.at, self.day(0)
        act = partial(actions.record_defence, case, text, on=day, by=by, at=at)
        self.attempt("defence", act, on(case))

    @rule(case=st.one_of(cases, cases, shown), text=texts, who=chosen)
    def answer_defence(self, case: Listing, text: str, who: str) -> None:
        by, at = self.person("maker", who), self.at
        act = partial(actions.answer_defence, case, text, by=by, at=at)
        self.attempt("answer", act, on(case))

    @rule(case=st.one_of(cases, cases, shown), who=chosen)
    def drop_case(self, case: Listing, who: str) -> None:
        by, at = self.person("maker", who), self.at
        act = partial(actions.drop_case, case, "申辩成立", by=by, at=at)
        self.attempt("drop", act, on(case))

    @rule(case=st.one_of(shown, cases), reason=texts, who=chosen)
    def hold(self, case: Listing, reason: str, who: str) -> None:
        by, at = self.person("checker", who), self.at
        act = partial(actions.hold, case, reason, by=by, at=at)
        self.attempt("hold", act, on(case))

    @rule(case=st.one_of(shown, cases), reason=texts, who=chosen)
    def emergency_end(self, case: Listing, reason: str, who: str) -> None:
        by, at = self.person("maker", who), self.at
        act = partial(actions.emergency_end, case, reason, by=by, at=at)
        self.attempt("emergency", act, on(case))

    # --- Proposals ----------------------------------------------------------------------

    @rule(
        target=proposals,
        case=st.one_of(cases, cases, shown),
        number=st.integers(1, 3),
        days=st.fixed_dictionaries(
            {"decided_on": days_off},
            optional={"noticed_on": days_off, "until": days_off},
        ),
        term=lengths,
        who=chosen,
        at_once=at_hand,
    )
    def propose_release(
        self,
        case: Listing,
        number: int,
        days: dict[str, int],
        term: Any,
        who: str,
        at_once: str,
    ) -> MultipleResults[Proposal]:
        known = {name: self.day(off) for name, off in days.items()}
        decision = Decision(f"示例〔2026〕{number}号", term=term, **known)
        return self.proposed(case, Act.RELEASE, decision.payload(), who, at_once=at_once)

    @rule(target=proposals, case=cases, who=chosen, at_once=at_hand)
    def propose_plain_release(
        self, case: Listing, who: str, at_once: str
    ) -> MultipleResults[Proposal]:
        """The way that is right for most cases, so that enough of them come on display."""
        decision = Decision(f"示例〔2026〕1{case.pk}号", self.day(0))
        return self.proposed(case, Act.RELEASE, decision.payload(), who, at_once=at_once)

    @rule(
        target=proposals,
        case=st.one_of(shown, cases),
        off=ends_off,
        who=chosen,
        at_once=at_hand,
    )
    def propose_amendment(
        self, case: Listing, off: int, who: str, at_once: str
    ) -> MultipleResults[Proposal]:
        """Of the words alone, or of the end as well."""
        payload = {"facts": "更正"}
        if off != max(0, off):
            payload["displayed_until"] = self.day(-off).isoformat()
        elif off:
            payload["displayed_until"] = self.day(off).isoformat()
        return self.proposed(case, Act.AMEND, payload, who, at_once=at_once)

    @rule(
        target=proposals,
        case=st.one_of(shown, cases),
        reason=reasons,
        document=texts,
        who=chosen,
        at_once=at_hand,
    )
    def propose_end(
        self, case: Listing, reason: str, document: str, who: str, at_once: str
    ) -> MultipleResults[Proposal]:
        payload = {"reason": f"{reason}", "document": document}
        return self.proposed(case, Act.END, payload, who, at_once=at_once)

    @rule(
        target=proposals,
        case=st.one_of(shown, cases),
        act=st.sampled_from([Act.UNHOLD, Act.REVIEW]),
        who=chosen,
        at_once=at_hand,
    )
    def propose_else(
        self, case: Listing, act: Act, who: str, at_once: str
    ) -> MultipleResults[Proposal]:
        return self.proposed(case, act, {}, who, at_once=at_once)

    @rule(case=st.one_of(shown, cases), acts=several(PLAINLY))
    def propose_rightly(self, case: Listing, acts: list[str]) -> None:
        """As it should be and accepted at once, in whatever state it is."""
        for act in acts:
            payload = PLAINLY[act]
            self.proposed(case, Act(act), payload, "", at_once="checker")

    def proposed(
        self, case: Listing, act: Act, payload: dict[str, Any], who: str, *, at_once: str
    ) -> MultipleResults[Proposal]:
        by, at = self.person("maker", who), self.at
        make = partial(actions.propose, case, act, payload, by=by, at=at)
        found = self.attempt(f"propose {act}", make, on(case))
        if not isinstance(found, Proposal):
            return multiple()
        if at_once:
            self.accept_now(found, at_once)
        return multiple(found)

    @rule(proposal=proposals, who=chosen)
    def accept(self, proposal: Proposal, who: str) -> None:
        self.accept_now(proposal, who)

    def accept_now(self, proposal: Proposal, who: str) -> None:
        by, at = self.person("checker", who), self.at
        act = partial(actions.accept, proposal, by=by, at=at)
        if proposal.act == Act.CONFIRM_END:
            self.attempt("confirm", act, ("proposal", proposal.pk))
        else:
            self.attempt(f"accept {proposal.act}", act, on(proposal.listing))

    @rule(proposal=proposals, reason=texts, who=chosen)
    def refuse(self, proposal: Proposal, reason: str, who: str) -> None:
        by, at = self.person("checker", who), self.at
        act = partial(actions.refuse, proposal, reason, by=by, at=at)
        self.attempt("refuse", act, ("proposal", proposal.pk))

    @rule(proposal=proposals, who=chosen)
    def withdraw(self, proposal: Proposal, who: str) -> None:
        by, at = self.person("maker", who), self.at
        act = partial(actions.withdraw, proposal, by=by, at=at)
        self.attempt("withdraw", act, ("proposal", proposal.pk))

    @rule(who=chosen)
    def confirm_emergency_end(self, who: str) -> None:
        for waiting in Proposal.objects.filter(act=Act.CONFIRM_END):
            self.accept_now(waiting, who)
