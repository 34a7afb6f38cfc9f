"""One attempt to break each constraint of the procedure, past forms and actions."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from registry.models import Listing, Role, User
from repair.models import (
    Application,
    ApplicationDraft,
    Commitment,
    CommitmentFinding,
    CountedCalendar,
    DraftPaper,
    Evidence,
    Filing,
    Objection,
    Revocation,
    Step,
)
from tests.factories import AT, an_authority, make_authority, make_listing, make_user


def make_filing(**fields: Any) -> Filing:
    n = f"{Filing.objects.count():04d}"
    usual: dict[str, Any] = {
        "number": f"2026TEST0000{n}",
        "secret_hash": "0" * 64,
        "role": "rep",
        "sealed": b"x",
        "language": "zh-hans",
        "received_at": AT,
    }
    return Filing.objects.create(**usual | fields)


def make_evidence(**fields: Any) -> Evidence:
    usual: dict[str, Any] = {
        "kind": "pdf",
        "n_bytes": 1,
        "digest": "0" * 64,
        "sealed_name": b"x",
        "added_at": AT,
    }
    return Evidence.objects.create(**{"filing": make_filing()} | usual | fields)


def make_commitment(**fields: Any) -> Commitment:
    usual: dict[str, Any] = {"text": "承诺", "confirmed_at": AT}
    return Commitment.objects.create(**{"filing": make_filing()} | usual | fields)


def make_application(listing: Listing | None = None, **fields: Any) -> Application:
    usual: dict[str, Any] = {
        "filing": make_filing(),
        "listing": listing or make_listing(),
        "says_done": True,
        "received_at": AT,
        "accept_due_on": date(2026, 3, 19),
        "answer_due_on": date(2026, 3, 30),
    }
    return Application.objects.create(**usual | fields)


def staff(name: str) -> User:
    found = User.objects.filter(username=name).first()
    return found or make_user(name, an_authority(), Role.REPAIR_CLERK, Role.REPAIR_DECIDER)


def accepted(**fields: Any) -> dict[str, Any]:
    """What an accepted application says, of a listing's own authority."""
    make_listing_of_staff()
    usual = {
        "listing": Listing.objects.get(),
        "status": "accepted",
        "clerk": staff("clerk"),
        "accepted_at": AT,
        "decide_due_on": date(2026, 3, 25),
    }
    return usual | fields


def make_listing_of_staff() -> None:
    if not Listing.objects.exists():
        make_listing()


RULING = {"court_document": "1号裁定", "ruled_on": date(2026, 3, 2)}


def make_shielded(**fields: Any) -> Application:
    """Past the actions: the listing held, and then the application that says so."""
    application = make_application(**accepted())
    Listing.objects.update(held_since=AT, held_reason="裁定", held_ground="court")
    usual = {
        "status": "shielded",
        "shielded_at": AT,
        "shielded_by": staff("decider"),
        "review_on": date(2027, 3, 16),
    }
    Application.objects.update(**usual | RULING | fields)
    return application


def granted(**fields: Any) -> dict[str, Any]:
    usual = accepted() | {
        "status": "granted",
        "opinion": "grant",
        "found_done": True,
        "decider": staff("decider"),
        "document": "1号",
        "closed_at": AT,
    }
    return usual | fields


def make_step(**fields: Any) -> Step:
    usual: dict[str, Any] = {"act": "file", "at": AT, "after": "received"}
    if "application" not in fields:
        usual["application"] = make_application()
    return Step.objects.create(**usual | fields)


def closed_twice() -> None:
    application = make_application()
    make_step(application=application, act="withdraw", after="withdrawn")
    make_step(application=application, act="withdraw", after="withdrawn")


def two_open_at_once() -> None:
    listing = make_listing()
    make_application(listing)
    make_application(listing, status="returned")


def decided_by_the_clerk() -> None:
    make_listing_of_staff()
    make_application(**granted(decider=staff("clerk")))


def extended_twice() -> None:
    application = make_application()
    make_step(**extension(application=application))
    make_step(**extension(application=application))


def extension(**fields: Any) -> dict[str, Any]:
    """What the step of an extension says."""
    usual = {"act": "extend", "after": "accepted", "sealed": b"x", "moves": {}}
    return {"by": staff("decider"), **usual, **fields}


ATTEMPTS: dict[str, Callable[[], object]] = {
    "application_accepted_says_who_and_when": lambda: make_application(
        **accepted(decide_due_on=None)
    ),
    "application_closed_says_when": lambda: make_application(status="withdrawn"),
    "application_erased_is_closed_and_empty": lambda: make_application(erased_at=AT),
    "application_days_run_forward": lambda: make_application(
        answer_due_on=date(2026, 3, 18)
    ),
    "application_decision_says_who": lambda: make_application(**granted(decider=None)),
    "application_granted_only_when_done": lambda: make_application(
        **granted(found_done=None)
    ),
    "application_is_decided_by_another": decided_by_the_clerk,
    "application_one_open_per_listing": two_open_at_once,
    "application_opinion_goes_before_decision": lambda: make_application(
        **accepted(status="proposed")
    ),
    "application_status_is_known": lambda: make_application(status="x", closed_at=AT),
    "commitment_says_something": lambda: make_commitment(text=""),
    "evidence_has_a_digest": lambda: make_evidence(digest=""),
    "evidence_is_sealed_or_erased": lambda: make_evidence(sealed_name=None),
    "evidence_kind_is_known": lambda: make_evidence(kind="exe"),
    "evidence_size_is_in_range": lambda: make_evidence(n_bytes=0),
    "filing_is_sealed_or_erased": lambda: make_filing(sealed=None),
    "filing_number_has_16_characters": lambda: make_filing(number="2026"),
    "filing_role_is_known": lambda: make_filing(role="x"),
    "filing_secret_is_hashed": lambda: make_filing(secret_hash="secret"),
    "repair_step_act_is_known": lambda: make_step(act="x"),
    "repair_step_closes_once": closed_twice,
    "repair_step_of_staff_says_who": lambda: make_step(act="accept", after="accepted"),
}

MORE_ATTEMPTS: list[tuple[str, Callable[[], object]]] = [
    ("application_closed_says_when", lambda: make_application(closed_at=AT)),
    (
        "application_closed_says_when",
        lambda: make_application(**granted(closed_at=AT - timedelta(days=1))),
    ),
    ("application_decision_says_who", lambda: make_application(**granted(document=""))),
    ("application_decision_says_who", lambda: make_application(document="1号")),
    (
        "application_granted_only_when_done",
        lambda: make_application(**granted(opinion="refuse")),
    ),
    (
        "application_opinion_goes_before_decision",
        lambda: make_application(opinion="grant"),
    ),
    ("evidence_is_sealed_or_erased", lambda: make_evidence(erased_at=AT)),
    ("evidence_size_is_in_range", lambda: make_evidence(n_bytes=10 * 1024**2 + 1)),
    ("filing_is_sealed_or_erased", lambda: make_filing(erased_at=AT)),
]

ATTEMPTS |= {
    "application_ruling_says_which": lambda: make_application(
        **accepted(status="proposed", opinion="shield")
    ),
    "application_shielded_says_who_and_until_when": lambda: make_application(
        **accepted(status="shielded")
    ),
    "application_extension_says_when_and_how_long": lambda: make_application(
        **accepted(extended_at=AT, extended_wd=11)
    ),
    "counted_calendar_has_a_digest": lambda: CountedCalendar.objects.create(
        at=AT, digest="", days={}
    ),
    "repair_step_assigned_to_somebody": lambda: make_step(
        act="assign", by=staff("clerk"), after="received"
    ),
    "repair_step_extends_once": extended_twice,
    "repair_step_moved_says_which_days": lambda: make_step(**extension(moves=None)),
    "repair_step_of_words_says_them": lambda: make_step(**extension(sealed=None)),
}
MORE_ATTEMPTS += [
    (
        "application_extension_says_when_and_how_long",
        lambda: make_application(**accepted(extended_wd=5)),
    ),
    (
        "application_extension_says_when_and_how_long",
        lambda: make_application(extended_at=AT, extended_wd=5),
    ),
    (
        "repair_step_assigned_to_somebody",
        lambda: make_step(given_to=staff("clerk")),
    ),
    ("repair_step_moved_says_which_days", lambda: make_step(moves={})),
    (
        "repair_step_of_staff_says_who",
        lambda: make_step(act="recount", by=staff("clerk"), moves={}),
    ),
]


def make_finding(**fields: Any) -> CommitmentFinding:
    """Of a granted application with its commitment, by the clerk of its authority."""
    if "application" not in fields:
        fields["application"] = make_application(**granted())
        make_commitment(filing=fields["application"].filing)
    usual: dict[str, Any] = {
        "state": "full",
        "found_on": AT.date(),
        "by": staff("clerk"),
        "at": AT,
    }
    return CommitmentFinding.objects.create(**usual | fields)


ATTEMPTS |= {
    "commitment_finding_against_has_a_document": lambda: make_finding(state="none"),
    "commitment_finding_state_is_known": lambda: make_finding(state="x", document="1号"),
}

# --- Objections -----------------------------------------------------------------------


def make_objection(listing: Listing | None = None, **fields: Any) -> Objection:
    listing = listing or Listing.objects.first() or make_listing()
    usual: dict[str, Any] = {
        "filing": make_filing(),
        "listing": listing,
        "authority": listing.authority,
        "kind": "content",
        "received_at": AT,
        "mark_due_on": date(2026, 3, 17),
        "decide_due_on": date(2026, 3, 25),
    }
    return Objection.objects.create(**usual | fields)


def marked(**fields: Any) -> dict[str, Any]:
    """What an accepted objection says."""
    make_listing_of_staff()
    usual = {"status": "accepted", "clerk": staff("clerk"), "accepted_at": AT}
    return usual | fields


def upheld(**fields: Any) -> dict[str, Any]:
    usual = marked() | {
        "status": "ended",
        "opinion": "end",
        "decider": staff("decider"),
        "document": "1号",
        "closed_at": AT,
    }
    return usual | fields


def rejected(**fields: Any) -> Objection:
    usual = upheld(status="rejected", opinion="reject", document="")
    return make_objection(**usual | fields)


def review(**fields: Any) -> Objection:
    """Of a rejected objection, before the superior."""
    old = rejected()
    authority = old.listing.authority
    authority.superior = authority.superior or make_authority("测试省市场监督管理局")
    authority.save()
    usual: dict[str, Any] = {
        "filing": old.filing,
        "kind": "review",
        "authority": authority.superior,
        "reviews_objection": old,
    }
    return make_objection(old.listing, **usual | fields)


def of_one_filing() -> None:
    filing = make_filing()
    make_objection(filing=filing)
    make_objection(filing=filing)


def rejected_above(first: Objection) -> Objection:
    """As the superior has answered it: nothing is open any more."""
    clerk = make_user("above-clerk", first.authority, Role.REPAIR_CLERK)
    decider = make_user("above-decider", first.authority, Role.REPAIR_DECIDER)
    answered = {"status": "rejected", "opinion": "reject", "closed_at": AT}
    Objection.objects.filter(pk=first.pk).update(
        clerk=clerk, decider=decider, accepted_at=AT, **answered
    )
    return first


def reviewed_twice() -> None:
    first = rejected_above(review())
    fields = ("filing", "kind", "authority", "reviews_objection")
    make_objection(first.listing, **{name: getattr(first, name) for name in fields})


def application_reviewed_twice() -> None:
    make_listing_of_staff()
    old = make_application(**granted(status="refused", opinion="refuse", document=""))
    same = {"filing": old.filing, "reviews_application": old, "reviews_objection": None}
    rejected_above(review(**same))
    review(**same)


def objection_closed_twice() -> None:
    objection = make_objection()
    for _ in range(2):
        make_step(application=None, objection=objection, act="withdraw", after="withdrawn")


ATTEMPTS |= {
    "objection_accepted_says_who_and_when": lambda: make_objection(**marked(clerk=None)),
    "objection_closed_says_when": lambda: make_objection(status="withdrawn"),
    "objection_days_run_forward": lambda: make_objection(decide_due_on=date(2026, 3, 16)),
    "objection_decision_says_who": lambda: make_objection(**upheld(decider=None)),
    "objection_erased_is_closed_and_empty": lambda: make_objection(erased_at=AT),
    "objection_is_decided_by_another": lambda: make_objection(
        **upheld(decider=staff("clerk"))
    ),
    "objection_one_open_per_filing_listing_and_kind": of_one_filing,
    "objection_opinion_goes_before_decision": lambda: make_objection(
        **marked(status="proposed")
    ),
    "objection_review_says_of_what": lambda: make_objection(kind="x"),
    "objection_reviews_an_application_once": application_reviewed_twice,
    "objection_reviews_an_objection_once": reviewed_twice,
    "objection_statement_is_sealed_or_erased": lambda: make_objection(said="waiting"),
    "objection_status_is_known": lambda: make_objection(status="x", closed_at=AT),
    "objection_upheld_as_proposed": lambda: make_objection(**upheld(opinion="correct")),
    "repair_step_closes_an_objection_once": objection_closed_twice,
    "repair_step_is_of_one_matter": lambda: make_step(application=None, act="withdraw"),
}
MORE_ATTEMPTS += [
    ("objection_decision_says_who", lambda: make_objection(**upheld(document=""))),
    ("objection_review_says_of_what", lambda: review(said="waiting", sealed_said=b"x")),
    (
        "objection_statement_is_sealed_or_erased",
        lambda: make_objection(sealed_said=b"x"),
    ),
    (
        "repair_step_is_of_one_matter",
        lambda: make_step(application=make_application(), objection=make_objection()),
    ),
]


def make_application_draft(**fields: Any) -> ApplicationDraft:
    n = f"{ApplicationDraft.objects.count():064d}"
    usual = {"browser": "0" * 64, "key": n, "started_at": AT, "kept_at": AT}
    return ApplicationDraft.objects.create(**usual | {"sealed": b"x"} | fields)


def make_draft_paper(**fields: Any) -> DraftPaper:
    usual: dict[str, Any] = {
        "kind": "pdf",
        "n_bytes": 1,
        "digest": "0" * 64,
        "sealed_name": b"x",
        "added_at": AT,
    }
    usual |= {"draft": fields.get("draft") or make_application_draft()}
    return DraftPaper.objects.create(**usual | fields)


def draft_paper_twice() -> None:
    draft = make_application_draft()
    make_draft_paper(draft=draft)
    make_draft_paper(draft=draft)


ATTEMPTS |= {
    "draft_paper_is_there_once": draft_paper_twice,
    "application_draft_browser_is_hashed": lambda: make_application_draft(browser="x"),
    "application_draft_runs_forward": lambda: make_application_draft(
        kept_at=AT - timedelta(days=1)
    ),
    "draft_paper_may_become_evidence": lambda: make_draft_paper(kind="exe"),
    "evidence_document_is_known": lambda: make_evidence(document="x"),
    "filing_channel_is_known": lambda: make_filing(channel="x"),
}
MORE_ATTEMPTS += [
    ("draft_paper_may_become_evidence", lambda: make_draft_paper(n_bytes=0)),
    ("application_draft_browser_is_hashed", lambda: make_application_draft(key="x")),
    ("repair_step_of_staff_says_who", lambda: make_step(act="withdraw", by=staff("c"))),
]

# --- A repair that is taken back ------------------------------------------------------


def make_revocation(**fields: Any) -> Revocation:
    """Proposed for a granted repair of the listing of staff."""
    make_listing_of_staff()
    if "application" not in fields:
        fields["application"] = make_application(**granted())
    usual: dict[str, Any] = {
        "ground": "papers",
        "sealed": b"x",
        "proposer": staff("clerk"),
        "proposed_at": AT,
    }
    return Revocation.objects.create(**usual | fields)


def decided_by_its_proposer() -> None:
    make_listing_of_staff()
    clerk = staff("clerk")
    make_revocation(outcome="upheld", decider=clerk, decided_at=AT)


ATTEMPTS |= {
    "revocation_ground_is_known": lambda: make_revocation(ground="mood"),
    "revocation_is_decided_by_another": decided_by_its_proposer,
    "revocation_one_at_a_time": lambda: make_revocation(
        application=make_revocation().application
    ),
    "revocation_outcome_says_who_and_what": lambda: make_revocation(outcome="upheld"),
}
