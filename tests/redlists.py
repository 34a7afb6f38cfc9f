"""Redlists for tests: a rule that asks for candidates, and cases on the way there."""

from datetime import date, datetime, timedelta
from typing import Any

from registry import actions
from registry.actions import Decision
from registry.logbook import acts, signing
from registry.models import (
    Act,
    Candidacy,
    CandidateObjection,
    Entity,
    Listing,
    ListRule,
    Measure,
    Proposal,
)
from registry.objections import Said
from tests.factories import (
    AT,
    make_basis,
    make_case,
    make_list_type,
    make_listing,
    make_measure,
    make_rule,
    make_staff,
)

# Announced on Monday, 16 March 2026: five working days, the last of them Monday the 23rd.
LAST_DAY = date(2026, 3, 23)
CLOSED = AT + timedelta(days=8)
SAID = Said(name="某甲商行", contact="b@example.cn", text="该企业上月被投诉欠薪。")
NO_CANDIDATES: dict[str, Any] = {"notice_n": 0, "notice_unit": "", "notice_from": ""}


def make_honour_rule(code: str = "TEST_HONOUR", **fields: Any) -> ListRule:
    """A year; candidates are announced for five working days."""
    usual: dict[str, Any] = {
        "list_type": make_list_type(
            code,
            name_zh="示例守信企业名单",
            name_en="Example list of honour",
            kind="redlist",
            section="honour",
        ),
        "severity": "positive",
        "subjects": "EB",
        "person_lookup": "none",
        "term_default": 12,
        "term_max": 12,
        "on_expiry": "lapse",
        "early_exit": "none",
        "early": None,
        "early_unit": "",
        "early_from": "",
        "notice_kind": "none",
        "notice_from": "candidate_notice",
        "publication": "evaluation",
    }
    return make_rule(**usual | fields)


def make_benefit(rule: ListRule) -> Measure:
    basis = make_basis("TEST_BENEFIT", title_zh="示例激励办法（虚构）", article="第九条")
    measure = make_measure(
        "TEST_EASE",
        kind="incentive",
        name_zh="优先办理示例事项",
        name_en="Example matters first",
        legal_basis=basis,
    )
    rule.measures.add(measure)
    return measure


def make_candidate(
    rule: ListRule | None = None, *, at: datetime = AT, **case: Any
) -> Candidacy:
    """A case that is shown as a candidate from `at` on."""
    listing = make_case(rule or make_honour_rule(), at=at, **case)
    # As whoever loads a rule does: without a ledger nothing shows.
    acts.log_rule(listing.rule)
    actions.announce(listing, by=listing.maker, at=at)
    signing.sign(at)
    return Candidacy.objects.get(listing=listing)


def object_at_counter(candidacy: Candidacy, *, at: datetime = AT) -> CandidateObjection:
    listing = candidacy.listing
    return actions.record_objection(listing, SAID, on=at.date(), by=listing.maker, at=at)


def propose_honour(listing: Listing, *, at: datetime = CLOSED) -> Proposal:
    decision = Decision(f"示例评〔2026〕{listing.pk}号", at.date())
    payload = decision.payload()
    return actions.propose(listing, Act.RELEASE, payload, by=listing.maker, at=at)


def make_honour(rule: ListRule | None = None, *, at: datetime = AT, **case: Any) -> Listing:
    """On a redlist that asks for no candidates, unless told."""
    rule = rule or make_honour_rule(**NO_CANDIDATES)
    return make_listing(rule, noticed_on=None, decided_on=at.date(), at=at, **case)


def list_as_serious(entity: Entity | None, *, at: datetime = AT, **more: Any) -> Listing:
    """The party of a redlist entry enters a list of those in serious breach."""
    return make_listing(more.pop("rule", None), at=at, party=entity, **more)


def released(proposal: Proposal, *, at: datetime = CLOSED) -> Listing:
    _, checker = make_staff(proposal.listing.authority)
    listing = actions.accept(proposal, by=checker, at=at)
    signing.sign(at)
    return listing
