"""What triggers keep, tried in the database itself on both engines."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from registry.models import Role, User
from repair.models import (
    Application,
    Commitment,
    CommitmentFinding,
    Evidence,
    Filing,
    Objection,
    Revocation,
    Step,
)
from tests.factories import (
    AT,
    make_authority,
    make_case,
    make_listing,
    make_person,
    make_user,
)
from tests.repair.attempts import (
    RULING,
    accepted,
    granted,
    make_application,
    make_commitment,
    make_evidence,
    make_filing,
    make_finding,
    make_listing_of_staff,
    make_objection,
    make_revocation,
    make_shielded,
    make_step,
    marked,
    rejected,
    review,
    staff,
    upheld,
)
from tests.repair.making import make_cure_rule

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
    second = make_listing(first.rule, party=first.entity, authority=first.authority)
    make_application(second, filing=filing)


def of_several_parties() -> None:
    filing, first = make_filing(), make_listing()
    make_application(first, filing=filing)
    second = make_listing(
        first.rule, authority=first.authority, decision_no=first.decision_no
    )
    make_application(second, filing=filing)


def from_paper_by_nobody() -> None:
    make_step(application=make_application(filing=make_filing(channel="post")))


def from_the_web_by_a_clerk() -> None:
    make_step(application=make_application(), by=stranger())


def objected_on_paper_by_nobody() -> None:
    objects(make_objection(filing=make_filing(channel="post")))


def objects(objection: Objection, **fields: Any) -> Step:
    return make_step(application=None, objection=objection, act="object", **fields)


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


def assigned_to_a_stranger() -> None:
    make_application(**accepted())
    Application.objects.update(assignee=stranger())


def extended_again() -> None:
    make_application(**accepted(extended_at=AT, extended_wd=5))
    Application.objects.update(extended_wd=10)


def shielded_without_a_hold() -> None:
    make_application(**accepted())
    usual = {"shielded_at": AT, "shielded_by": staff("decider")}
    Application.objects.update(
        status="shielded", review_on=RULING["ruled_on"], **usual, **RULING
    )


def refused_and_still_held() -> None:
    make_shielded()
    Application.objects.update(
        status="refused", opinion="refuse", decider=staff("decider"), closed_at=AT
    )


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
    "application_assignee_of_same_authority_i": lambda: make_application(
        **accepted(assignee=stranger())
    ),
    "application_assignee_of_same_authority_u": assigned_to_a_stranger,
    "application_is_extended_once": extended_again,
    "application_clerk_of_same_authority_i": lambda: make_application(
        **accepted(clerk=stranger())
    ),
    "application_clerk_of_same_authority_u": clerk_becomes_a_stranger,
    "application_decider_of_same_authority_i": lambda: make_application(
        **granted(decider=stranger())
    ),
    "application_decider_of_same_authority_u": decider_is_a_stranger,
    "application_filed_for_one_decision": of_several_decisions,
    "application_filed_for_one_party": of_several_parties,
    "application_is_filed_unshielded": lambda: make_application(
        **accepted(
            shielded_at=AT,
            shielded_by=staff("decider"),
            review_on=RULING["ruled_on"],
            **RULING,
        )
    ),
    "application_is_shielded_by_another": lambda: make_shielded(shielded_by=staff("clerk")),
    "application_is_shielded_with_its_listing": shielded_without_a_hold,
    "application_over_holds_nothing": refused_and_still_held,
    "application_shielded_by_same_authority": lambda: make_shielded(shielded_by=stranger()),
    "application_stays_shielded_by_its_ruling": changed(make_shielded, ruled_on=AT.date()),
    "application_is_about_a_released_listing": lambda: make_application(make_case()),
    "application_is_never_deleted": emptied(make_application, "repair_application"),
    "application_stays_about_its_listing": another_listing,
    "application_stays_closed": opened_again,
    "application_stays_erased": erased_application_comes_back,
    "commitment_is_never_changed": changed(make_commitment, text="另一份"),
    "commitment_is_never_deleted": emptied(make_commitment, "repair_commitment"),
    "commitment_finding_is_never_changed": changed(make_finding, state="full"),
    "commitment_finding_is_never_deleted": emptied(
        make_finding, "repair_commitmentfinding"
    ),
    "commitment_finding_is_of_a_grant": lambda: make_finding(
        application=make_application(**accepted())
    ),
    "commitment_finding_of_same_authority": lambda: make_finding(by=stranger()),
    "evidence_is_never_deleted": emptied(make_evidence, "repair_evidence"),
    "evidence_is_never_exchanged": changed(make_evidence, digest="1" * 64),
    "evidence_stays_erased": erased_paper_comes_back,
    "filing_channel_never_changes": changed(make_filing, channel="post"),
    "filing_is_never_deleted": emptied(make_filing, "repair_filing"),
    "filing_number_never_changes": changed(make_filing, number="2" * 16),
    "filing_stays_erased": erased_comes_back,
    "repair_step_files_the_way_it_came": from_paper_by_nobody,
    "repair_step_objects_the_way_it_came": objected_on_paper_by_nobody,
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


def objection_clerk_becomes_a_stranger() -> None:
    make_objection(**marked())
    Objection.objects.update(clerk=stranger())


def objection_decider_is_a_stranger() -> None:
    make_objection(**marked())
    Objection.objects.update(**upheld(decider=stranger()))


def objection_of_another_authority() -> None:
    listing = make_listing()
    make_objection(listing, authority=make_authority("测试省另一监督管理局"))


def review_of_another_case() -> None:
    review(filing=make_filing())


def person_says_something() -> None:
    rule = make_cure_rule("TEST_PERSON")
    listing = make_listing(rule, party=make_person(), conduct_on=AT.date())
    make_objection(listing, said="waiting", sealed_said=b"x")


def person_says_something_later() -> None:
    rule = make_cure_rule("TEST_PERSON")
    listing = make_listing(rule, party=make_person(), conduct_on=AT.date())
    make_objection(listing)
    Objection.objects.update(said="waiting", sealed_said=b"x")


def rejected_is_upheld() -> None:
    rejected()
    Objection.objects.update(status="ended", opinion="end", document="1号")


def erased_objection_comes_back() -> None:
    make_objection(status="withdrawn", closed_at=AT, erased_at=AT)
    Objection.objects.update(erased_at=None)


ATTEMPTS |= {
    "objection_clerk_of_same_authority_i": lambda: make_objection(
        **marked(clerk=stranger())
    ),
    "objection_clerk_of_same_authority_u": objection_clerk_becomes_a_stranger,
    "objection_decider_of_same_authority_i": lambda: make_objection(
        **upheld(decider=stranger())
    ),
    "objection_decider_of_same_authority_u": objection_decider_is_a_stranger,
    "objection_is_about_a_released_listing": lambda: make_objection(make_case()),
    "objection_is_never_deleted": emptied(make_objection, "repair_objection"),
    "objection_is_of_the_right_authority": objection_of_another_authority,
    "objection_of_a_person_says_nothing_i": person_says_something,
    "objection_of_a_person_says_nothing_u": person_says_something_later,
    "objection_reviews_its_own_case": review_of_another_case,
    "objection_stays_about_its_listing": changed(make_objection, kind="term"),
    "objection_stays_closed": rejected_is_upheld,
    "objection_stays_erased": erased_objection_comes_back,
}


@pytest.mark.parametrize("name", ATTEMPTS)
def test_it_holds_in_the_database(name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ATTEMPTS[name]()


def test_nobody_of_staff_files_by_the_web() -> None:
    with pytest.raises(IntegrityError, match="way_it_came"), transaction.atomic():
        from_the_web_by_a_clerk()


@pytest.mark.parametrize("make", [make_objection, review])
def test_nobody_of_staff_objects_by_the_web(make: Callable[[], Objection]) -> None:
    """Nor asks for a review."""
    with pytest.raises(IntegrityError, match="way_it_came"), transaction.atomic():
        objects(make(), by=staff("clerk"))


def test_a_review_is_asked_for_by_the_web_however_the_objection_came() -> None:
    old = rejected(filing=make_filing(channel="post"))

    assert objects(old, by=staff("clerk")).pk
    assert objects(review(filing=old.filing, reviews_objection=old)).pk


def test_a_decision_is_not_exchanged() -> None:
    with pytest.raises(IntegrityError, match="stays_closed"), transaction.atomic():
        decided_otherwise()


@pytest.mark.parametrize(
    "model",
    [Filing, Application, Objection, Step, Commitment, CommitmentFinding, Evidence],
)
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
    make_objection(**upheld())
    review()
    make_evidence()
    make_commitment()
    make_finding()
    Filing.objects.update(sealed=None, erased_at=AT)
    Evidence.objects.update(sealed_name=None, erased_at=AT)
