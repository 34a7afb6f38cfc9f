"""Ways to break what holds of listings and of what belongs to them, past every action."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from registry import actions, vault
from registry.models import (
    Act,
    Checkpoint,
    DirectoryItem,
    Head,
    LedgerEntry,
    LedgerNode,
    Listing,
    ListRule,
    ListType,
    LostListing,
    Opening,
    Outbox,
    Person,
    Proposal,
    RuleProposal,
    SearchCheck,
    Step,
)
from registry.models.listing import new_case
from tests.factories import (
    AT,
    make_authority,
    make_case,
    make_directory_item,
    make_entity,
    make_entry,
    make_list_type,
    make_listing,
    make_measure,
    make_person,
    make_rule,
    make_staff,
)
from tests.registry import rule_desk

Attempt = Callable[[], object]
OPEN = {
    "term_kind": "open",
    "term_default": None,
    "term_max": None,
    "term_unit": "",
    "review_months": 12,
}


def later_without_review() -> None:
    listing = open_listing()
    change(listing, review_by=date(2027, 3, 15))
    # Within the months of the rule, but nobody has reviewed it again.
    change(listing, review_by=date(2027, 3, 16))


def copy_of(listing: Listing, **changes: Any) -> Listing:
    """Insert a right row again, as another decision, with something wrong in it."""
    fields = {
        field.attname: getattr(listing, field.attname)
        for field in Listing._meta.concrete_fields
        if field.name != "id"
    }
    case = new_case()
    fields |= {"case": case, "decision_no": "示例〔2026〕999号"}
    if listing.leaf_id is not None:
        fields["leaf_id"] = make_entry(case)
    copy = Listing(**fields)
    for name, value in changes.items():
        setattr(copy, name, value)
    copy.save(force_insert=True)
    return copy


def release(case: Listing, **changes: Any) -> None:
    """Release a case by one UPDATE, right but for `changes`."""
    _, checker = make_staff(case.authority)
    right: dict[str, Any] = {
        "noticed_on": date(2026, 3, 2),
        "notice_closes_on": date(2026, 3, 9),
        "decision_no": "示例〔2026〕999号",
        "decided_on": date(2026, 3, 16),
        "checker": checker,
        "released_at": AT,
        "term_from": date(2026, 3, 16),
        "chain_from": date(2026, 3, 16),
        "displayed_from": date(2026, 3, 16),
        "displayed_until": date(2029, 3, 17),
        "leaf": make_entry(case.case),
    }
    Listing.objects.filter(pk=case.pk).update(**right | changes)


def change(listing: Listing, **changes: Any) -> None:
    Listing.objects.filter(pk=listing.pk).update(**changes)


def change_rule_proposal(proposal: RuleProposal | None = None, /, **changes: Any) -> None:
    found = proposal or rule_desk.propose()
    RuleProposal.objects.filter(pk=found.pk).update(**changes)


def person_case() -> Listing:
    return make_case(party=make_person(), conduct_on=date(2026, 1, 5))


def open_listing() -> Listing:
    return make_listing(make_rule(**OPEN))


def other_rule() -> ListRule:
    """The rule of another list, for the same kinds of party."""
    return make_rule(list_type=ListType.objects.create(**OTHER_LIST))


OTHER_LIST = {
    "code": "OTHER_LIST",
    "name_zh": "另一名单",
    "name_en": "Another list",
    "kind": "blacklist",
    "section": "serious",
    "authority_zh": "有关部门",
    "authority_en": "Authorities",
}


def stranger() -> Any:
    """A checker of another authority."""
    return make_staff(make_authority("测试县市场监督管理局"))[1]


def with_measure() -> tuple[ListRule, ListRule]:
    """Two versions of a rule; only the first has the measure."""
    first = make_rule()
    first.measures.add(make_measure())
    second = make_rule(list_type=first.list_type, in_force=date(2026, 3, 16))
    return first, second


def later_version_without_measure() -> None:
    first, second = with_measure()
    # Opened before the second version came into force.
    case = make_case(first, measures=("TEST_MEASURE",), at=AT - timedelta(days=10))
    release(case, rule=second)


def foreign_measure() -> None:
    case = make_case()
    case.measures.add(make_measure())


def of_another_party() -> None:
    listing = make_listing()
    copy_of(listing, follows=make_listing(listing.rule))


def of_another_authority() -> None:
    listing = make_listing()
    authority = make_authority("测试县市场监督管理局")
    maker, checker = make_staff(authority)
    copy_of(listing, follows=listing, authority=authority, maker=maker, checker=checker)


def followed_twice() -> None:
    listing = make_listing()
    case = make_case(listing.rule, party=listing.entity, follows=listing)
    copy_of(case, decision_no="")


def other_chain() -> None:
    listing = make_listing()
    case = make_case(listing.rule, party=listing.entity)
    # The old one has not ended, so two would run at once.
    release(case, follows=listing)


def open_proposal() -> Proposal:
    listing = make_listing()
    maker, _ = make_staff(listing.authority)
    return actions.propose(listing, Act.AMEND, {"facts": "新"}, by=maker, at=AT)


def raw_proposal(**changes: Any) -> Proposal:
    listing = make_listing()
    maker, _ = make_staff(listing.authority)
    usual: dict[str, Any] = {
        "listing": listing,
        "act": Act.AMEND,
        "base_version": 1,
        "maker": maker,
        "proposed_at": AT,
        "expires_at": AT + timedelta(days=10),
    }
    return Proposal.objects.create(**usual | changes)


def checked_by_its_maker() -> None:
    proposal = open_proposal()
    decided = {"outcome": "accepted", "decided_at": AT, "checker": proposal.maker}
    Proposal.objects.filter(pk=proposal.pk).update(**decided)


def two_open_proposals() -> None:
    proposal = open_proposal()
    proposal.pk = None
    proposal.save(force_insert=True)


def change_proposal(**changes: Any) -> None:
    Proposal.objects.filter(pk=open_proposal().pk).update(**changes)


def decided_twice() -> None:
    proposal = open_proposal()
    _, checker = make_staff(proposal.listing.authority)
    actions.refuse(proposal, "不足", by=checker, at=AT)
    Proposal.objects.filter(pk=proposal.pk).update(outcome="accepted")


def raw_person(**changes: Any) -> Person:
    case = new_case()
    vault.make_key(case, at=AT)
    usual: dict[str, Any] = {
        "document": "resident",
        "name": vault.seal(case, "name", b"x"),
        "number": vault.seal(case, "number", b"x"),
        "number_hash": "0" * 64,
        "of_age": True,
    }
    return Person.objects.create(**usual | changes)


def erased_and_back() -> None:
    gone = {"name": None, "number": None, "number_hash": "", "erased_at": AT}
    person = raw_person(**gone)
    back = {"name": b"x", "number": b"x", "number_hash": "1", "erased_at": None}
    Person.objects.filter(pk=person.pk).update(**back)


def ended_twice() -> None:
    listing = make_listing()
    actions.emergency_end(listing, "错", by=listing.maker, at=AT)
    last = Step.objects.get(act=Act.END)
    last.pk = None
    last.save(force_insert=True)


def step() -> Step:
    make_case()
    return Step.objects.get()


def raw_step(case: Listing | None = None, **given: Any) -> Step:
    case = case or make_case()
    of_case = {"listing": case, "authority": case.authority, "after": "prepared"}
    return Step.objects.create(**{**of_case, "act": Act.NOTICE, "at": AT, **given})


def removed(row: Any) -> None:
    """Past Django's own guard of foreign keys."""
    rows = type(row)._base_manager.filter(pk=row.pk)
    rows._raw_delete(rows.db)


def ended() -> Listing:
    listing = make_listing()
    return actions.emergency_end(listing, "错", by=listing.maker, at=AT)


def dropped() -> Listing:
    case = make_case()
    return actions.drop_case(case, "申辩成立", by=case.maker, at=AT)


def rule_with_measure() -> ListRule:
    return with_measure()[0]


def measures_removed() -> None:
    rule_with_measure().measures.clear()


def emptied(listing: Listing) -> Listing:
    change(listing, ground="", facts="", details={})
    return listing


def erased() -> Listing:
    listing = emptied(ended())
    change(listing, erased_at=AT)
    return listing


def entry(leaf: int, **fields: Any) -> LedgerEntry:
    usual = {"kind": "drop", "content": b"{}", "hash": b"0" * 32}
    return LedgerEntry.objects.create(leaf=leaf, **usual | fields)


def node() -> LedgerNode:
    return LedgerNode.objects.create(level=8, place=0, hash=b"0" * 32)


def half_opened() -> None:
    make_listing()
    Opening.objects.update(sealed=b"x")


def party(name: str, **fields: Any) -> dict[str, Any]:
    entity = make_entity(name, **fields)
    return {"entity": entity, "party_key": f"e{entity.pk}"}


def lost() -> LostListing:
    return LostListing.objects.create(entry=entry(0))


def checkpoint() -> Checkpoint:
    make_listing()
    return Checkpoint.objects.get()


LATE = date(2029, 3, 18)

# Under the name of each constraint. More than one way where it says several things.
CONSTRAINTS: dict[str, Attempt] = {
    "checkpoint_covers_some": lambda: Checkpoint.objects.create(
        size=0, root=b"", note="", signed_at=AT
    ),
    "search_check_is_one_row": lambda: SearchCheck.objects.create(pk=2),
    "head_is_one_row": lambda: Head.objects.create(pk=2, latest_at=AT, latest_on=AT.date()),
    "ledger_entry_counts": lambda: entry(-1),
    "ledger_node_once": lambda: (node(), node()),
    "listing_active_once": lambda: copy_of(
        listing := make_listing(), decision_no=listing.decision_no
    ),
    "listing_case_has_16_bytes": lambda: copy_of(make_case(), case="12", decision_no=""),
    "listing_display_runs_forward": lambda: copy_of(
        make_listing(), displayed_until=date(2026, 3, 16)
    ),
    "listing_end_has_a_reason": lambda: copy_of(make_listing(), ended_at=AT),
    "listing_erased_is_empty": lambda: change(ended(), erased_at=AT),
    "listing_has_one_party": lambda: change(make_case(), entity=None),
    "listing_hold_has_a_reason": lambda: change(make_listing(), held_since=AT),
    "listing_is_checked_by_another": lambda: copy_of(
        listing := make_listing(), checker=listing.maker
    ),
    "listing_is_followed_once": followed_twice,
    "listing_notice_window_closed_before_decision": lambda: copy_of(
        make_listing(), notice_closes_on=date(2026, 3, 16)
    ),
    "listing_of_a_person_is_sealed": lambda: change(person_case(), facts="事实"),
    "listing_performance_is_known": lambda: change(make_case(), performance="x"),
    "listing_released_is_complete": lambda: change(
        make_case(), decided_on=date(2026, 3, 16)
    ),
    "listing_review_stands_for_an_end": lambda: copy_of(
        open_listing(), displayed_until=date(2026, 12, 31)
    ),
    "listing_shown_is_logged": lambda: release(make_case(), leaf=None),
    "listing_window_follows_notice": lambda: copy_of(
        make_listing(), notice_closes_on=date(2026, 3, 1)
    ),
    "opening_is_clear_or_sealed": half_opened,
    "outbox_has_a_kind": lambda: Outbox.objects.create(
        kind="", row="x", dedupe="x", made_at=AT, next_try_at=AT
    ),
    "person_document_is_known": lambda: raw_person(document="x"),
    "person_is_sealed_or_erased": lambda: raw_person(name=None),
    "person_was_of_age": lambda: raw_person(of_age=False),
    "proposal_act_needs_two": lambda: raw_proposal(act=Act.HOLD),
    "proposal_is_checked_by_another": checked_by_its_maker,
    "proposal_one_open_per_act": two_open_proposals,
    "proposal_outcome_says_who_and_when": lambda: raw_proposal(outcome="accepted"),
    "proposal_runs_forward": lambda: raw_proposal(expires_at=AT),
    "rule_proposal_is_checked_by_another": lambda: change_rule_proposal(
        outcome="refused", checker=rule_desk.operator(), decided_at=AT
    ),
    "rule_proposal_one_open_per_list": lambda: (rule_desk.raw(), rule_desk.raw()),
    "rule_proposal_outcome_says_who_and_when": lambda: rule_desk.raw(outcome="accepted"),
    "rule_proposal_runs_forward": lambda: rule_desk.raw(expires_at=AT),
    "step_act_is_known": lambda: raw_step(act="x"),
    "step_ends_a_listing_once": ended_twice,
}
MORE_CONSTRAINTS: list[tuple[str, Attempt]] = [
    ("listing_end_has_a_reason", lambda: change(make_listing(), end_reason="expired")),
    (
        "listing_end_has_a_reason",
        lambda: copy_of(make_listing(), ended_at=AT, end_reason="x"),
    ),
    (
        "listing_end_has_a_reason",
        lambda: copy_of(
            make_listing(), ended_at=AT - timedelta(seconds=1), end_reason="wrong"
        ),
    ),
    ("listing_erased_is_empty", lambda: change(emptied(make_listing()), erased_at=AT)),
    (
        "listing_has_one_party",
        # Right in all other ways: SQLite names whichever constraint it meets first.
        lambda: copy_of(
            make_case(),
            person=raw_person(),
            decision_no="",
            conduct_on=date(2026, 1, 5),
            ground="",
            facts="",
        ),
    ),
    (
        "listing_hold_has_a_reason",
        lambda: change(make_listing(), held_since=AT, held_reason="法院裁定"),
    ),
    (
        "listing_notice_window_closed_before_decision",
        lambda: copy_of(
            make_listing(make_rule(notice_kind="prior", notice_n=0, notice_unit="")),
            notice_closes_on=None,
            noticed_on=date(2026, 3, 17),
        ),
    ),
    ("listing_of_a_person_is_sealed", lambda: change(person_case(), conduct_on=None)),
    ("listing_of_a_person_is_sealed", lambda: change(make_case(), sealed=b"x")),
    (
        "listing_released_is_complete",
        lambda: change(
            make_case(), held_since=AT, held_reason="法院裁定", held_ground="court"
        ),
    ),
    (
        "listing_released_is_complete",
        lambda: change(case := make_case(), leaf=make_entry(case.case)),
    ),
    ("listing_released_is_complete", lambda: release(make_case(), decision_no="")),
    ("listing_released_is_complete", lambda: release(make_case(), chain_from=None)),
    ("person_is_sealed_or_erased", lambda: raw_person(erased_at=AT)),
    ("person_is_sealed_or_erased", lambda: raw_person(number_hash="")),
    ("proposal_outcome_says_who_and_when", lambda: raw_proposal(decided_at=AT)),
    (
        "rule_proposal_outcome_says_who_and_when",
        lambda: rule_desk.raw(outcome="withdrawn"),
    ),
]

# Under the name of each trigger.
GUARDS: dict[str, Attempt] = {
    "checkpoint_covers_more": lambda: Checkpoint.objects.create(
        size=checkpoint().size, root=b"", note="", signed_at=AT
    ),
    "checkpoint_is_never_changed": lambda: Checkpoint.objects.filter(
        pk=checkpoint().pk
    ).update(root=b""),
    "checkpoint_is_never_deleted": lambda: removed(checkpoint()),
    "directory_item_of_a_rule_stays_kept": lambda: DirectoryItem.objects.filter(
        rules=make_rule()
    ).update(verdict="never"),
    "ledger_entry_is_never_changed": lambda: LedgerEntry.objects.filter(
        leaf=entry(0).leaf
    ).update(content=b"x"),
    "ledger_entry_is_never_deleted": lambda: removed(entry(0)),
    "ledger_entry_leaves_no_gap": lambda: entry(1),
    "ledger_node_is_never_changed": lambda: LedgerNode.objects.filter(pk=node().pk).update(
        hash=b"x"
    ),
    "ledger_node_is_never_deleted": lambda: removed(node()),
    "list_rule_directory_item_is_kept": lambda: make_rule(
        directory_item=make_directory_item("illness", verdict="never", category="")
    ),
    "list_rule_is_never_changed": lambda: ListRule.objects.filter(pk=make_rule().pk).update(
        term_default=35
    ),
    "list_rule_is_never_deleted": lambda: removed(make_rule()),
    "list_rule_measures_never_change": lambda: ListRule.measures.through.objects.filter(
        listrule=rule_with_measure()
    ).update(measure=make_measure("OTHER_MEASURE")),
    "list_rule_measures_stay": measures_removed,
    "listing_case_never_changes": lambda: change(make_case(), case=new_case()),
    "listing_checker_of_same_authority_i": lambda: copy_of(
        make_listing(), checker=stranger()
    ),
    "listing_checker_of_same_authority_u": lambda: release(make_case(), checker=stranger()),
    "listing_decision_never_changes": lambda: change(make_listing(), decision_no="另一号"),
    "listing_end_never_later": lambda: change(
        make_listing(make_rule(term_default=24)), displayed_until=date(2028, 3, 18)
    ),
    "listing_follows_its_own_chain_i": of_another_party,
    "listing_follows_its_own_chain_u": other_chain,
    "listing_has_an_end_or_review_i": lambda: copy_of(make_listing(), displayed_until=None),
    "listing_has_an_end_or_review_u": lambda: release(make_case(), displayed_until=None),
    "listing_is_never_deleted": lambda: removed(make_case()),
    "listing_key_is_of_its_party_i": lambda: copy_of(
        make_case(), decision_no="", party_key="e0"
    ),
    "listing_key_is_of_its_party_u": lambda: change(make_listing(), party_key="e0"),
    "listing_leaf_is_of_its_case_i": lambda: copy_of(
        make_listing(), leaf_id=make_entry(new_case())
    ),
    "listing_leaf_is_of_its_case_u": lambda: release(
        make_case(), leaf=make_entry(new_case())
    ),
    "listing_leaf_never_changes": lambda: change(
        listing := make_listing(), leaf=make_entry(listing.case)
    ),
    "listing_maker_of_same_authority": lambda: copy_of(make_listing(), maker=stranger()),
    "listing_measure_of_rule": foreign_measure,
    "listing_measures_of_rule_at_release": later_version_without_measure,
    "listing_notice_where_rule_asks_i": lambda: copy_of(
        make_listing(), noticed_on=None, notice_closes_on=None
    ),
    "listing_notice_where_rule_asks_u": lambda: release(
        make_case(), noticed_on=None, notice_closes_on=None
    ),
    "listing_party_fits_rule_i": lambda: copy_of(
        make_listing(), **party("蜀州测试县图书馆", kind="public_body")
    ),
    "listing_party_fits_rule_u": lambda: change(
        make_case(), **party("蜀州测试县图书馆", kind="public_body")
    ),
    "listing_review_within_months_i": lambda: copy_of(
        open_listing(), review_by=date(2027, 3, 17)
    ),
    "listing_review_within_months_u": lambda: release(
        make_case(make_rule(**OPEN)), displayed_until=None, review_by=date(2027, 3, 17)
    ),
    "listing_rule_in_force_at_decision_i": lambda: copy_of(
        make_listing(), rule=other_rule()
    ),
    "listing_rule_in_force_at_decision_u": lambda: release(
        make_case(make_rule(notice_kind="prior", notice_n=0, notice_unit="")),
        decided_on=date(2025, 12, 31),
        noticed_on=None,
        notice_closes_on=None,
    ),
    "listing_stays_dropped": lambda: change(dropped(), dropped_at=None),
    "listing_stays_erased": lambda: change(erased(), erased_at=None),
    "listing_stays_ended": lambda: change(ended(), ended_at=None, end_reason=""),
    "listing_term_within_maximum_i": lambda: copy_of(make_listing(), displayed_until=LATE),
    "listing_term_within_maximum_u": lambda: release(make_case(), displayed_until=LATE),
    "listing_version_only_rises": lambda: change(make_listing(), version=0),
    "lost_listing_is_never_deleted": lambda: removed(lost()),
    "person_is_never_deleted": lambda: removed(raw_person()),
    "person_stays_erased": erased_and_back,
    "rule_proposal_is_never_deleted": lambda: removed(rule_desk.propose()),
    "rule_proposal_rule_is_of_its_list": lambda: change_rule_proposal(
        outcome="accepted",
        checker=make_staff(make_authority())[0],
        decided_at=AT,
        rule=make_rule(list_type=make_list_type("OTHER_LIST")),
    ),
    "rule_proposal_stays_decided": lambda: change_rule_proposal(
        rule_desk.withdrawn(), outcome="lapsed"
    ),
    "rule_proposal_words_never_change": lambda: change_rule_proposal(cells={}),
    "proposal_is_never_deleted": lambda: removed(open_proposal()),
    "proposal_origin_never_changes": lambda: change_proposal(maker=stranger()),
    "proposal_stays_as_proposed": lambda: change_proposal(payload={"term": "P9Y"}),
    "proposal_stays_decided": decided_twice,
    "listing_authority_never_changes": lambda: change(
        make_case(), authority=make_authority("测试县市场监督管理局")
    ),
    "step_authority_is_of_its_case": lambda: raw_step(
        make_case(), authority=stranger().authority
    ),
    "step_is_never_changed": lambda: Step.objects.filter(pk=step().pk).update(reason="x"),
    "step_is_never_deleted": lambda: removed(step()),
}
BEYOND = {"size": 1, "root": b"", "note": "", "signed_at": AT}
MORE_GUARDS: list[tuple[str, Attempt]] = [
    ("step_is_never_changed", lambda: Step.objects.filter(pk=step().pk).update(id=987654)),
    (
        "step_is_never_changed",
        lambda: Step.objects.filter(pk=step().pk).update(authority=stranger().authority),
    ),
    ("listing_follows_its_own_chain_i", of_another_authority),
    *(
        (
            "listing_decision_never_changes",
            lambda name=name, value=value: change(make_listing(), **{name: value}),
        )
        for name, value in {
            "noticed_on": date(2026, 3, 1),
            "notice_closes_on": date(2026, 3, 8),
            "decided_on": date(2026, 3, 15),
            "released_at": AT - timedelta(days=1),
            "term_from": date(2026, 3, 15),
            "chain_from": date(2026, 3, 17),
            "displayed_from": date(2026, 3, 15),
            "conduct_on": date(2026, 1, 1),
            "repairable_from": None,
        }.items()
    ),
    ("listing_end_never_later", lambda: change(open_listing(), review_by=None)),
    ("listing_end_never_later", later_without_review),
    (
        "listing_end_never_later",
        lambda: change(open_listing(), displayed_until=date(2027, 3, 18), review_by=None),
    ),
    ("checkpoint_covers_more", lambda: Checkpoint.objects.create(**BEYOND)),
    # The number of the decision goes with the erasure, and with nothing else.
    ("listing_decision_never_changes", lambda: change(make_listing(), decision_no="")),
    ("listing_key_is_of_its_party_u", lambda: change(person_case(), party_key="p")),
    (
        "listing_leaf_is_of_its_case_u",
        lambda: release(case := make_case(), leaf=entry(0, subject=case.case).leaf),
    ),
    ("listing_stays_ended", lambda: change(ended(), end_reason="expired")),
    (
        "listing_term_within_maximum_i",
        lambda: copy_of(
            make_listing(make_rule(term_unit="d", term_default=180, term_max=180)),
            displayed_until=date(2026, 9, 14),
        ),
    ),
    (
        "listing_has_an_end_or_review_u",
        lambda: release(
            make_case(make_rule(term_kind="kept", term_default=0)),
            displayed_until=date(2026, 3, 17),
        ),
    ),
]
