"""Ways to break what holds of redlists and their candidates, past every action."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from registry.models import Candidacy, CandidateObjection, Listing, ListType, User
from tests.factories import AT, make_authority, make_case, make_rule, make_staff
from tests.redlists import (
    LAST_DAY,
    NO_CANDIDATES,
    make_candidate,
    make_honour,
    make_honour_rule,
    object_at_counter,
)
from tests.registry import listing_attempts

Attempt = Callable[[], object]
DAY = timedelta(days=1)
# Right for the rule of `make_honour_rule`, released the day after the notice.
RELEASED: dict[str, Any] = {
    "noticed_on": None,
    "notice_closes_on": None,
    "decided_on": LAST_DAY + DAY,
    "term_from": LAST_DAY + DAY,
    "chain_from": LAST_DAY + DAY,
    "displayed_from": LAST_DAY + DAY,
    "displayed_until": date(2027, 3, 25),
}


def release(candidacy: Candidacy, **changes: Any) -> None:
    listing_attempts.release(candidacy.listing, **RELEASED | changes)


def stranger() -> User:
    return make_staff(make_authority("另一测试市市场监督管理局"))[0]


def change(candidacy: Candidacy, **changes: Any) -> None:
    Candidacy.objects.filter(pk=candidacy.pk).update(**changes)


def announce(listing: Listing, **changes: Any) -> Candidacy:
    right: dict[str, Any] = {
        "shown_from": AT.date(),
        "shown_until": LAST_DAY + DAY,
        "announced_by": listing.maker,
        "announced_at": AT,
    }
    return Candidacy.objects.create(listing=listing, **right | changes)


def objection(candidacy: Candidacy | None = None, **changes: Any) -> CandidateObjection:
    candidacy = candidacy or make_candidate()
    right: dict[str, Any] = {
        "clerk": candidacy.listing.maker,
        "sealed": b"x",
        "received_on": AT.date(),
        "filed_at": AT,
    }
    return CandidateObjection.objects.create(candidacy=candidacy, **right | changes)


def change_objection(
    found: CandidateObjection | None = None, **changes: Any
) -> CandidateObjection:
    found = found or objection()
    CandidateObjection.objects.filter(pk=found.pk).update(**changes)
    return found


def decided(**changes: Any) -> None:
    found = objection()
    rows = CandidateObjection.objects.filter(pk=found.pk)
    rows.update(outcome="overruled", decided_by=found.clerk, decided_at=AT)
    rows.update(**changes)


def erased_and_back() -> None:
    decided(sealed=None, erased_at=AT)
    CandidateObjection.objects.update(sealed=b"x", erased_at=None)


def number_twice() -> None:
    receipt: dict[str, Any] = {"clerk": None, "number": "2026" * 4, "secret_hash": "0" * 64}
    first = objection(**receipt)
    CandidateObjection.objects.create(
        candidacy=first.candidacy,
        sealed=b"x",
        received_on=AT.date(),
        filed_at=AT,
        **receipt,
    )


def person_on_redlist(*, released: bool) -> None:
    case = listing_attempts.person_case()
    redlist = make_honour_rule()
    if released:
        listing_attempts.copy_of(case, list_type=redlist.list_type, decision_no="")
    listing_attempts.change(case, list_type=redlist.list_type)


def list_with_persons_becomes_redlist() -> None:
    ListType.objects.filter(pk=make_rule().list_type_id).update(kind="redlist")


def objected() -> Candidacy:
    candidacy = make_candidate()
    object_at_counter(candidacy)
    return candidacy


def called_off() -> Candidacy:
    candidacy = make_candidate()
    change(candidacy, withdrawn_at=AT, withdrawn_by=candidacy.announced_by)
    return candidacy


def withdrawn_and_back() -> None:
    change(called_off(), withdrawn_at=None, withdrawn_by=None)


CONSTRAINTS: dict[str, Attempt] = {
    "candidacy_one_stands_for_a_case": lambda: announce(make_candidate().listing),
    "candidacy_runs_forward": lambda: announce(
        make_case(make_honour_rule()), shown_until=AT.date()
    ),
    "candidacy_withdrawn_says_who_and_when": lambda: change(
        make_candidate(), withdrawn_at=AT
    ),
    "candidate_objection_has_a_receipt_or_a_clerk": lambda: objection(clerk=None),
    "candidate_objection_is_sealed_or_erased": lambda: change_objection(sealed=None),
    "candidate_objection_number_once": number_twice,
    "candidate_objection_outcome_says_who_and_when": lambda: change_objection(
        outcome="upheld"
    ),
}
MORE_CONSTRAINTS: list[tuple[str, Attempt]] = [
    (
        "candidate_objection_has_a_receipt_or_a_clerk",
        lambda: objection(number="2026" * 4, secret_hash="0" * 64),
    ),
    # Who is still to be answered is not erased.
    (
        "candidate_objection_is_sealed_or_erased",
        lambda: change_objection(sealed=None, erased_at=AT),
    ),
]
GUARDS: dict[str, Attempt] = {
    "candidacy_announced_by_its_authority": lambda: announce(
        make_case(make_honour_rule()), announced_by=stranger()
    ),
    "candidacy_days_never_change": lambda: change(
        make_candidate(), shown_until=LAST_DAY + 2 * DAY
    ),
    "candidacy_is_never_deleted": lambda: make_candidate().delete(),
    "candidacy_is_of_a_redlist": lambda: announce(make_case()),
    "candidacy_stays_withdrawn": withdrawn_and_back,
    "candidacy_withdrawn_by_its_authority": lambda: change(
        make_candidate(), withdrawn_at=AT, withdrawn_by=stranger()
    ),
    "candidate_objection_decided_by_its_authority": lambda: change_objection(
        objection(), outcome="overruled", decided_at=AT, decided_by=stranger()
    ),
    "candidate_objection_in_time": lambda: objection(received_on=LAST_DAY + DAY),
    "candidate_objection_is_never_deleted": lambda: objection().delete(),
    "candidate_objection_origin_never_changes": lambda: change_objection(
        received_on=LAST_DAY
    ),
    "candidate_objection_stays_decided": lambda: decided(outcome="upheld"),
    "candidate_objection_stays_erased": erased_and_back,
    "candidate_objection_taken_by_its_authority": lambda: objection(
        make_candidate(), clerk=stranger()
    ),
    "list_rule_of_redlist_is_for_no_person": lambda: make_honour_rule(subjects="EN"),
    "list_type_becomes_redlist_without_persons": list_with_persons_becomes_redlist,
    "listing_candidate_was_heard_i": lambda: listing_attempts.copy_of(
        make_honour(), rule=make_honour_rule(in_force=date(2026, 3, 16))
    ),
    "listing_candidate_was_heard_u": lambda: release(make_candidate(), decided_on=LAST_DAY),
    "listing_honours_no_person_i": lambda: person_on_redlist(released=True),
    "listing_honours_no_person_u": lambda: person_on_redlist(released=False),
}
MORE_GUARDS: list[tuple[str, Attempt]] = [
    ("candidacy_is_of_a_redlist", lambda: announce(make_honour(), shown_from=AT.date())),
    ("candidate_objection_in_time", lambda: objection(received_on=AT.date() - DAY)),
    # Never announced, withdrawn, and somebody not answered yet.
    (
        "listing_candidate_was_heard_u",
        lambda: listing_attempts.release(make_case(make_honour_rule()), **RELEASED),
    ),
    ("listing_candidate_was_heard_u", lambda: release(called_off())),
    ("listing_candidate_was_heard_u", lambda: release(objected())),
]


def released_in_time() -> None:
    """Right in every way: the attempts fail for the reason they name."""
    release(make_candidate())
    make_honour(make_honour_rule("OTHER_HONOUR", **NO_CANDIDATES))
