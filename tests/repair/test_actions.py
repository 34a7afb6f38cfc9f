"""An application from its filing to its end, one action at a time."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.conf import settings

from registry.errors import BarredError, OutOfTurnError
from registry.models import CaseKey, Listing, Outbox, Role, User
from repair import access, actions, papers, statements
from repair.models import Application, Evidence, Filing, Step
from repair.papers import Paper
from tests.factories import AT, make_listing, make_person, make_user
from tests.repair.making import PDF, STATEMENT, draft, file, filed, make_cure_rule

pytestmark = pytest.mark.django_db
Act, Status = Step.Act, Application.Status
LATER = AT + timedelta(hours=1)


def kinds() -> list[str]:
    rows = Outbox.objects.filter(kind__startswith="repair.").order_by("pk")
    return list(rows.values_list("kind", flat=True))


@pytest.fixture
def proposed(application: Application, clerk: User) -> Application:
    accepted = actions.accept_application(application, by=clerk, at=AT)
    return actions.propose_grant(accepted, "已核实。", by=clerk, at=AT)


# --- The whole way --------------------------------------------------------------------


def test_a_granted_repair_ends_the_listing(
    application: Application, clerk: User, decider: User, listing: Listing, now: datetime
) -> None:
    accepted = actions.accept_application(application, by=clerk, at=AT)
    proposed = actions.propose_grant(accepted, "已核实。", by=clerk, at=AT)
    granted = actions.grant_repair(proposed, "示例修〔2026〕1号", by=decider, at=AT)

    listing.refresh_from_db()
    assert granted.status == Status.GRANTED
    assert listing.end_reason == Listing.EndReason.CURED
    assert listing.end_document == "示例修〔2026〕1号"
    assert not Listing.objects.on_display(now).exists()
    assert [step.act for step in granted.steps.all()] == [
        Act.FILE,
        Act.ACCEPT,
        Act.PROPOSE,
        Act.GRANT,
    ]
    assert kinds() == ["repair.received", "repair.accepted", "repair.granted"]


@pytest.mark.parametrize(
    ("section", "reason"),
    [("abnormal", "cured"), ("judicial", "performed"), ("serious", "repaired")],
)
def test_the_end_has_the_reason_of_its_list(
    section: str, reason: str, clerk: User, decider: User
) -> None:
    rule = make_cure_rule()
    rule.list_type.section = section
    rule.list_type.save()
    application = file(make_listing(rule))
    application = actions.accept_application(application, by=clerk, at=AT)
    application = actions.propose_grant(application, "已核实。", by=clerk, at=AT)

    actions.grant_repair(application, "示例修〔2026〕1号", by=decider, at=AT)

    assert Listing.objects.get().end_reason == reason


# --- Filing ---------------------------------------------------------------------------


def test_filing_seals_what_the_applicant_says(listing: Listing) -> None:
    filing, secret = filed(listing)

    assert statements.read(filing) == STATEMENT
    assert "乙某".encode() not in bytes(filing.sealed or b"")
    assert filing.commitment.text
    assert secret not in filing.secret_hash
    assert access.filing_by(filing.number, secret) == filing
    assert access.filing_by(filing.number.lower(), f" {secret[:8]}-{secret[8:]} ") == filing
    assert access.filing_by(filing.number, "0" * 16) is None
    assert access.filing_by("0" * 16, secret) is None


def test_filing_seals_the_papers(listing: Listing) -> None:
    filing, _ = filed(listing)

    evidence = filing.evidence.get()
    stored = papers.place(evidence)
    assert stored.parent == settings.DATA_DIR / "evidence"
    assert stored.stat().st_mode & 0o777 == 0o600
    assert b"%PDF" not in stored.read_bytes()
    assert papers.read(evidence) == PDF.content
    assert statements.name_of(evidence) == "证明.pdf"
    assert evidence.kind == Evidence.Kind.PDF


def test_the_days_are_counted_from_the_receipt(application: Application) -> None:
    # Received on a Monday.
    assert application.accept_due_on == date(2026, 3, 19)
    assert application.answer_due_on == date(2026, 3, 30)
    assert application.decide_due_on is None


def test_filing_says_every_bar_at_once_and_leaves_nothing(listing: Listing) -> None:
    bad = draft(
        listing,
        done=False,
        committed=False,
        statement=replace(STATEMENT, name=" ", text=""),
        papers=(Paper("a.pdf", b"<html>"), Paper("b.pdf", b"%PDF-" + b"0" * 10_485_760)),
    )

    with pytest.raises(BarredError) as refusal:
        actions.file_application(bad, at=AT)

    assert refusal.value.codes == (
        "duty_open",
        "no_commitment",
        "no_name",
        "no_statement",
        "paper_too_large",
        "paper_of_other_kind",
    )
    assert not Filing.objects.exists()
    assert not CaseKey.objects.exists()


def test_one_open_application_for_a_listing(listing: Listing) -> None:
    application = file(listing)

    with pytest.raises(BarredError) as refusal:
        file(listing)
    assert refusal.value.codes == ("open_already",)

    actions.withdraw_application(application, at=AT)
    assert file(listing).status == Status.RECEIVED


def test_several_listings_of_one_decision_go_into_one_filing(
    listing: Listing,
) -> None:
    other = make_listing(listing.rule, authority=listing.authority)
    with pytest.raises(BarredError) as refusal:
        actions.file_application(draft(listing, other), at=AT)
    assert refusal.value.codes == ("several_decisions",)


def test_a_form_sent_twice_is_one_filing_with_a_new_secret(listing: Listing) -> None:
    first = actions.file_application(draft(listing), at=AT, key="k")
    second = actions.file_application(draft(listing), at=LATER, key="k")

    assert first.filing == second.filing
    assert access.filing_by(first.filing.number, second.secret) == first.filing
    assert access.filing_by(first.filing.number, first.secret) is None
    assert Evidence.objects.count() == 1
    with pytest.raises(OutOfTurnError):
        actions.file_application(draft(listing), at=LATER + timedelta(seconds=1), key="k")


def test_a_person_can_file(rule: object) -> None:
    listing = make_listing(
        make_cure_rule("TEST_PERSON"), party=make_person(), conduct_on=date(2026, 1, 5)
    )

    assert file(listing, role="person").status == Status.RECEIVED


def test_no_listing_can_be_repaired_before_it_is_on_display(listing: Listing) -> None:
    early = AT - timedelta(days=1)

    with pytest.raises(BarredError) as refusal:
        file(listing, at=early)

    assert set(refusal.value.codes) == {"not_on_display", "too_early"}


# --- Completion and withdrawal --------------------------------------------------------


def test_a_returned_application_is_completed_and_counted_anew(
    application: Application, clerk: User
) -> None:
    returned = actions.return_for_completion(application, "缺少证明。", by=clerk, at=AT)
    assert returned.status == Status.RETURNED
    tuesday = AT + timedelta(days=1)

    completed = actions.complete_application(
        returned, "补交证明。", (PDF,), at=tuesday, key="c"
    )
    again = actions.complete_application(
        returned, "补交证明。", (PDF,), at=tuesday, key="c"
    )

    assert completed.status == again.status == Status.RECEIVED
    assert completed.accept_due_on == date(2026, 3, 20)
    assert completed.filing.evidence.count() == 2
    words = [statements.words_of(step) for step in completed.steps.all()]
    assert words == ["", "缺少证明。", "补交证明。"]


def test_an_empty_completion_is_refused(application: Application, clerk: User) -> None:
    returned = actions.return_for_completion(application, "缺少证明。", by=clerk, at=AT)

    with pytest.raises(BarredError) as refusal:
        actions.complete_application(returned, " ", at=AT)

    assert refusal.value.codes == ("empty",)


def test_what_is_closed_cannot_be_withdrawn(application: Application) -> None:
    withdrawn = actions.withdraw_application(application, at=AT)

    assert withdrawn.closed_at == AT
    with pytest.raises(OutOfTurnError):
        actions.withdraw_application(application, at=AT)
    with pytest.raises(OutOfTurnError):
        actions.complete_application(application, "x", at=AT)


# --- The desk -------------------------------------------------------------------------


def test_accepting_starts_the_days_of_the_decision(
    application: Application, clerk: User
) -> None:
    accepted = actions.accept_application(application, by=clerk, at=AT, key="a")
    again = actions.accept_application(application, by=clerk, at=AT, key="a")

    assert again == accepted
    assert accepted.clerk == clerk
    assert accepted.decide_due_on == date(2026, 3, 23)
    with pytest.raises(OutOfTurnError):
        actions.accept_application(application, by=clerk, at=AT)


def test_declining_closes_with_a_reason(application: Application, clerk: User) -> None:
    with pytest.raises(BarredError) as refusal:
        actions.decline_application(application, " ", by=clerk, at=AT)
    assert refusal.value.codes == ("no_reason",)

    declined = actions.decline_application(application, "不属于本机关。", by=clerk, at=AT)
    assert declined.status == Status.DECLINED
    assert declined.closed_at == AT
    assert kinds() == ["repair.received", "repair.declined"]


def test_a_refusal_leaves_the_listing_on_display(
    application: Application, clerk: User, decider: User, now: datetime
) -> None:
    accepted = actions.accept_application(application, by=clerk, at=AT)
    proposed = actions.propose_refusal(accepted, "尚未补报。", by=clerk, at=AT)

    with pytest.raises(BarredError) as refusal:
        actions.grant_repair(proposed, "示例修〔2026〕1号", by=decider, at=AT)
    refused = actions.refuse_repair(proposed, "尚未补报。", by=decider, at=AT)

    assert refusal.value.codes == ("duty_open", "other_opinion")
    assert refused.status == Status.REFUSED
    assert Listing.objects.on_display(now).exists()
    assert kinds()[-1] == "repair.refused"


def test_what_is_sent_back_is_proposed_again(
    proposed: Application, clerk: User, decider: User
) -> None:
    back = actions.send_back(proposed, "请核对收据。", by=decider, at=AT)

    assert (back.status, back.opinion, back.found_done) == (Status.ACCEPTED, "", None)
    again = actions.propose_grant(back, "已核对。", by=clerk, at=AT)
    assert actions.grant_repair(again, "1号", by=decider, at=AT).status == Status.GRANTED


# --- Who may not ----------------------------------------------------------------------


def test_strangers_may_do_nothing(
    application: Application, clerk: User, stranger: User
) -> None:
    def codes_of(act: object, *words: str) -> tuple[str, ...]:
        with pytest.raises(BarredError) as refusal:
            act(application, *words, by=stranger, at=AT)  # type: ignore[operator]
        return refusal.value.codes

    foreign = ("other_authority",)
    assert codes_of(actions.accept_application) == foreign
    assert codes_of(actions.decline_application, "x") == foreign
    assert codes_of(actions.return_for_completion, "x") == foreign
    actions.accept_application(application, by=clerk, at=AT)
    assert codes_of(actions.propose_grant, "x") == foreign
    assert codes_of(actions.propose_refusal, "x") == foreign
    actions.propose_grant(application, "x", by=clerk, at=AT)
    assert codes_of(actions.grant_repair, "x") == foreign
    assert codes_of(actions.refuse_repair, "x") == foreign
    assert codes_of(actions.send_back, "x") == foreign


def test_a_role_is_asked_of_the_database(
    application: Application, clerk: User, decider: User
) -> None:
    assert clerk.roles
    clerk.groups.clear()

    for staff in (clerk, decider):
        with pytest.raises(BarredError) as refusal:
            actions.accept_application(application, by=staff, at=AT)
        assert refusal.value.codes == ("no_role",)


def test_whoever_proposed_does_not_decide(application: Application, clerk: User) -> None:
    both = make_user("both", clerk.authority, Role.REPAIR_CLERK, Role.REPAIR_DECIDER)
    accepted = actions.accept_application(application, by=clerk, at=AT)
    proposed = actions.propose_grant(accepted, "已核实。", by=both, at=AT)

    with pytest.raises(BarredError) as refusal:
        actions.grant_repair(proposed, "1号", by=both, at=AT)

    assert refusal.value.codes == ("own_opinion",)


def test_it_cannot_be_granted_twice(proposed: Application, decider: User) -> None:
    actions.grant_repair(proposed, "1号", by=decider, at=AT, key="g")
    actions.grant_repair(proposed, "1号", by=decider, at=AT, key="g")

    with pytest.raises(OutOfTurnError):
        actions.grant_repair(proposed, "1号", by=decider, at=AT)
    assert Step.objects.filter(act=Act.GRANT).count() == 1


def test_a_grant_of_what_has_ended_meanwhile_changes_nothing(
    proposed: Application, decider: User
) -> None:
    after = datetime.fromisoformat("2030-01-01T00:00:00+08:00")

    with pytest.raises(BarredError) as refusal:
        actions.grant_repair(proposed, "", by=decider, at=after)

    assert refusal.value.codes == ("not_on_display", "no_document")
    proposed.refresh_from_db()
    assert proposed.status == Status.PROPOSED
