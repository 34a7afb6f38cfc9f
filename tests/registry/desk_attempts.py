"""Ways to break what holds of drafts and of what old entries lead to, past every action."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from registry.models import (
    Competence,
    Escalation,
    FollowUp,
    KeptDraft,
    Listing,
    RuleProposal,
)
from tests.factories import (
    AT,
    an_authority,
    make_authority,
    make_basis,
    make_case,
    make_list_type,
    make_listing,
    make_measure,
    make_rule,
    make_staff,
)
from tests.registry import rule_desk

Attempt = Callable[[], object]


def make_draft(**fields: Any) -> KeptDraft:
    maker, _ = make_staff(an_authority())
    usual: dict[str, Any] = {
        "key": UUID(int=1),
        "maker": maker,
        "authority": an_authority(),
        "list_type": make_list_type(),
        "sealed": b"x",
        "started_at": AT,
        "kept_at": AT,
    }
    return KeptDraft.objects.create(**usual | fields)


def same_form_twice() -> None:
    make_draft()
    make_draft(kept_at=AT + timedelta(days=1))


def of_another_authority() -> None:
    maker, _ = make_staff(an_authority())
    make_draft(maker=maker, authority=make_authority("另一测试市市场监督管理局"))


def moved_to_another_authority() -> None:
    draft = make_draft()
    draft.authority = make_authority("另一测试市市场监督管理局")
    draft.save()


def make_escalation(**fields: Any) -> Escalation:
    """After three years on the list of tests, another one is looked at."""
    usual: dict[str, Any] = {
        "from_list": make_list_type(),
        "to_list": make_list_type("NEXT_LIST"),
        "in_force": date(2026, 1, 1),
        "after_n": 36,
        "after_unit": "m",
        "legal_basis": make_basis(),
        "confidence": "H",
    }
    return Escalation.objects.create(**usual | fields)


def same_pair_twice() -> None:
    make_escalation()
    make_escalation(after_n=24)


def make_follow_up(listing: Listing | None = None, **fields: Any) -> FollowUp:
    usual: dict[str, Any] = {
        "listing": listing or make_listing(),
        "to_list": make_list_type("NEXT_LIST"),
        "at": AT,
    }
    return FollowUp.objects.create(**usual | fields)


def decided_twice() -> None:
    listing = make_listing()
    make_follow_up(listing)
    make_follow_up(listing)


def cites_itself() -> None:
    listing = make_listing()
    make_follow_up(listing, to_list=listing.list_type, case=listing)


def opened_on_another_list() -> None:
    listing = make_listing()
    make_follow_up(listing, case=make_case(listing.rule))


def opened_elsewhere() -> None:
    listing = make_listing()
    rule = make_rule(list_type=make_list_type("NEXT_LIST"))
    other = make_authority("另一测试市市场监督管理局")
    make_follow_up(listing, case=make_case(rule, authority=other))


def changed_follow_up() -> None:
    make_follow_up()
    FollowUp.objects.update(at=AT + timedelta(days=1))


def deleted_follow_up() -> None:
    make_follow_up().delete()


def other_subject() -> None:
    rule_desk.raw()
    RuleProposal.objects.update(subject="measure")


def other_measure() -> None:
    """Decided, but on a measure that nobody proposed."""
    proposal = rule_desk.raw(subject="measure", list_code="NEW_MEASURE")
    RuleProposal.objects.filter(pk=proposal.pk).update(
        outcome="accepted",
        checker=rule_desk.operator("operator-2"),
        decided_at=AT,
        measure=make_measure(),
    )


def early_rule() -> None:
    make_rule().measures.add(make_measure(in_force=date(2026, 1, 2)))


def make_competence(**fields: Any) -> Competence:
    usual: dict[str, Any] = {
        "authority": an_authority(),
        "list_type": make_list_type(),
        "in_force": AT.date(),
    }
    return Competence.objects.create(**usual | fields)


def another_competence() -> None:
    """Decided on one, and then on another."""
    proposal = rule_desk.raw(subject="competence", list_code="1-ALL")
    found = RuleProposal.objects.filter(pk=proposal.pk)
    found.update(
        outcome="accepted",
        checker=rule_desk.operator("operator-2"),
        decided_at=AT,
        competence=make_competence(),
    )
    found.update(competence=make_competence(in_force=date(2027, 1, 1)))


def moved_competence() -> None:
    make_competence()
    Competence.objects.update(in_force=date(2027, 1, 1))


CONSTRAINTS: dict[str, Attempt] = {
    "competence_for_a_list_has_one_row": lambda: (make_competence(), make_competence()),
    "competence_for_all_has_one_row": lambda: (
        make_competence(list_type=None),
        make_competence(list_type=None),
    ),
    "competence_runs_forward": lambda: make_competence(until=AT.date()),
    "escalation_confidence_is_known": lambda: make_escalation(confidence="X"),
    "escalation_has_one_row": same_pair_twice,
    "escalation_leads_elsewhere": lambda: make_escalation(to_list=make_list_type()),
    "escalation_runs_forward": lambda: make_escalation(until=date(2026, 1, 1)),
    "escalation_takes_a_time": lambda: make_escalation(after_n=0),
    "follow_up_is_another_case": cites_itself,
    "follow_up_is_decided_once": decided_twice,
    "kept_draft_is_one_of_its_form": same_form_twice,
    "kept_draft_runs_forward": lambda: make_draft(started_at=AT + timedelta(seconds=1)),
}
MORE_CONSTRAINTS: list[tuple[str, Attempt]] = [
    ("escalation_takes_a_time", lambda: make_escalation(after_unit="x")),
]
GUARDS: dict[str, Attempt] = {
    "competence_is_never_deleted": lambda: make_competence().delete(),
    "competence_origin_never_changes": moved_competence,
    "follow_up_case_of_same_authority": opened_elsewhere,
    "follow_up_is_never_changed": changed_follow_up,
    "follow_up_is_never_deleted": deleted_follow_up,
    "kept_draft_maker_of_same_authority_i": of_another_authority,
    "kept_draft_maker_of_same_authority_u": moved_to_another_authority,
    "list_rule_measure_is_in_force": early_rule,
    "rule_proposal_competence_stays": another_competence,
    "rule_proposal_measure_is_its_own": other_measure,
    "rule_proposal_subject_never_changes": other_subject,
}
MORE_GUARDS: list[tuple[str, Attempt]] = [
    ("follow_up_case_of_same_authority", opened_on_another_list),
]
