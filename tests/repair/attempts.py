"""One attempt to break each constraint of the procedure, past forms and actions."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from registry.models import Listing, Role, User
from repair.models import Application, Commitment, Evidence, Filing, Revocation, Step
from tests.factories import AT, an_authority, make_listing, make_user


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
