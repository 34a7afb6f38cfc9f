"""E04 MODEL: acts in any order, allowed and forbidden; what must hold holds after each.

The machine tries everything on everything. It never predicts whether an act will be
allowed: it checks that a refusal changed nothing, and that no act that was allowed has
broken an invariant. `MODEL_RUNS` and `MODEL_STEPS` make a campaign of it.
"""

import os
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from registry import actions
from registry.actions import CaseDraft, Decision
from registry.days import day_of
from registry.errors import RegistryError
from registry.models import (
    Act,
    Authority,
    CaseKey,
    Listing,
    ListRule,
    Outbox,
    Proposal,
    Role,
    Step,
    User,
)
from registry.parties import Party
from registry.terms import Duration, Unit
from tests.factories import (
    AT,
    make_authority,
    make_case,
    make_entity,
    make_list_type,
    make_listing,
    make_person,
    make_rule,
    make_staff,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(7_200)]

DAY = timedelta(days=1)
DEMANDING = settings(
    max_examples=int(os.environ.get("MODEL_RUNS", "50")),
    stateful_step_count=int(os.environ.get("MODEL_STEPS", "25")),
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
# Days from today: from long ago to the future, and the days next to today.
days_off = st.sampled_from([0, 0, 0, -1, 1, -7, -8, -20, 30, -400, 800, -1200])
ends_off = st.sampled_from([700, 300, 30, 2, 1, 0, -1, 800])
lengths = st.sampled_from([None, None, Duration(6, Unit.MONTHS), Duration(99, Unit.MONTHS)])
reasons = st.sampled_from([*reversed(Listing.EndReason), "", "gossip"])
texts = st.sampled_from(["理由", "理由", " "])
# Who decides on a proposal at once; nobody, and it waits.
at_hand = st.sampled_from(["checker", "checker", "checker", "both", "maker", ""])
# Who acts, instead of whoever should; the longer the list, the rarer.
chosen = st.sampled_from(["", "", "", "", "", "both", "both", "stranger", "root"])


PRIOR: dict[str, Any] = {"notice_kind": "prior", "notice_n": 0, "notice_unit": ""}
NO_TERM: dict[str, Any] = {"term_default": None, "term_max": None, "term_unit": ""} | PRIOR
# One list of each kind of term; the notice of the first is counted here.
LISTS: dict[str, dict[str, Any]] = {
    "TEST_FIXED": {"term_default": 24, "term_max": 60, "extension_max": 36},
    "TEST_OPEN": NO_TERM | {"term_kind": "open", "review_months": 12},
    "TEST_PRINTED": NO_TERM | {"term_kind": "printed"},
    "TEST_TRAVEL": PRIOR
    | {"term_start": "objection_end", "publication": "first_wd", "objection_wd": 7},
    "TEST_KEPT": PRIOR | {"term_kind": "kept", "term_default": 0, "term_max": 3},
}


@pytest.fixture
def stage(db: None) -> None:
    """On each list one listing, a case whose notice is two weeks old, and a new case."""
    here, there = make_authority(), make_authority("测试县市场监督管理局")
    Lifecycle.people = people_of(here, there)
    Lifecycle.parties = [make_entity("蜀州甲"), make_entity("蜀州乙"), make_person()]
    Lifecycle.seeded = []
    for turn, (code, shape) in enumerate(LISTS.items()):
        usual = {"list_type": make_list_type(code), "in_force": date(2020, 1, 1)}
        made = make_rule(**usual | shape)
        party = Lifecycle.parties[turn % 3]
        fields: dict[str, Any] = {"party": party, "conduct_on": date(2025, 6, 1)}
        fields |= {"authority": here}
        noticed = make_case(made, **fields)
        maker = Lifecycle.people["maker"]
        actions.record_notice(noticed, on=day_of(AT) - 14 * DAY, by=maker, at=AT)
        Lifecycle.seeded += [
            make_listing(made, **fields),
            noticed,
            make_case(made, authority=here),
        ]


def people_of(here: Authority, there: Authority) -> dict[str, User]:
    """`make_staff` gives a maker and a checker; these are the others."""
    maker, checker = make_staff(here)
    return {
        "maker": maker,
        "checker": checker,
        "decider": make_user("decider", here, Role.REPAIR_DECIDER),
        "both": make_user("both", here, Role.MAKER, Role.CHECKER),
        "stranger": make_user("stranger", there, Role.MAKER, Role.CHECKER),
        "root": make_user("root", here, is_superuser=True),
    }


class Lifecycle(RuleBasedStateMachine):
    """Everybody tries everything, and time moves on."""

    people: dict[str, User]
    parties: list[Party]
    seeded: list[Listing]
    tried: Counter[str] = Counter()
    done: Counter[str] = Counter()
    cases: Bundle[Listing] = Bundle("cases")
    # Released before the run begins.
    shown: Bundle[Listing] = Bundle("shown")
    proposals: Bundle[Proposal] = Bundle("proposals")

    def __init__(self) -> None:
        super().__init__()
        # Whatever a run does is taken back at its end, as by a test of its own.
        self.sandbox = ExitStack()
        for alias in ("default", "vault"):
            self.sandbox.enter_context(transaction.atomic(using=alias))
            self.sandbox.callback(transaction.set_rollback, True, using=alias)
        self.at = AT
        self.before: dict[int, Listing] = {}

    def teardown(self) -> None:
        self.sandbox.close()

    @initialize(target=cases)
    def begin_with_cases(self) -> MultipleResults[Listing]:
        return multiple(*(one for one in self.seeded if one.released_at is None))

    @initialize(target=shown)
    def begin_with_listings(self) -> MultipleResults[Listing]:
        return multiple(*(one for one in self.seeded if one.released_at))

    def attempt(self, name: str, act: Callable[[], object]) -> object:
        """What the act returns; None where it was refused, and then nothing changed."""
        self.tried[name] += 1
        before, found, refused = footprint(), None, ""
        try:
            found = act()
        except RegistryError as refusal:
            refused = f"{refusal}"
        if refused:
            assert footprint() == before
        else:
            self.done[name] += 1
        return found

    def person(self, right: str, instead: str) -> User:
        return self.people[instead or right]

    def day(self, off: int) -> date:
        return day_of(self.at) + off * DAY

    # --- Time ---------------------------------------------------------------------------

    @rule(hours=st.sampled_from([1, 20, 24, 36]), swept=st.booleans())
    def time_passes(self, hours: int, swept: bool) -> None:
        self.at += timedelta(hours=hours)
        if swept:
            self.attempt("sweep", lambda: actions.end_due(self.at))
            self.attempt("lapse", lambda: actions.lapse_proposals(self.at))
            self.attempt("warn", lambda: actions.warn_of_reviews(self.at))
            self.attempt("note", lambda: actions.note_moment(self.at))

    @rule(days=st.sampled_from([11, 11, 200, 366, 750]))
    def time_leaps(self, days: int) -> None:
        """Without a confirmation the sweep refuses; with it what is over ends."""
        self.at += days * DAY
        self.attempt("doubt", lambda: actions.end_due(self.at))
        actions.confirm_clock(self.at)
        self.attempt("sweep", lambda: actions.end_due(self.at))

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
        draft = CaseDraft(code, self.parties[party], "事由", conduct_on=self.day(conduct))
        return self.opened(draft, who)

    @rule(target=cases, old=st.one_of(shown, cases), party=st.integers(0, 5), who=chosen)
    def open_following(
        self, old: Listing, party: int, who: str
    ) -> MultipleResults[Listing]:
        """Now and then for another party than that of the listing it follows."""
        same = old.entity or self.parties[2]
        draft = CaseDraft(
            old.list_type_id,
            same if party else self.parties[0],
            conduct_on=self.day(-30),
            follows=old,
        )
        return self.opened(draft, who)

    def opened(self, draft: CaseDraft, who: str) -> MultipleResults[Listing]:
        by, at = self.person("maker", who), self.at
        name = "follow" if draft.follows else "open"
        found = self.attempt(name, lambda: actions.open_case(draft, by=by, at=at))
        return multiple(*([found] if isinstance(found, Listing) else []))

    @rule(case=cases, off=days_off, who=chosen)
    def record_notice(self, case: Listing, off: int, who: str) -> None:
        by, at, on = self.person("maker", who), self.at, self.day(off)
        self.attempt("notice", lambda: actions.record_notice(case, on=on, by=by, at=at))

    @rule(case=cases, text=texts, who=chosen)
    def record_defence(self, case: Listing, text: str, who: str) -> None:
        by, at, on = self.person("maker", who), self.at, self.day(0)
        self.attempt(
            "defence", lambda: actions.record_defence(case, text, on=on, by=by, at=at)
        )

    @rule(case=cases, text=texts, who=chosen)
    def answer_defence(self, case: Listing, text: str, who: str) -> None:
        by, at = self.person("maker", who), self.at
        self.attempt("answer", lambda: actions.answer_defence(case, text, by=by, at=at))

    @rule(case=cases, who=chosen)
    def drop_case(self, case: Listing, who: str) -> None:
        by, at = self.person("maker", who), self.at
        self.attempt("drop", lambda: actions.drop_case(case, "申辩成立", by=by, at=at))

    @rule(case=st.one_of(shown, cases), reason=texts, who=chosen)
    def hold(self, case: Listing, reason: str, who: str) -> None:
        by, at = self.person("checker", who), self.at
        self.attempt("hold", lambda: actions.hold(case, reason, by=by, at=at))

    @rule(case=st.one_of(shown, cases), reason=texts, who=chosen)
    def emergency_end(self, case: Listing, reason: str, who: str) -> None:
        by, at = self.person("maker", who), self.at
        self.attempt("emergency", lambda: actions.emergency_end(case, reason, by=by, at=at))

    @rule(case=st.one_of(shown, cases), reason=reasons, document=texts, who=chosen)
    def end_by_repair(self, case: Listing, reason: Any, document: str, who: str) -> None:
        by, at = self.person("decider", who), self.at
        self.attempt(
            "repair",
            lambda: actions.end_display(case, reason, document=document, by=by, at=at),
        )

    # --- Proposals ----------------------------------------------------------------------

    @rule(
        target=proposals,
        case=cases,
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
        payload = {"facts": "更正", "displayed_until": self.day(off).isoformat()}
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

    def proposed(
        self, case: Listing, act: Act, payload: dict[str, Any], who: str, *, at_once: str
    ) -> MultipleResults[Proposal]:
        by, at = self.person("maker", who), self.at
        found = self.attempt(
            f"propose {act}", lambda: actions.propose(case, act, payload, by=by, at=at)
        )
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
        name = f"accept {proposal.act}"
        self.attempt(name, lambda: actions.accept(proposal, by=by, at=at))

    @rule(proposal=proposals, reason=texts, who=chosen)
    def refuse(self, proposal: Proposal, reason: str, who: str) -> None:
        by, at = self.person("checker", who), self.at
        self.attempt("refuse", lambda: actions.refuse(proposal, reason, by=by, at=at))

    @rule(proposal=proposals, who=chosen)
    def withdraw(self, proposal: Proposal, who: str) -> None:
        by, at = self.person("maker", who), self.at
        self.attempt("withdraw", lambda: actions.withdraw(proposal, by=by, at=at))

    @rule(who=chosen)
    def confirm_emergency_end(self, who: str) -> None:
        by, at = self.person("checker", who), self.at
        for waiting in Proposal.objects.open().filter(act=Act.CONFIRM_END):
            self.attempt("confirm", partial(actions.accept, waiting, by=by, at=at))

    # --- What always holds --------------------------------------------------------------

    @invariant()
    def what_is_shown_may_be_shown(self) -> None:
        """T1, T2, T3."""
        today = day_of(self.at)
        for one in Listing.objects.on_display(self.at).select_related("rule"):
            assert one.released_at
            assert one.released_at <= self.at
            assert one.ended_at is one.held_since is one.dropped_at is None
            assert one.displayed_from
            assert one.displayed_from <= today
            assert one.displayed_until is None or today < one.displayed_until
            assert one.review_by is None or today <= one.review_by
            assert one.rule == rule_in_force(one)
            assert told_in_time(one)
            assert one.checker_id not in (None, one.maker_id)

    @invariant()
    def what_has_happened_stays(self) -> None:
        """T6: ended stays ended; no end comes later; a review only with its review."""
        now = {one.pk: one for one in Listing.objects.all()}
        for pk, old in self.before.items():
            new = now[pk]
            assert new.version >= old.version
            if old.ended_at:
                assert (new.ended_at, new.end_reason) == (old.ended_at, old.end_reason)
            if old.dropped_at:
                assert new.dropped_at == old.dropped_at
                assert new.released_at is None
            if old.released_at and new.reviewed_on == old.reviewed_on:
                assert last_shown(new) <= last_shown(old)
        self.before = now

    @invariant()
    def the_trail_says_the_same(self) -> None:
        """T6, T10: one END for each end, by people of the authority, owed to the outbox."""
        ends = Counter(Step.objects.filter(act=Act.END).values_list("listing", flat=True))
        ended = Listing.objects.exclude(ended_at=None)
        assert ends == Counter(ended.values_list("pk", flat=True))
        owed = Outbox.objects.filter(kind="listing.ended").values_list("row", flat=True)
        assert sorted(owed) == sorted(ended.values_list("case", flat=True))
        for step in Step.objects.exclude(by=None).select_related("by", "listing"):
            assert step.by
            assert step.by.authority_id == step.listing.authority_id

    @invariant()
    def two_people_stand_behind_every_decision(self) -> None:
        for one in Proposal.objects.exclude(checker=None).select_related("checker"):
            assert one.checker
            assert one.checker_id != one.maker_id
            assert Role.CHECKER in one.checker.roles

    @invariant()
    def a_chain_keeps_to_its_maximum(self) -> None:
        """T2, and no two running listings in one chain."""
        for one in Listing.objects.released().exclude(follows=None):
            old = one.follows
            assert old
            assert old.ended_at
            assert (one.chain_from, one.authority_id) == (old.chain_from, old.authority_id)


def footprint() -> tuple[object, ...]:
    """Cheap, and no write goes past it: versions, and how many rows there are."""
    versions = tuple(Listing.objects.order_by("pk").values_list("pk", "version"))
    decided = Proposal.objects.exclude(outcome="").count()
    counts = (model._base_manager.count() for model in (Step, Proposal, Outbox, CaseKey))
    return (versions, decided, *counts)


def rule_in_force(listing: Listing) -> ListRule:
    assert listing.decided_on
    rules = ListRule.objects.in_force(listing.decided_on)
    return rules.get(list_type=listing.list_type_id)


def told_in_time(listing: Listing) -> bool:
    """The window of a notice that is ours had closed before the decision."""
    if listing.rule.notice_kind != ListRule.NoticeKind.OURS:
        return True
    closes_on, decided_on = listing.notice_closes_on, listing.decided_on
    assert listing.noticed_on
    assert closes_on
    assert decided_on
    days = [listing.noticed_on + n * DAY for n in range(1, 40)]
    given = [day for day in days if day <= closes_on and day.weekday() < 5]
    return closes_on < decided_on and len(given) >= 5


def last_shown(listing: Listing) -> date:
    """The day until which it would stay if nobody did anything more."""
    if listing.displayed_until:
        return listing.displayed_until - DAY
    return listing.review_by or date.max


@pytest.mark.usefixtures("stage")
def test_no_order_of_acts_breaks_an_invariant() -> None:
    Lifecycle.tried.clear()
    Lifecycle.done.clear()

    run_state_machine_as_test(Lifecycle, settings=DEMANDING)

    refused = Lifecycle.tried - Lifecycle.done
    assert len(Lifecycle.done) >= 15
    assert len(refused) >= 15
