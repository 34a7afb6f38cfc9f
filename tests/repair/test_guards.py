"""What triggers keep, tried in the database itself on both engines."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from registry.models import Role, User
from repair.models import (
    Application,
    Commitment,
    Evidence,
    Filing,
    Revocation,
    Step,
)
from tests.factories import AT, make_authority, make_case, make_listing, make_user
from tests.repair.attempts import (
    accepted,
    granted,
    make_application,
    make_commitment,
    make_evidence,
    make_filing,
    make_listing_of_staff,
    make_revocation,
    make_step,
    staff,
)

pytestmark = pytest.mark.django_db


def stranger() -> User:
    make_listing_of_staff()
    other = make_authority("测试省另一监督管理局")
    return make_user("stranger", other, Role.REPAIR_CLERK, Role.REPAIR_DECIDER)


def clerk_becomes_a_stranger() -> None:
    make_application(**accepted())
    Application.objects.update(clerk=stranger())


def decider_is_a_stranger() -> None:
    make_application(**accepted())
    rest = granted(decider=stranger())
    rest.pop("listing")
    Application.objects.update(**rest)


def of_several_decisions() -> None:
    filing, first = make_filing(), make_listing()
    make_application(first, filing=filing)
    make_application(make_listing(first.rule), filing=filing)


def another_listing() -> None:
    first = make_application()
    other = make_listing(first.listing.rule)
    Application.objects.update(listing=other)


def opened_again() -> None:
    make_application(status="withdrawn", closed_at=AT)
    Application.objects.update(status="received", closed_at=None)


def decided_otherwise() -> None:
    make_application(**granted())
    Application.objects.update(status="refused")


def erased_comes_back() -> None:
    make_filing(sealed=None, erased_at=AT)
    Filing.objects.update(sealed=b"x", erased_at=None)


def erased_application_comes_back() -> None:
    make_application(status="withdrawn", closed_at=AT, erased_at=AT)
    Application.objects.update(erased_at=None)


def erased_paper_comes_back() -> None:
    make_evidence(sealed_name=None, erased_at=AT)
    Evidence.objects.update(sealed_name=b"x", erased_at=None)


def emptied(make: Callable[[], object], table: str) -> Callable[[], None]:
    def empty() -> None:
        make()
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")

    return empty


def changed(make: Callable[[], object], **fields: object) -> Callable[[], None]:
    def change() -> None:
        row = make()
        type(row).objects.update(**fields)  # type: ignore[attr-defined]

    return change


def revoked_by_a_stranger() -> None:
    make_revocation()
    Revocation.objects.update(outcome="upheld", decider=stranger(), decided_at=AT)


def restored_another() -> None:
    listing = make_revocation().application.listing
    other, record = make_case(listing.rule), make_case(listing.rule)
    Revocation.objects.update(
        outcome="revoked",
        decider=staff("decider"),
        decided_at=AT,
        restoration=other,
        record=record,
    )


def decided_anew() -> None:
    make_revocation()
    decided = {"decider": staff("decider"), "decided_at": AT}
    Revocation.objects.update(outcome="upheld", **decided)
    Revocation.objects.update(outcome="", decider=None, decided_at=None)


ATTEMPTS: dict[str, Callable[[], object]] = {
    "application_clerk_of_same_authority_i": lambda: make_application(
        **accepted(clerk=stranger())
    ),
    "application_clerk_of_same_authority_u": clerk_becomes_a_stranger,
    "application_decider_of_same_authority_i": lambda: make_application(
        **granted(decider=stranger())
    ),
    "application_decider_of_same_authority_u": decider_is_a_stranger,
    "application_filed_for_one_decision": of_several_decisions,
    "application_is_about_a_released_listing": lambda: make_application(make_case()),
    "application_is_never_deleted": emptied(make_application, "repair_application"),
    "application_stays_about_its_listing": another_listing,
    "application_stays_closed": opened_again,
    "application_stays_erased": erased_application_comes_back,
    "commitment_is_never_changed": changed(make_commitment, text="另一份"),
    "commitment_is_never_deleted": emptied(make_commitment, "repair_commitment"),
    "evidence_is_never_deleted": emptied(make_evidence, "repair_evidence"),
    "evidence_is_never_exchanged": changed(make_evidence, digest="1" * 64),
    "evidence_stays_erased": erased_paper_comes_back,
    "filing_is_never_deleted": emptied(make_filing, "repair_filing"),
    "filing_number_never_changes": changed(make_filing, number="2" * 16),
    "filing_stays_erased": erased_comes_back,
    "repair_step_is_never_changed": changed(make_step, act="withdraw"),
    "repair_step_is_never_deleted": emptied(make_step, "repair_step"),
    "revocation_is_of_a_granted_repair": lambda: make_revocation(
        application=make_application()
    ),
    "revocation_proposer_of_same_authority": lambda: make_revocation(proposer=stranger()),
    "revocation_decider_of_same_authority": revoked_by_a_stranger,
    "revocation_restores_its_own_listing": restored_another,
    "revocation_is_never_exchanged": changed(make_revocation, ground="promise"),
    "revocation_stays_decided": decided_anew,
    "revocation_is_never_deleted": emptied(make_revocation, "repair_revocation"),
}


@pytest.mark.parametrize("name", ATTEMPTS)
def test_it_holds_in_the_database(name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ATTEMPTS[name]()


def test_a_decision_is_not_exchanged() -> None:
    with pytest.raises(IntegrityError, match="stays_closed"), transaction.atomic():
        decided_otherwise()


@pytest.mark.parametrize("model", [Filing, Application, Step, Commitment, Evidence])
def test_no_table_is_emptied_at_one_stroke(model: type[Filing]) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has TRUNCATE")
    with (
        pytest.raises(IntegrityError, match="append_only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE {model._meta.db_table} CASCADE")


def test_what_is_right_passes() -> None:
    """The attempts fail for the reason they name, not for being incomplete."""
    make_application(**granted())
    make_evidence()
    make_commitment()
    Filing.objects.update(sealed=None, erased_at=AT)
    Evidence.objects.update(sealed_name=None, erased_at=AT)
